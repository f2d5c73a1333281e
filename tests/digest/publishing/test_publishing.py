"""The steps from picked papers to a public post, and what readers see meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from digest import publishing
from digest.models import Post, State, published_papers
from papers.clock import now
from papers.models import Listing, Section, Writer
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 7)


def listed(rank, upvotes, choice="pending"):
    paper = make_paper()
    Listing.objects.create(
        paper=paper, source="huggingface", day=DAY, rank=rank, upvotes=upvotes, choice=choice
    )
    return paper


def section_of(post):
    return Section.objects.filter(paper__entries__post=post).first()


def test_a_post_is_built_from_the_picked_papers_in_the_order_of_the_source():
    second, _, first = listed(3, 1, "picked"), listed(2, 9), listed(1, 0, "picked")
    post = publishing.build(DAY, publishing.papers_of(DAY))
    assert [entry.paper for entry in post.entries.all()] == [first, second]
    assert post.state == State.DRAFT
    assert str(DAY) in post.title


def test_top_takes_the_most_upvoted_and_leaves_out_what_was_excluded():
    low, high, _ = listed(1, 1), listed(2, 50), listed(3, 99, "excluded")
    assert publishing.papers_of(DAY, top=2) == [high, low]
    assert publishing.papers_of(DAY, everything=True) == [low, high]


def test_a_day_that_has_a_post_is_refused_and_stays_as_it_is():
    paper = listed(1, 1)
    publishing.build(DAY, [paper])
    with pytest.raises(publishing.PublishRefused, match="2025-10-07"):
        publishing.build(DAY, [paper])
    assert Post.objects.count() == 1


def test_a_day_without_papers_and_a_post_without_papers_are_refused():
    with pytest.raises(publishing.PublishRefused):
        publishing.build(DAY, [])
    empty = Post.objects.create(date=DAY, title="Empty")
    with pytest.raises(publishing.PublishRefused):
        publishing.publish(empty)


def test_publishing_shows_the_working_text_and_makes_its_papers_public():
    post = make_post(state=State.DRAFT)
    assert not published_papers().exists()
    publishing.publish(post)
    section = section_of(post)
    assert section.public_html == section.html != ""
    assert section.public_origin == section.origin
    assert list(Post.objects.published()) == [post]
    assert published_papers().count() == post.entries.count()


def test_an_edit_reaches_readers_only_with_publish_changes():
    post = make_post(state=State.PUBLISHED)
    assert not publishing.has_changes(post)
    section = section_of(post)
    before = section.public_markdown
    section.markdown, section.origin = "나중에 고친 글", Writer.EDITOR
    section.save()
    section.refresh_from_db()
    assert section.public_markdown == before
    assert publishing.has_changes(post)
    assert publishing.publish_changes(post)
    section.refresh_from_db()
    assert section.public_markdown == "나중에 고친 글"
    assert "나중에 고친 글" in section.public_html
    assert not publishing.has_changes(post)


def test_publish_changes_moves_updated_at_only_when_something_changed():
    with time_machine.travel(datetime(2025, 10, 8, tzinfo=UTC), tick=False):
        post = make_post(state=State.PUBLISHED)
    published, updated = post.published_at, post.updated_at
    assert not publishing.publish_changes(post)
    assert post.updated_at == updated
    post.title = "Another title"
    post.save()
    assert publishing.publish_changes(post)
    post.refresh_from_db()
    assert post.updated_at > updated
    assert post.published_at == published


def test_a_new_order_and_a_removed_paper_wait_for_publish_changes():
    post = make_post(state=State.PUBLISHED, papers=3)
    first, second, third = post.entries.all()
    first.position, second.position, third.position = 2, 1, None
    for entry in (first, second, third):
        entry.save()
    shown = post.entries.filter(public_position__isnull=False).order_by("public_position")
    assert [entry.paper for entry in shown] == [first.paper, second.paper, third.paper]
    publishing.publish_changes(post)
    assert [entry.paper for entry in shown.all()] == [second.paper, first.paper]


def test_a_withdrawn_post_is_not_public_and_keeps_its_first_time_when_it_returns():
    post = make_post(state=State.PUBLISHED)
    first_time = post.published_at
    publishing.withdraw(post)
    assert not Post.objects.published().exists()
    assert not published_papers().exists()
    publishing.publish(post)
    post.refresh_from_db()
    assert post.published_at == first_time
    assert post.withdrawn_at is None


def test_a_scheduled_post_goes_public_at_its_time_once_and_dated_as_scheduled():
    post = make_post(state=State.DRAFT)
    at = now() + timedelta(hours=1)
    publishing.schedule(post, at)
    assert publishing.publish_due() == 0
    assert not Post.objects.published().exists()
    with time_machine.travel(at + timedelta(hours=2), tick=False):
        assert publishing.publish_due() == 1
        assert publishing.publish_due() == 0
    post.refresh_from_db()
    assert post.published_at == at


def test_a_time_in_the_past_is_refused():
    with pytest.raises(publishing.PublishRefused):
        publishing.schedule(make_post(state=State.DRAFT), now() - timedelta(minutes=1))


def test_feeds_wait_for_the_delay(settings):
    settings.FEED_DELAY = timedelta(minutes=10)
    post = make_post(state=State.DRAFT)
    publishing.publish(post)
    assert not Post.objects.in_feeds().exists()
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert Post.objects.in_feeds().exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "nonsense"},
        {"state": State.PUBLISHED},
        {"state": State.SCHEDULED},
        {"state": State.WITHDRAWN},
    ],
)
def test_the_database_itself_refuses_an_impossible_post(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(date=DAY, title="x", **broken)


def test_two_posts_on_one_date_need_two_slugs():
    Post.objects.create(date=DAY, title="One")
    Post.objects.create(date=DAY, title="Two", slug="daily-papers-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(date=DAY, title="Three")


def test_publishing_one_post_shows_its_papers_anew_in_the_others_and_says_when():
    shown = make_post(state=State.PUBLISHED, papers=1)
    section = section_of(shown)
    section.markdown, section.origin = "고친 글", Writer.EDITOR
    section.save()
    other = make_post(state=State.DRAFT, papers=[section.paper])
    before = shown.updated_at
    publishing.publish(other)
    shown.refresh_from_db()
    section.refresh_from_db()
    assert section.public_markdown == "고친 글"
    assert shown.updated_at > before


def test_a_step_goes_on_from_what_stands_there_now():
    post = make_post(state=State.DRAFT)
    stale = Post.objects.get(pk=post.pk)
    Post.objects.filter(pk=post.pk).update(intro="Written meanwhile.")
    publishing.publish(stale)
    post.refresh_from_db()
    assert (post.intro, post.public_intro) == ("Written meanwhile.", "Written meanwhile.")
    with pytest.raises(publishing.PublishRefused):
        publishing.back_to_draft(Post(pk=post.pk, state=State.SCHEDULED))
    post.refresh_from_db()
    assert post.state == State.PUBLISHED


def test_a_scheduled_post_that_cannot_be_published_holds_up_no_other():
    empty, good = make_post(state=State.SCHEDULED), make_post(state=State.SCHEDULED)
    empty.entries.all().delete()
    with time_machine.travel(now() + timedelta(hours=2)):
        assert publishing.publish_due() == 1
        assert publishing.publish_due() == 0
    empty.refresh_from_db()
    assert empty.state == State.DRAFT
    assert list(Post.objects.all().filter(state=State.PUBLISHED)) == [good]


def test_a_published_post_is_not_emptied():
    post = make_post(state=State.PUBLISHED)
    post.entries.update(position=None)
    with pytest.raises(publishing.PublishRefused):
        publishing.publish_changes(post)


def test_a_paper_excluded_in_one_list_is_not_taken_from_another():
    paper = listed(1, 5, "excluded")
    Listing.objects.create(paper=paper, source="jekyll", day=DAY, rank=1, upvotes=5)
    twice = listed(2, 4)
    Listing.objects.create(paper=twice, source="jekyll", day=DAY, rank=2, upvotes=4)
    third = listed(3, 3)
    assert publishing.papers_of(DAY, everything=True) == [twice, third]
    assert publishing.papers_of(DAY, top=2) == [twice, third]


@pytest.mark.django_db(transaction=True)
def test_two_who_build_a_day_at_once_make_one_post():
    paper = listed(1, 1)

    def build(_):
        try:
            return publishing.build(DAY, [paper]) is not None
        except publishing.PublishRefused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(build, range(4))) == [False, False, False, True]
    assert Post.objects.count() == 1
