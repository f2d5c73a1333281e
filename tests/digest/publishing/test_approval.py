"""People who may not publish cannot make anything public through a scheduled post."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django.utils.timezone import localtime

from digest import publishing
from digest.models import Entry, Post, State
from digest.publishing import approval
from papers import kinds
from papers.clock import now
from papers.models import Finding, Proposal, Section, Writer
from papers.pipeline import checking, sections
from tests.digest.confirming import confirm, shown
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    """Return an editor who may change everything and publish nothing."""
    user = User.objects.create_user("writer", is_staff=True)
    group = Group.objects.get(name="Editors")
    user.user_permissions.set(group.permissions.exclude(codename="publish_post"))
    return user


@pytest.fixture
def publisher():
    user = User.objects.create_user("publisher", is_staff=True)
    user.groups.add(Group.objects.get(name="Editors"))
    return user


@pytest.fixture
def post():
    """Return a scheduled post of one paper with one section."""
    paper = make_paper()
    make_section(paper)
    post = make_post(papers=[paper], state=State.DRAFT)
    publishing.schedule(post, now() + timedelta(hours=1))
    return post


def state_at_its_time(post):
    """Return the state of the post after its time has come."""
    with time_machine.travel(now() + timedelta(hours=2)):
        publishing.publish_due()
    post.refresh_from_db()
    return post.state


def form_of(client, address):
    """Return the fields of an admin form as a browser would send them."""
    form = client.get(address).context["adminform"].form
    formsets = [each.formset for each in client.get(address).context["inline_admin_formsets"]]
    data = {}
    for each in [form, *(f.management_form for f in formsets), *(g for f in formsets for g in f)]:
        for bound in each:
            value = bound.value()
            for name, held in (
                (bound.html_name, value),
                *([(bound.html_initial_name, value)] if bound.field.show_hidden_initial else []),
            ):
                data[name] = "" if held is None else held
    return data


def edit_section(client, post, text):
    section = Section.objects.get(paper__entries__post=post)
    address = reverse("admin:papers_section_change", args=[section.pk])
    page = client.get(address)
    form = page.context["adminform"].form
    sent = {form["markdown"].html_initial_name: section.markdown, "markdown": text}
    sent |= {"kind": section.kind, form["kind"].html_initial_name: section.kind, "heading": ""}
    response = client.post(address, sent)
    assert response.status_code == 302, response.context["errors"]


def test_what_nobody_edited_is_published_at_its_time(post):
    assert post.approved_at is not None
    assert state_at_its_time(post) == State.PUBLISHED


def test_an_edit_of_a_section_takes_the_post_back_to_review(client, writer, post):
    client.force_login(writer)
    edit_section(client, post, "Anything at all.")
    post.refresh_from_db()
    assert post.state == State.IN_REVIEW
    assert post.history.first().history_change_reason == "edited by somebody who may not publish"
    assert state_at_its_time(post) == State.IN_REVIEW
    assert not Section.objects.public().exists()


def test_a_publishers_edit_leaves_it_scheduled(client, publisher, post):
    client.force_login(publisher)
    edit_section(client, post, "A better text.")
    post.refresh_from_db()
    assert post.state == State.SCHEDULED
    assert state_at_its_time(post) == State.PUBLISHED


@pytest.mark.parametrize("field", ["title", "intro"])
def test_an_edit_of_the_post_takes_it_back_and_says_so(client, writer, post, field):
    client.force_login(writer)
    address = reverse("admin:digest_post_change", args=[post.pk])
    assert "검토 상태로 돌아" in client.get(address).content.decode()
    data = form_of(client, address) | {field: "Changed", "_continue": "1"}
    page = client.post(address, data, follow=True)
    post.refresh_from_db()
    assert (getattr(post, field), post.state) == ("Changed", State.IN_REVIEW)
    assert "다시 검토" in page.content.decode()


def test_saving_without_a_change_takes_nothing_back(client, writer, post):
    client.force_login(writer)
    address = reverse("admin:digest_post_change", args=[post.pk])
    client.post(address, form_of(client, address) | {"_continue": "1"})
    post.refresh_from_db()
    assert post.state == State.SCHEDULED


def test_an_entry_taken_out_or_its_note_takes_it_back(client, writer, post):
    entry = post.entries.get()
    client.force_login(writer)
    address = reverse("admin:digest_entry_change", args=[entry.pk])
    client.post(address, form_of(client, address) | {"note": "Added"})
    assert Entry.objects.get().note == "Added"
    post.refresh_from_db()
    assert post.state == State.IN_REVIEW


def test_an_accepted_proposal_takes_it_back(client, writer, post):
    section = Section.objects.get()
    offered = Proposal.of(
        "markdown", "Offered.", paper=section.paper, section=section, origin="model"
    )
    offered.save()
    client.force_login(writer)
    client.post(reverse("admin:papers_proposal_decide", args=[offered.pk, "accept"]))
    assert Section.objects.get().markdown == "Offered."
    post.refresh_from_db()
    assert post.state == State.IN_REVIEW


def test_who_may_not_publish_does_not_unschedule(client, writer, post):
    client.force_login(writer)
    address = reverse("admin:digest_post_change", args=[post.pk])
    page = client.get(address).content.decode()
    assert 'name="_draft"' not in page
    client.post(address, form_of(client, address) | {"_draft": "1"})
    post.refresh_from_db()
    assert post.state == State.SCHEDULED


def test_an_edit_that_slipped_in_while_it_was_published_is_seen_then(writer, post, monkeypatch):
    """Publishing checks the history under the same locks, even if the signal missed an edit."""
    monkeypatch.setattr("digest.publishing.taking_back._take_back", lambda posts: None)
    section = Section.objects.get()
    section.markdown, section._history_user = "Slipped in.", writer
    section.save()
    post.refresh_from_db()
    assert post.state == State.SCHEDULED
    assert state_at_its_time(post) == State.IN_REVIEW
    assert not Section.objects.public().exists()


def test_where_no_approval_was_noted_no_edit_is_approved(writer, post, monkeypatch):
    """This happens if an older release schedules a post while the site is being upgraded."""
    monkeypatch.setattr("digest.publishing.taking_back._take_back", lambda posts: None)
    Post.objects.update(approved_at=None)
    section = Section.objects.get()
    section.markdown, section._history_user = "Slipped in.", writer
    section.save()
    assert state_at_its_time(post) == State.IN_REVIEW
    assert not Section.objects.public().exists()


def drafted(paper, kind, text):
    new = sections.NewText(paper.pk, "ko", kind, text)
    sections.write([new], origin=Writer.MODEL, asked_for=True)


@pytest.mark.parametrize("kind", [kinds.INTRODUCTION, kinds.RESULTS])
def test_a_machines_draft_takes_nothing_back_before_the_time_and_is_not_published(post, kind):
    """It writes a section anew, or adds one."""
    Section.objects.update(origin=Writer.MODEL, reviewed_at=None)
    drafted(Section.objects.get().paper, kind, "Nobody has seen this.")
    assert Section.objects.filter(markdown="Nobody has seen this.").exists()
    post.refresh_from_db()
    assert post.state == State.SCHEDULED
    assert state_at_its_time(post) == State.IN_REVIEW
    assert "machine" in post.history.first().history_change_reason
    assert not Section.objects.public().exists()


def test_what_a_machine_drafted_before_it_was_scheduled_is_published():
    paper = make_paper()
    drafted(paper, kinds.INTRODUCTION, "A person has seen this.")
    post = make_post(papers=[paper], state=State.DRAFT)
    publishing.schedule(post, now() + timedelta(hours=1))
    assert state_at_its_time(post) == State.PUBLISHED


@pytest.mark.parametrize("account", ["writer", "publisher"])
def test_an_edit_of_an_account_that_is_gone_counts_as_nobodys(post, account, request, monkeypatch):
    monkeypatch.setattr("digest.publishing.taking_back._take_back", lambda posts: None)
    user = request.getfixturevalue(account)
    by(user, "Slipped in.")
    user.delete()
    assert state_at_its_time(post) == State.IN_REVIEW
    assert not Section.objects.public().exists()


def test_a_finding_accepted_by_an_account_that_is_gone_counts_as_nobodys(post, publisher):
    Section.objects.update(markdown="정보 부족")
    checking.check([Section.objects.get().paper])
    checking.accept(Finding.objects.filter(level="error").first(), publisher, "It may stand.")
    publisher.delete()
    assert state_at_its_time(post) == State.IN_REVIEW


def test_a_machines_proposal_is_no_edit(post):
    drafted(Section.objects.get().paper, kinds.INTRODUCTION, "Only proposed.")
    assert Proposal.objects.get().value == "Only proposed."
    assert state_at_its_time(post) == State.PUBLISHED


def test_the_papers_page_says_it_before_saving(client, writer, publisher, post):
    paper = Section.objects.get().paper
    address = reverse("admin:papers_paper_change", args=[paper.pk])
    client.force_login(writer)
    assert "검토 상태로 돌아" in client.get(address).content.decode()
    client.force_login(publisher)
    assert "검토 상태로 돌아" not in client.get(address).content.decode()


def test_scheduled_anew_by_a_publisher_it_is_published(client, writer, post):
    client.force_login(writer)
    edit_section(client, post, "Anything at all.")
    post.refresh_from_db()
    with time_machine.travel(now() + timedelta(minutes=1)):
        publishing.schedule(post, now() + timedelta(hours=1))
    assert state_at_its_time(post) == State.PUBLISHED


def test_the_right_to_publish_is_looked_up_and_not_the_group(post):
    user = User.objects.create_user("alone", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="publish_post"))
    section = Section.objects.get()
    section.markdown, section._history_user = "By one who may.", user
    section.save()
    assert Post.objects.get().state == State.SCHEDULED


def step_of(post, name):
    return reverse(f"admin:digest_post_{name}", args=[post.pk])


def by(user, text):
    section = Section.objects.get()
    section.markdown, section._history_user = text, user
    section.save()


@pytest.mark.parametrize("step", ["publish", "schedule"])
def test_what_was_edited_after_the_page_was_shown_is_shown_again(client, writer, publisher, step):
    paper = make_paper()
    make_section(paper)
    post = make_post(papers=[paper], state=State.DRAFT)
    client.force_login(publisher)
    later = localtime(now() + timedelta(days=1))
    times = {"at_0": later.strftime("%Y-%m-%d"), "at_1": "08:00"} if step == "schedule" else {}
    address = step_of(post, step)
    sent = shown(client, address) | times
    by(writer, "Nobody has seen this.")
    page = client.post(address, sent)
    assert "다시 확인" in page.content.decode()
    assert Post.objects.get().state == State.DRAFT
    assert confirm(client, address, **times).status_code == 302
    assert Post.objects.get().state in {State.PUBLISHED, State.SCHEDULED}


def test_changes_that_came_after_the_page_was_shown_are_not_published(client, writer, publisher):
    paper = make_paper()
    make_section(paper)
    post = make_post(papers=[paper])
    client.force_login(publisher)
    by(publisher, "A correction.")
    sent = shown(client, step_of(post, "publish"))
    by(writer, "Nobody has seen this.")
    client.post(step_of(post, "publish"), sent)
    assert "Nobody" not in Section.objects.get().public_markdown


def test_an_error_that_others_let_stand_is_not_published(writer, publisher, post):
    Section.objects.update(markdown="정보 부족")
    checking.check([Section.objects.get().paper])
    finding = Finding.objects.filter(level="error").first()
    checking.accept(finding, writer, "It may stand.")
    assert state_at_its_time(post) == State.IN_REVIEW


def test_edits_are_found_of_many_posts_at_once(django_assert_num_queries):
    posts = []
    for _ in range(4):
        posts.append(make_post(State.DRAFT, 2))
        publishing.schedule(posts[-1], now() + timedelta(hours=1))
    edited = posts[1].papers.first().sections.first()
    edited.markdown = "A machine's words."
    edited.save()
    accepted = posts[2].papers.first()
    Finding.objects.create(
        paper=accepted,
        check_name="x",
        code="x",
        level="error",
        message="x",
        start=0,
        end=0,
        reason="fine",
        accepted_at=now(),
    )
    with django_assert_num_queries(1):
        assert approval.edited_unapproved(posts) == {posts[1].pk, posts[2].pk}
    with django_assert_num_queries(0):
        assert approval.edited_unapproved([]) == set()
