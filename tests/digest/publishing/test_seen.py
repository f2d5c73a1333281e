"""What goes public is what the page showed that asked, whenever another edit is committed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import close_old_connections, connection, transaction
from django.urls import reverse
from django.utils.timezone import localtime
from taggit.models import Tag

from digest import publishing
from digest.models import Entry, Post, State
from digest.publishing import gate
from papers import kinds
from papers.clock import now
from papers.models import Paper, Section, Writer
from papers.pipeline import checking, sections
from tests.digest.admin.test_meanwhile import wait_for_a_waiting_save
from tests.digest.confirming import confirm, shown
from tests.factories import make_paper, make_post, make_section

SECRET = "Nobody has seen this."
AGAIN = "다시 확인"
WRONG = "정보 부족"


def change_section(post):
    section = Section.objects.get()
    section.markdown = SECRET
    section.save()


def add_section(post):
    """Write the first section of a paper, beside which there is no other to lock."""
    text = sections.NewText(Paper.objects.last().pk, "ko", kinds.RESULTS, SECRET)
    sections.write([text], origin=Writer.MODEL)


def change_note(post):
    entry = Entry.objects.first()
    entry.note = SECRET
    entry.save()


def change_title(post):
    Post.objects.update(title=SECRET)


def change_fact(post):
    paper = Paper.objects.select_for_update().first()
    paper.authors = [SECRET]
    paper.save()


def tag_paper(post):
    Paper.objects.select_for_update().first().tags.add(SECRET)


def tag_post(post):
    Post.objects.select_for_update().get().tags.add(SECRET)


EDITS = {
    change_section: "서론",
    add_section: "결과",
    change_note: "편집자 노트",
    change_title: "제목",
    change_fact: "논문 정보",
    tag_paper: "논문 정보",
    tag_post: "태그",
}


def draft():
    """Return a draft of two papers. The first in the order of `Paper` has a section."""
    empty, written = make_paper(), make_paper()
    make_section(written)
    post = make_post(papers=[written, empty], state=State.DRAFT)
    # The findings are stored, so a page that shows them writes nothing.
    for error in gate.errors(post):  # One paper has no section.
        checking.accept(error, User.objects.get(is_superuser=True), "It may stay empty.")
    return post


def step_of(post, name):
    return reverse(f"admin:digest_post_{name}", args=[post.pk])


def elsewhere(function, *args, **fields):
    """Call a function with a connection of its own."""
    try:
        return function(*args, **fields)
    finally:
        close_old_connections()
        connection.close()


@pytest.fixture
def pool(admin_user, client):
    client.force_login(admin_user)
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["publish", "schedule"])
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_that_was_not_committed_when_the_page_was_made_is_shown(client, pool, edit, step):
    post = draft()
    address = step_of(post, step)
    day = localtime(now() + timedelta(days=1))
    times = {"at_0": f"{day:%Y-%m-%d}", "at_1": "08:00"} if step == "schedule" else {}
    with transaction.atomic():
        edit(post)
        sent = pool.submit(elsewhere, shown, client, address).result()
        assert SECRET not in sent["seen"]
        answer = pool.submit(elsewhere, client.post, address, sent | times)
        wait_for_a_waiting_save()
    page = answer.result()
    assert page.status_code == 200
    [message] = [str(each) for each in page.context["messages"]]
    assert AGAIN in message
    assert EDITS[edit] in message
    assert Post.objects.get().state == State.DRAFT
    assert not Section.objects.public().exists()
    assert confirm(client, address, **times).status_code == 302
    assert Post.objects.get().state in {State.PUBLISHED, State.SCHEDULED}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("edit", [change_section, add_section])
def test_changes_that_were_not_committed_when_the_page_was_made_are_shown(client, pool, edit):
    post = draft()
    publishing.publish(post)
    Post.objects.update(title="A better title")
    address = step_of(post, "publish")
    with transaction.atomic():
        edit(post)
        sent = pool.submit(elsewhere, shown, client, address).result()
        answer = pool.submit(elsewhere, client.post, address, sent)
        wait_for_a_waiting_save()
    page = answer.result().content.decode()
    assert AGAIN in page
    assert "<ins>Nobody has seen" in page
    assert SECRET not in "".join(Section.objects.values_list("public_markdown", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_is_not_committed_at_the_time_of_a_post_holds_it_back(pool):
    post = draft()
    publishing.schedule(post, now() + timedelta(hours=1))
    with time_machine.travel(now() + timedelta(hours=2)):
        with transaction.atomic():
            add_section(post)
            done = pool.submit(elsewhere, publishing.publish_due)
            wait_for_a_waiting_save()
        assert done.result() == 0
    assert Post.objects.get().state == State.IN_REVIEW
    assert not Section.objects.public().exists()


@pytest.mark.django_db(transaction=True)
def test_a_fact_is_not_changed_while_its_post_is_published(client, pool):
    """The form waits for the publication, and then finds the fact fixed."""
    writer = User.objects.create_user("writer", is_staff=True)
    writer.user_permissions.set(Permission.objects.exclude(codename="publish_post"))
    client.force_login(writer)
    post = draft()
    paper = Paper.objects.first()
    address = reverse("admin:papers_paper_change", args=[paper.pk])
    page = client.get(address)
    sent = {"title": SECRET, "tags": [SECRET], "_continue": "1"}
    for each in page.context["inline_admin_formsets"]:
        sent |= {field.html_name: 0 for field in each.formset.management_form}
    with transaction.atomic():
        publishing.publish(post)
        answer = pool.submit(elsewhere, client.post, address, sent)
        wait_for_a_waiting_save()
    answer.result()
    paper.refresh_from_db()
    assert paper.title != SECRET
    assert not Tag.objects.exists()


@pytest.mark.django_db
def test_a_page_that_does_not_say_what_it_showed_publishes_nothing(client, admin_user):
    client.force_login(admin_user)
    post = draft()
    for sent in ({}, {"seen": "nonsense\x00"}):
        page = client.post(step_of(post, "publish"), sent).content.decode()
        assert AGAIN in page
    assert Post.objects.get().state == State.DRAFT


@pytest.mark.django_db
def test_an_error_that_was_accepted_after_the_page_was_made_is_shown_again(client, admin_user):
    client.force_login(admin_user)
    post = draft()
    Section.objects.update(markdown=WRONG, checked="")
    sent = shown(client, step_of(post, "publish"))
    for error in gate.errors(post):
        checking.accept(error, User.objects.create_user(f"writer{error.pk}"), "It may stand.")
    page = client.post(step_of(post, "publish"), sent).content.decode()
    assert AGAIN in page
    assert Post.objects.get().state == State.DRAFT


@pytest.mark.django_db
def test_many_changed_places_are_not_all_named(client, admin_user):
    client.force_login(admin_user)
    post = make_post(State.DRAFT, papers=5)
    sent = shown(client, step_of(post, "publish"))
    for section in Section.objects.all():
        section.markdown += " Mehr."
        section.save()
    page = client.post(step_of(post, "publish"), sent)
    [message] = [str(each) for each in page.context["messages"]]
    assert message.count("(ko)") == 5
    assert "…" in message
