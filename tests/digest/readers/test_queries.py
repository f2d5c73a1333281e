"""A page takes as many queries for fifty papers as for five."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from papers.clock import now
from papers.models import Listing
from tests.factories import DAY, make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

MOST = 8  # On the page of a digest.
MOST_ELSEWHERE = 13  # Home has a whole digest, the calendar, the digests before and the tags.


def tagged_paper(number):
    paper = make_paper()
    reviewer, _ = User.objects.get_or_create(username="kim", first_name="철수", last_name="김")
    make_section(paper, reviewer=reviewer, reviewed_at=now())
    make_section(paper, language="en", kind="results")
    paper.tags.add("shared", f"tag {number % 7}")
    Listing.objects.create(
        paper=paper, source="huggingface", day=DAY, rank=number + 1, upvotes=number
    )
    return paper


def digests(papers, days):
    post = make_post(papers=[tagged_paper(number) for number in range(papers)])
    post.tags.add("shared")
    for day in range(1, days):
        make_post(papers=papers, date=DAY + timedelta(days=day)).tags.add("shared")
    return post


def queries(client, address):
    client.get(address)  # Content types are looked up once a process.
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("suffix", ["/", ".md", ".json"])
def test_a_digest_takes_at_most_8_queries_however_many_papers_it_has(client, suffix):
    few = make_post(papers=[tagged_paper(number) for number in range(5)])
    many = make_post(papers=[tagged_paper(number) for number in range(50)])
    make_post(papers=1)
    cost = {queries(client, p.get_absolute_url().rstrip("/") + suffix) for p in (few, many)}
    assert len(cost) == 1
    assert cost.pop() <= MOST


@pytest.mark.parametrize(
    "address", ["/", "/2025/10/", "/2025/", "/tags/", "/tags/shared/", "/2025/10/08/", "paper"]
)
def test_other_pages_take_no_more_queries_when_there_is_more_to_show(client, address):
    post = digests(papers=2, days=2)
    make_post(papers=1, date=DAY, slug="second").tags.add("shared")
    if address == "paper":
        address = post.papers.first().get_absolute_url()
    before = queries(client, address)
    for number in range(3):
        make_post(
            papers=[*post.papers.all(), tagged_paper(number + 50), tagged_paper(number + 70)],
            date=DAY + timedelta(days=5 + number),
        ).tags.add("shared")
        make_post(papers=3, date=DAY, slug=f"more-{number}").tags.add("shared")
    assert queries(client, address) == before <= MOST_ELSEWHERE


def test_a_feed_takes_no_more_queries_when_there_is_more_to_show(client, settings):
    settings.FEED_DELAY = timedelta(0)
    digests(papers=2, days=2)
    before = queries(client, "/feed.xml")
    for number in range(3):
        make_post(papers=[tagged_paper(number), tagged_paper(number + 3)]).tags.add("shared")
    assert queries(client, "/feed.xml") == before <= MOST_ELSEWHERE
