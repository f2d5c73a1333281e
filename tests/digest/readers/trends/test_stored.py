"""A stored page of trends hears of what it was made from, and of nothing else."""

from datetime import date, timedelta
from random import Random

import pytest
from django.core.wsgi import get_wsgi_application

from digest.readers.pages import Kind, keys, making, rows
from papers.clock import now
from papers.models import Listing, SourceAnswer
from tests.digest.readers.pages.acts import Acts, make_site
from tests.digest.readers.trends.site import BEFORE, NOW, listed, make_field
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("/trends/", "/en/trends/4-weeks/", "/trends.csv", "/trends/topics/agents/")


def made(path):
    return making.make(path, get_wsgi_application().get_response)


def store():
    for path in PAGES:
        assert made(path).stored


def counting():
    return [path for path in PAGES if rows.read(path, now())]


def a_vote():
    listing = Listing.objects.filter(day=BEFORE).first()
    listing.upvotes += 100
    listing.save()


def a_keyword():
    paper = Listing.objects.filter(day=NOW).first().paper
    paper.keywords = ["agents"]
    paper.save()


def an_editors_keyword():
    paper = Listing.objects.filter(day=NOW).last().paper
    paper.mark_edited({"keywords"})
    paper.save()


def an_answer():
    answer = SourceAnswer.objects.get(day=NOW)
    answer.listed_ids = answer.listed_ids[1:]
    answer.save()


def a_tag():
    Listing.objects.first().paper.tags.add("agents")


def a_digest():
    make_post(papers=[Listing.objects.first().paper], date=NOW)


ACTS = [a_vote, a_keyword, an_editors_keyword, an_answer, a_tag, a_digest]


@pytest.mark.parametrize("act", ACTS)
def test_what_is_counted_drops_the_pages(front, act):
    make_field()
    store()
    assert counting() == list(PAGES)
    act()
    assert counting() == []
    store()


def test_a_list_that_still_grows_drops_nothing(front):
    """The present week does not count, so that no poll of today makes the pages anew."""
    make_field()
    last = now().date() - timedelta(days=7)
    listed(last, "agents", papers=3)
    store()
    listed(now().date(), "agents", papers=3)
    Listing.objects.filter(day=now().date()).update(upvotes=99)
    make_paper(keywords=["agents"])
    assert counting() == list(PAGES)


def test_a_digest_of_this_week_may_publish_what_had_most_votes(front):
    papers = make_field()
    store()
    make_post(papers=papers[:1], date=now().date())
    assert not {"/trends/", "/en/trends/4-weeks/"} & set(counting())
    assert papers[0].get_absolute_url() in made("/trends/").page.body.decode()


def test_a_page_without_papers_depends_on_no_key_that_is_never_written(client):
    make_field()
    for path in PAGES:
        with keys.collecting() as told:
            assert client.get(path).status_code == 200
        assert Kind.PAPER.value not in told.keys, path


def test_the_first_papers_of_a_newer_week_drop_the_pages(front):
    make_field()
    store()
    listed(NOW + timedelta(weeks=5), "agents")
    assert counting() == []


def test_an_empty_page_is_not_stored(front):
    make_post(papers=1, date=date(1, 1, 1))  # A slip: no digest is so old.
    assert not made("/trends/").stored


def test_a_page_counts_until_the_present_week_is_over(front):
    make_field()
    page = made("/trends/").page
    assert page.until is not None
    assert page.until.weekday() == 0
    assert timedelta(0) < page.until - now() <= timedelta(weeks=1)


NAMES = [
    "ingest", "rename_a_keyword", "answer", "list_on_another_day", "retag_a_paper", "move_a_tag",
    "rename_a_tag", "publish", "withdraw", "take_a_paper_out", "add_a_paper",
]  # fmt: skip


@pytest.mark.slow
def test_random_acts_on_lists_leave_no_stale_page(front, caplog):
    random = Random(2)
    make_site(random, digests=4)
    acts = Acts(random)
    acts.names = sorted(f"act_{name}" for name in NAMES)
    before = {}
    changed = 0
    for _ in range(60):
        act = acts.do()
        kept = counting()
        for path in PAGES:
            page = made(path).page
            if path in before:
                assert path not in kept or page.etag == before[path], (act, path)
                changed += page.etag != before[path]
            before[path] = page.etag
    assert changed > 60
    assert not caplog.records
