"""Pages made while transactions are under way: none that shows less than was committed counts."""

from __future__ import annotations

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.urls import reverse
from taggit.models import Tag

from digest import publishing
from digest.models import Correction, Post, State
from digest.readers.pages import making, rows
from papers.clock import now
from papers.models import Paper, Section
from tests.digest.readers.pages.asking import Visitor
from tests.digest.readers.pages.beside import apart, transaction_of
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db(transaction=True)

RETITLE = "UPDATE papers_paper SET title = %s, title_html = '', title_plain = %s WHERE id = %s"
SNAPSHOTS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]


@pytest.fixture(autouse=True)
def _no_page_is_left(front) -> None:
    """The fixture `front` empties the tables that belong to no model."""


def make(path: str) -> str:
    """Make a page in another thread, so that this one may be inside a transaction."""
    made = apart(lambda: making.make(path, get_wsgi_application().get_response))
    assert made.stored, path
    return made.page.body.decode()


def counts(path: str) -> bool:
    return apart(lambda: rows.read(path, now())) is not None


def tag(run, tag: Tag, paper: Paper) -> None:
    run(
        "INSERT INTO taggit_taggeditem (tag_id, object_id, content_type_id) SELECT %s, %s, id"
        " FROM django_content_type WHERE (app_label, model) = ('papers', 'paper')",
        [tag.pk, paper.pk],
    )


def test_a_page_made_from_old_rows_and_stored_after_the_change_does_not_count():
    post = make_post(papers=1)
    paper = Paper.objects.get()
    handler = get_wsgi_application().get_response

    def slow(request):
        response = handler(request)
        with transaction_of() as run:
            run(RETITLE, ["New title", "New title", paper.pk])
        return response

    made = apart(lambda: making.make(post.get_absolute_url(), slow))
    assert made.stored
    assert "New title" not in made.page.body.decode()
    assert not counts(post.get_absolute_url())


@pytest.mark.parametrize("level", SNAPSHOTS)
def test_a_change_written_before_the_snapshot_and_committed_after_the_store(level):
    post = make_post(papers=1)
    with transaction_of(f"SET TRANSACTION ISOLATION LEVEL {level}") as run:
        run(RETITLE, ["New title", "New title", Paper.objects.get().pk])
        assert "New title" not in make(post.get_absolute_url())
        assert counts(post.get_absolute_url())
    assert not counts(post.get_absolute_url())


def test_a_change_that_is_rolled_back_drops_nothing():
    post = make_post(papers=1)
    with transaction_of() as run:
        run(RETITLE, ["New title", "New title", Paper.objects.get().pk])
        make(post.get_absolute_url())
        run("ROLLBACK")
    assert counts(post.get_absolute_url())


@pytest.mark.parametrize("publisher_is_first", [True, False])
@pytest.mark.parametrize("tag_is_first", [True, False])
def test_a_tag_and_the_publication_do_not_see_each_other(publisher_is_first, tag_is_first):
    """The page of the tag is made between the two commits, whichever of them comes first."""
    shown, hidden = make_paper(), make_paper(title="The second paper")
    make_section(shown)
    make_section(hidden)
    topic = Tag.objects.create(name="Topic", slug="topic")
    shown.tags.add(topic)
    make_post(papers=[shown])
    draft = make_post(State.DRAFT, papers=[hidden])
    page = reverse("tag", args=[topic.slug])

    with transaction_of() as run:
        if not publisher_is_first:
            tag(run, topic, hidden)
        with transaction.atomic():
            publishing.publish(draft, gated=False)
            if publisher_is_first:
                tag(run, topic, hidden)
            if tag_is_first:
                run("COMMIT")
                assert hidden.title not in make(page)
        if not tag_is_first:
            assert hidden.title not in make(page)
    assert not counts(page)
    assert hidden.title in make(page)
    assert counts(page)


@pytest.mark.parametrize("level", SNAPSHOTS)
@pytest.mark.parametrize("publisher_is_first", [True, False])
def test_a_title_and_the_publication_do_not_see_each_other(level, publisher_is_first):
    """Who corrects the title sees no post, and the page is made between the two commits."""
    paper = make_paper()
    make_section(paper)
    draft = make_post(State.DRAFT, papers=[paper])
    page = reverse("paper", args=[paper.arxiv_id])

    def correct_title():
        run(RETITLE, ["New title", "New title", paper.pk])

    with transaction_of(f"SET TRANSACTION ISOLATION LEVEL {level}", "SELECT 1") as run:
        with transaction.atomic():
            if publisher_is_first:
                Post.objects.filter(pk=draft.pk).update(title="It has a number now")
                correct_title()
            else:
                correct_title()
            publish_rows(draft)
        assert "New title" not in make(page)
    assert not counts(page)
    assert "New title" in make(page)


@pytest.mark.parametrize("level", SNAPSHOTS)
def test_a_title_corrected_after_the_page_by_who_does_not_see_the_post(level):
    """Its snapshot is older than the publication, and its first change younger than the page."""
    paper = make_paper()
    make_section(paper)
    draft = make_post(State.DRAFT, papers=[paper])
    page = reverse("paper", args=[paper.arxiv_id])
    with transaction_of(f"SET TRANSACTION ISOLATION LEVEL {level}") as run:
        run("SELECT count(*) FROM papers_paper")
        publish_rows(draft)
        make(page)
        run(RETITLE, ["New title", "New title", paper.pk])
    assert not counts(page)


def publish_rows(post: Post) -> None:
    """Publish by statements that lock no paper. The title of a paper may change meanwhile."""
    post.entries.update(public_position=1)
    Post.objects.filter(pk=post.pk).update(
        state=State.PUBLISHED, published_at=now(), updated_at=now(), public_title="A title"
    )


def test_the_name_of_a_reviewer_changes_while_the_review_is_published(django_user_model):
    user = django_user_model.objects.create_user("kim", first_name="Ada", last_name="Old")
    post = make_post(papers=1)
    page = reverse("paper", args=[Paper.objects.get().arxiv_id])
    with transaction_of() as run:
        run("UPDATE auth_user SET last_name = 'New' WHERE id = %s", [user.pk])
        Section.objects.update(reviewer=user, reviewed_at=now())
        assert "Ada Old" in make(page)
        make(post.get_absolute_url())
    assert not counts(page)
    assert not counts(post.get_absolute_url())


def test_a_correction_shows_the_title_of_a_paper_that_is_in_no_post_any_more():
    post = make_post(papers=2)
    paper = Paper.objects.last()
    Correction.objects.create(post=post, paper=paper, text="Wrong paper.", corrected_at=now())
    post.entries.filter(paper=paper).update(public_position=None)
    page = reverse("corrections")
    assert paper.title in make(page)
    with connection.cursor() as cursor:
        cursor.execute(RETITLE, ["New title", "New title", paper.pk])
    assert not counts(page)


def test_a_visitor_of_this_process_sees_a_commit_at_once(visitor: Visitor):
    post = make_post(papers=1)
    visitor.get(post.get_absolute_url())
    visitor.get(post.get_absolute_url())
    Paper.objects.update(title="New title", title_html="", title_plain="New title")
    assert "New title" in visitor.get(post.get_absolute_url()).content.decode()
