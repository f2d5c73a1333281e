"""Who may not publish changes nothing that readers see at once."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from taggit.models import Tag

from digest import publishing
from digest.models import Entry, Post, State
from papers.clock import now
from papers.models import Paper, Proposal, Section
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

LIVE = [State.PUBLISHED, State.SCHEDULED]
FREE = [State.DRAFT, State.IN_REVIEW]
FACTS = {
    "title": "Changed",
    "authors": "Changed",
    "project_url": "https://example.com/changed",
    "code_url": "https://example.com/changed",
    "abstract": "Changed",
    "organization": "Changed",
}


@pytest.fixture(params=["writer", "publisher"])
def user(request, client):
    """Return one who may change everything, and may publish or not."""
    user = User.objects.create_user(request.param, is_staff=True)
    rights = Group.objects.get(name="Editors").permissions.all()
    if request.param == "writer":
        rights = rights.exclude(codename="publish_post")
    user.user_permissions.set(rights)
    client.force_login(user)
    return user


def may(user):
    return user.username == "publisher"


def place(row, name="change", *more):
    kind = row._meta.model_name
    return reverse(f"admin:{row._meta.app_label}_{kind}_{name}", args=[row.pk, *more])


def paper_in(state):
    paper = make_paper()
    make_section(paper)
    make_post(papers=[paper], state=state)
    return paper


def state_of(paper):
    """Return all that the paper's page shows of it at once."""
    paper.refresh_from_db()
    return [*(getattr(paper, name) for name in FACTS), sorted(paper.tags.names())]


def sent(client, address):
    """Return what a browser would send of the form, without its inlines, and all facts changed."""
    formsets = client.get(address).context.get("inline_admin_formsets", [])
    data = {"tags": ["changed"], "_continue": "1", **FACTS}
    for each in formsets:
        management = each.formset.management_form
        data |= {field.html_name: 0 for field in management}
    return data


@pytest.mark.parametrize("state", [*LIVE, *FREE])
def test_facts_and_tags_of_a_paper_that_readers_see_are_fixed(client, user, state):
    paper = paper_in(state)
    before = state_of(paper)
    page = client.get(place(paper)).content.decode()
    free = may(user) or state in FREE
    assert ("발행 권한이 있는 사람만" in page) is not free
    client.post(place(paper), sent(client, place(paper)))
    assert (state_of(paper) != before) is free
    assert list(paper.tags.names()) == (["changed"] if free else [])


@pytest.mark.parametrize("state", [*LIVE, *FREE])
def test_restoring_an_older_version_of_a_paper_restores_no_fact_that_readers_see(
    client, user, state
):
    paper = make_paper(title="Old words", authors=["Old"])
    version = paper.history.latest()
    paper.title, paper.authors = "New words", ["New"]
    paper.save()
    make_section(paper)
    make_post(papers=[paper], state=state)
    before = state_of(paper)
    address = place(paper, "simple_history", version.pk)
    assert client.get(address).status_code == 200
    client.post(address, sent(client, address))
    assert (state_of(paper) != before) is (may(user) or state in FREE)


def test_a_paper_with_public_text_is_fixed_even_where_its_post_was_withdrawn(client, user):
    paper = paper_in(State.WITHDRAWN)
    before = state_of(paper)
    client.post(place(paper), sent(client, place(paper)))
    assert (state_of(paper) != before) is may(user)


def test_a_paper_without_public_text_is_fixed_where_its_post_is_published(client, user):
    post = make_post(papers=1)
    Entry.objects.create(post=post, paper=(paper := make_paper()), position=2)
    before = state_of(paper)
    client.post(place(paper), sent(client, place(paper)))
    assert (state_of(paper) != before) is may(user)


@pytest.mark.parametrize("state", [*LIVE, *FREE])
@pytest.mark.parametrize("door", ["form", "history"])
def test_tags_of_a_post_that_readers_see_are_fixed(client, user, state, door):
    post = make_post(papers=1, state=state)
    post.tags.add("vision")
    name, version = ("change", []) if door == "form" else ("simple_history", [post.history.last()])
    address = place(post, name, *(each.pk for each in version))
    page = client.get(address).content.decode()
    free = may(user) or state in FREE
    assert ("발행 권한이 있는 사람만" in page) is not free
    form = sent(client, address) | {"title": post.title, "intro": ""}
    address_fields = {"date": post.date, "slug": post.slug, "language": post.language}
    client.post(address, form | address_fields)
    assert list(Post.objects.get().tags.names()) == (["changed"] if free else ["vision"])
    assert Post.objects.get().state == state


