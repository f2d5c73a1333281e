"""What a subscriber sees as new: a model of the program that people read feeds with.

It keeps entries as Miniflux does: an entry is known by the hash of its id. A known one is changed
in place and stays read; one that was removed leaves a tombstone, and never comes back.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

import feedparser
import pytest
import time_machine

from digest import publishing
from digest.models import Correction, Post, State
from papers.clock import now
from papers.models import Paper, Section
from tests.digest.publishing.test_corrections import correct, written
from tests.factories import make_post

pytestmark = pytest.mark.django_db

FEEDS = ("/feed.xml", "/rss.xml", "/feed-short.xml", "/papers/feed.xml", "/en/feed.xml")
OF_DIGESTS = {"/feed.xml", "/rss.xml", "/en/feed.xml"}
CLEANED_AFTER = 3  # Polls for which a read entry is missing, until it is removed.


@dataclass
class Reader:
    """A subscription to one feed."""

    client: object
    address: str
    kept: dict[str, dict] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    tombstones: set[str] = field(default_factory=set)

    def poll(self):
        """Fetch the feed, and return the titles of what is new."""
        found = feedparser.parse(self.client.get(self.address).content)
        assert not found.bozo
        entries = {sha256(each.id.encode()).hexdigest(): each for each in found.entries}
        new = [each for each in entries if each not in self.kept.keys() | self.tombstones]
        self.kept |= entries
        self._clean(entries)
        return [entries[each].title for each in new]

    def _clean(self, entries):
        gone = self.kept.keys() - entries.keys()
        self.missing = {each: self.missing.get(each, 0) + 1 for each in gone}
        for each in [each for each, polls in self.missing.items() if polls >= CLEANED_AFTER]:
            del self.kept[each]
            self.tombstones.add(each)


@pytest.fixture
def readers(client, settings):
    settings.FEED_DELAY = timedelta(minutes=10)
    return [Reader(client, address) for address in FEEDS]


@pytest.fixture
def clock():
    with time_machine.travel(now() - timedelta(days=30), tick=False) as traveller:
        yield traveller


def news(readers):
    """Return how many new things each feed brought."""
    return {reader.address: len(reader.poll()) for reader in readers}


def expected(*, digests=0, papers=0, corrections=0):
    return {
        address: papers if "papers" in address else digests + corrections * (address in OF_DIGESTS)
        for address in FEEDS
    }


def test_a_digest_is_one_new_thing_after_its_delay_and_each_of_its_papers_one(readers, clock):
    for _ in range(3):
        make_post(papers=[written(), written()])
        assert news(readers) == expected()
        clock.shift(timedelta(minutes=11))
        assert news(readers) == expected(digests=1, papers=2)
        assert news(readers) == expected()


def test_no_edit_is_new(readers, clock, settings):
    post = make_post(papers=[written(), written()])
    clock.shift(timedelta(hours=1))
    assert news(readers) == expected(digests=1, papers=2)
    Section.objects.update(markdown="고친 글이다.", html="<p>고친 글이다.</p>")
    publishing.publish_changes(post)
    post.title, post.slug, post.intro = "새 제목", "new-slug", "새 머리말"
    post.save()
    publishing.publish_changes(post)
    for paper in Paper.objects.all():
        paper.title, paper.organization = "A new title", "Another"
        paper.save()
    post.tags.add("vision")
    settings.SITE_URL, settings.SITE_TITLE = "https://moved.example", "Other Papers"
    assert news(readers) == expected()
    assert "새 제목" in {entry.title for entry in readers[0].kept.values()}


def test_each_correction_is_one_new_thing(readers, clock):
    post = make_post(papers=[written(), written()])
    clock.shift(timedelta(hours=1))
    news(readers)
    for paper in (None, post.papers.first()):
        correct(post, paper=paper, at=now())
        assert news(readers) == expected(corrections=1)
        clock.shift(timedelta(days=1))
        assert news(readers) == expected()


def test_an_upgrade_is_nothing_new(readers, clock):
    """Before it there were no corrections among the digests, and nobody had a feed of papers."""
    post = make_post(papers=[written(), written()])
    correct(post, at=now())
    Correction.objects.update(is_news=False)
    Paper.objects.update(is_news=False)
    clock.shift(timedelta(hours=1))
    assert news(readers) == expected(digests=1)
    make_post(papers=[post.papers.first(), written()])
    clock.shift(timedelta(hours=1))
    assert news(readers) == expected(digests=1, papers=1)


def test_what_was_taken_back_within_the_delay_was_never_seen(readers, clock):
    post = make_post(papers=[written()])
    clock.shift(timedelta(minutes=5))
    publishing.withdraw(post)
    clock.shift(timedelta(days=1))
    assert news(readers) == expected()
    publishing.publish(post)
    assert news(readers) == expected(digests=1, papers=1)


def test_a_digest_that_returns_is_new_also_to_who_forgot_it(readers, clock):
    kept = make_post(papers=[written()])
    post = make_post(papers=[written()])
    clock.shift(timedelta(hours=1))
    assert news(readers) == expected(digests=2, papers=2)
    publishing.withdraw(post)
    for _ in range(CLEANED_AFTER + 1):
        assert news(readers) == expected()
    publishing.publish(post)
    assert news(readers) == expected(digests=1)
    assert {kept.feed_id, post.feed_id} <= {entry.id for entry in readers[0].kept.values()}


def test_a_month_filled_in_is_nothing_new(readers, clock):
    day = make_post(papers=[written()]).date
    clock.shift(timedelta(hours=1))
    news(readers)
    for number in range(30, 60):
        make_post(papers=[written()], date=day - timedelta(days=number))
    clock.shift(timedelta(hours=1))
    assert news(readers) == expected()
    assert Post.objects.filter(state=State.PUBLISHED).count() == 31


def test_a_full_feed_forgets_the_oldest_and_brings_nothing_twice(readers, clock):
    seen = []
    for _ in range(35):
        make_post(papers=[written()])
        clock.shift(timedelta(hours=12))
        seen += [reader.poll() for reader in readers]
    assert all(len(titles) == 1 for titles in seen)