@pytest.mark.parametrize("state", [*LIVE, *FREE])
@pytest.mark.parametrize("holder", ["post", "paper"])
def test_a_tag_that_readers_see_is_neither_renamed_nor_deleted(client, user, state, holder):
    post = make_post(papers=1, state=state)
    (post if holder == "post" else post.entries.get().paper).tags.add("vision")
    tag = Tag.objects.get()
    free = may(user) or state in FREE
    page = client.get(place(tag)).content.decode()
    assert ("발행 권한이 있는 사람만" in page) is not free
    client.post(place(tag), {"name": "other", "slug": "other"})
    assert Tag.objects.get().name == ("other" if free else "vision")
    chosen = {"action": "delete_selected", "_selected_action": [tag.pk], "post": "yes"}
    client.post(reverse("admin:taggit_tag_changelist"), chosen)
    assert Tag.objects.exists() is not free
    if not free:
        assert client.post(place(tag, "delete"), {"post": "yes"}).status_code == 403
        assert Tag.objects.exists()


def test_who_may_only_look_at_tags_sees_one(client):
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_tag"))
    client.force_login(user)
    tag = Tag.objects.create(name="vision")
    assert "vision" in client.get(place(tag)).content.decode()


def test_a_public_text_is_not_deleted(client, user):
    user.user_permissions.add(Permission.objects.get(codename="delete_section"))
    section = paper_in(State.PUBLISHED).sections.get()
    client.post(place(section, "delete"), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [section.pk], "post": "yes"}
    client.post(reverse("admin:papers_section_changelist"), chosen)
    assert Section.objects.exists() is not may(user)


def test_a_tag_that_nothing_has_is_free(client, user):
    tag = Tag.objects.create(name="vision")
    client.post(place(tag), {"name": "other", "slug": "other"})
    assert Tag.objects.get().slug == "other"


@pytest.mark.parametrize("state", [*LIVE, *FREE])
def test_a_proposed_fact_that_readers_would_see_is_not_accepted(client, user, state):
    paper = paper_in(state)
    offered = Proposal.of("title", "Changed", paper=paper, origin="arxiv")
    offered.save()
    accept = reverse("admin:papers_proposal_decide", args=[offered.pk, "accept"])
    free = may(user) or state in FREE
    for page in (place(paper), place(offered)):
        html = client.get(page).content.decode()
        assert (accept in html) is free
        assert ("발행 권한이 있는 사람만 수락할" in html) is not free
    client.post(accept)
    assert (Paper.objects.get().title == "Changed") is free
    offered.refresh_from_db()
    assert (offered.state == "open") is not free


def test_a_proposed_text_is_accepted_by_who_may_not_publish(client, user):
    section = paper_in(State.PUBLISHED).sections.get()
    offered = Proposal.of(
        "markdown", "Changed", paper=section.paper, section=section, origin="model"
    )
    offered.save()
    client.post(reverse("admin:papers_proposal_decide", args=[offered.pk, "accept"]))
    section.refresh_from_db()
    assert section.markdown == "Changed"


def test_the_notice_of_a_newer_version_is_not_removed(client, user):
    paper = make_paper(version=1)
    make_section(paper)
    make_post(papers=[paper])
    Paper.objects.update(version=2)
    chosen = {"action": "summary_holds", "_selected_action": [paper.pk]}
    client.post(reverse("admin:papers_paper_changelist"), chosen)
    paper.refresh_from_db()
    assert (paper.newer_version is None) is may(user)


def test_the_rest_of_the_form_is_saved_where_facts_are_fixed(client, user):
    paper = paper_in(State.PUBLISHED)
    section = paper.sections.get()
    formset = "sections"
    address = place(paper)
    data = sent(client, address)
    data |= {
        f"{formset}-TOTAL_FORMS": 1,
        f"{formset}-INITIAL_FORMS": 1,
        f"{formset}-0-id": section.pk,
        f"{formset}-0-paper": paper.pk,
        f"{formset}-0-kind": section.kind,
        f"{formset}-0-heading": "",
        f"{formset}-0-markdown": "Another text.",
    }
    client.post(address, data)
    section.refresh_from_db()
    assert section.markdown == "Another text."
    assert "Another" not in section.public_markdown


def test_what_was_published_meanwhile_is_fixed(client, user):
    """The form was opened while the post was a draft."""
    paper = paper_in(State.DRAFT)
    form = sent(client, place(paper))
    before = state_of(paper)
    publishing.publish(Post.objects.get(), at=now())
    client.post(place(paper), form)
    assert (state_of(paper) != before) is may(user)


def test_the_rule_asks_for_the_right_and_not_for_the_group(client):
    user = User.objects.create_user("alone", is_staff=True)
    names = ["publish_post", "change_paper", "view_paper"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    paper = paper_in(State.PUBLISHED)
    client.post(place(paper), sent(client, place(paper)))
    assert state_of(paper)[0] == "Changed"
