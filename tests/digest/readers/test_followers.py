"""What the subscribers of tags see when tags are merged, renamed, and all is taken back."""

from datetime import timedelta

import pytest
import time_machine
from taggit.models import Tag

from digest import publishing
from digest.models import Entry, State, TagCarrier
from digest.publishing import tag_changes
from papers.clock import now
from tests.digest.publishing.test_corrections import written
from tests.digest.readers.test_subscribers import Reader
from tests.factories import make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(settings):
    settings.FEED_DELAY = timedelta(minutes=10)
    with time_machine.travel(now() - timedelta(days=30), tick=False) as traveller:
        yield traveller


class Follower(Reader):
    """Follows redirects as programs do: a permanent one moves the subscription."""

    moves = True

    def poll(self):
        response = self.client.get(self.address)
        while response.status_code == 301:
            if self.moves:
                self.address = response.url
            response = self.client.get(response.url)
        assert response.status_code == 200, self.address
        here, self.address = self.address, response.request["PATH_INFO"]
        new = super().poll()
        self.address = here
        return new


class Stubborn(Follower):
    """Asks at the old address for ever."""

    moves = False


@pytest.fixture
def follow(client):
    def made(slug, kind=Follower):
        return kind(client, f"/tags/{slug}/feed.xml")

    return made


def paper(*tags):
    made = written()
    made.tags.add(*tags)
    return made


def digest(clock, *papers, **fields):
    """Publish a digest that is in the feeds when this returns."""
    post = make_post(papers=papers, **fields)
    clock.shift(timedelta(hours=1))
    return post


def tag(name):
    return Tag.objects.get(name=name)


def merge(source, into):
    (change,) = tag_changes.merge([tag(source)], tag(into))
    return change


def ids(client, slug):
    reader = Reader(client, f"/tags/{slug}/feed.xml")
    reader.poll()
    return {each.id for each in reader.kept.values()}


def test_a_merge_brings_nobody_anything_that_was_there_before(client, clock, follow):
    for _ in range(2):
        digest(clock, paper("a"), paper("b"), paper("a", "b"), paper())
    followers = [follow("a"), follow("b"), follow("a", Stubborn)]
    assert [len(each.poll()) for each in followers] == [4, 4, 4]
    before = ids(client, "a"), ids(client, "b")
    merge("a", "b")
    assert (ids(client, "a"), ids(client, "b")) == before
    assert [each.poll() for each in followers] == [[], [], []]
    post = digest(clock, paper("a"), paper("b"))
    assert [len(each.poll()) for each in followers] == [2, 2, 2]
    assert client.get("/tags/a/").url == "/tags/b/"
    assert post.title not in followers[0].poll()


def test_what_both_feeds_have_yet_to_bring_comes_to_all_followers(clock, follow):
    digest(clock, paper("a"), paper("b"))
    followers = [follow("a"), follow("b")]
    [each.poll() for each in followers]
    digest(clock, paper("a"))  # Nobody has asked since.
    waiting = make_post(papers=[paper("a")])  # Not in the feeds yet.
    merge("a", "b")
    assert [len(each.poll()) for each in followers] == [1, 0]
    clock.shift(timedelta(hours=1))
    assert [len(each.poll()) for each in followers] == [1, 1]
    assert waiting.is_public


def test_a_feed_that_has_nothing_else_leads_to_the_other(client, clock, follow):
    digest(clock, paper("a", "b"))
    followers = [follow("a"), follow("b"), follow("a", Stubborn)]
    [each.poll() for each in followers]
    merge("a", "b")
    response = client.get("/tags/a/feed.xml")
    assert (response.status_code, response.url) == (301, "/tags/b/feed.xml")
    digest(clock, paper("a"))
    assert [len(each.poll()) for each in followers] == [1, 1, 1]
    assert followers[0].address == "/tags/b/feed.xml"


def test_a_tag_that_readers_never_saw_leads_to_the_other_at_once(client, clock):
    digest(clock, paper("b"))
    paper("a")
    merge("a", "b")
    assert client.get("/tags/a/feed.xml").url == "/tags/b/feed.xml"


def test_a_merged_tag_that_had_other_names_keeps_their_followers(client, clock, follow):
    digest(clock, paper("aa"), paper("b"))
    renamed = tag("aa")
    followers = [follow("aa"), follow("aa", Stubborn), follow("AA", Stubborn), follow("b")]
    [each.poll() for each in followers]
    renamed.name, renamed.slug = "a", "a"
    tag_changes.rename(renamed)
    assert [each.poll() for each in followers] == [[], [], [], []]
    merge("a", "b")
    assert [each.poll() for each in followers] == [[], [], [], []]
    assert client.get("/tags/aa/feed.xml").url == "/tags/a/feed.xml"
    digest(clock, paper("AA"))
    assert [len(each.poll()) for each in followers] == [1, 1, 1, 1]


def test_merges_that_follow_each_other_flood_nobody(clock, follow):
    digest(clock, paper("a"), paper("b"), paper("c"), paper("a", "c"))
    followers = [follow("a"), follow("b"), follow("c"), follow("a", Stubborn)]
    [each.poll() for each in followers]
    for source, into in (("a", "b"), ("b", "c")):
        merge(source, into)
        assert [each.poll() for each in followers] == [[], [], [], []]
        digest(clock, *map(paper, "abc"))
        news = [len(each.poll()) for each in followers]
        assert news == ([2, 2, 1, 2] if into == "b" else [3, 3, 3, 3])


def test_two_tags_that_merge_into_a_third_flood_nobody(clock, follow):
    digest(clock, paper("a"), paper("b"), paper("c"), paper("a", "b"))
    followers = [follow("a"), follow("b"), follow("c")]
    [each.poll() for each in followers]
    merge("a", "c")
    digest(clock, paper("a", "b"))
    assert [len(each.poll()) for each in followers] == [1, 1, 1]
    merge("b", "c")
    assert [each.poll() for each in followers] == [[], [], []]
    digest(clock, paper("a"))
    assert [len(each.poll()) for each in followers] == [1, 1, 1]


def test_a_merge_that_is_taken_back_brings_nobody_anything_old(client, clock, follow):
    digest(clock, paper("a"), paper("b"), paper("a", "b"))
    followers = [follow("a"), follow("b"), follow("a", Stubborn)]
    [each.poll() for each in followers]
    change = merge("a", "b")
    digest(clock, paper("a"))
    assert [len(each.poll()) for each in followers] == [1, 1, 1]
    tag_changes.undo(change)
    assert [each.poll() for each in followers] == [[], [], []]
    digest(clock, paper("a"), paper("b"))
    assert [len(each.poll()) for each in followers] == [1, 1, 1]
    assert client.get("/tags/a/").status_code == 200


def test_digests_of_a_merged_tag_flood_nobody_either(clock, follow):
    for name in ("a", "b"):
        digest(clock, paper()).tags.add(name)
    followers = [follow("a"), follow("b")]
    assert [len(each.poll()) for each in followers] == [1, 1]
    merge("a", "b")
    assert [each.poll() for each in followers] == [[], []]
    post = make_post(papers=[paper()])
    post.tags.add("a")
    clock.shift(timedelta(hours=1))
    assert [len(each.poll()) for each in followers] == [1, 1]


def test_a_tag_of_papers_that_merges_into_one_of_digests_floods_nobody(clock, follow):
    digest(clock, paper("a")).tags.add("b")
    followers = [follow("a"), follow("b")]
    assert [len(each.poll()) for each in followers] == [1, 1]
    merge("a", "b")
    assert [each.poll() for each in followers] == [[], []]
    digest(clock, paper("a"))
    assert [len(each.poll()) for each in followers] == [1, 1]


def test_a_new_tag_at_the_address_of_a_merged_one_has_its_own_feed(client, clock):
    digest(clock, paper("a"), paper("b"))
    merge("a", "b")
    old = ids(client, "a")
    new = paper()
    new.tags.add(Tag.objects.create(name="Another", slug="a"))
    digest(clock, new)
    assert ids(client, "a") == {new.feed_id} != old
    assert client.get("/tags/A/feed.xml").url == "/tags/a/feed.xml"


def test_a_feed_of_a_merged_tag_takes_a_few_queries_whatever_is_in_it(
    client, clock, django_assert_max_num_queries
):
    digest(clock, *(paper("a") for _ in range(5)), *(paper("b") for _ in range(5)))
    merge("a", "b")
    digest(clock, paper("a"))
    for slug, most in (("a", 18), ("b", 11)):
        with django_assert_max_num_queries(most):
            assert client.get(f"/tags/{slug}/feed.xml").status_code == 200


def test_a_tag_that_had_no_feed_begins_with_what_came_by_its_first_merge(client, clock, follow):
    digest(clock, paper("a"), paper("a2"), paper("b"))
    followers = [follow("a"), follow("a2"), follow("b")]
    [each.poll() for each in followers]
    tag_changes.merge([tag("a"), tag("a2")], Tag.objects.create(name="new"))
    late = follow("new")
    assert len(late.poll()) == 2
    assert [each.poll() for each in followers] == [[], [], []]
    merge("b", "new")
    assert [each.poll() for each in (*followers, late)] == [[], [], [], []]
    digest(clock, paper("b"))
    assert [len(each.poll()) for each in (*followers, late)] == [1, 1, 1, 1]


def test_an_address_that_a_merged_tag_had_has_followers_though_its_new_tag_is_empty(clock, follow):
    digest(clock, paper("a"), paper("b"))
    merge("a", "b")
    digest(clock, paper("b"))
    stubborn = follow("a", Stubborn)
    assert len(stubborn.poll()) == 2
    tag_changes.merge([tag("b")], Tag.objects.create(name="Another", slug="a"))
    assert stubborn.poll() == []


def test_what_feeds_did_not_have_yet_is_news_whatever_its_date(clock, follow):
    digest(clock, paper("a"), paper("b"))
    published, before = digest(clock, paper()), now()
    due, back = (make_post(State.DRAFT, papers=[paper("a"), paper("b")]) for _ in range(2))
    late = [paper("a"), paper("b")]
    publishing.publish(back, gated=False)
    publishing.withdraw(back)  # Before feeds had it.
    clock.shift(timedelta(hours=3))
    followers = [follow("a"), follow("b")]
    [each.poll() for each in followers]
    merge("a", "b")
    publishing.publish(due, gated=False, at=before)  # As a post that was due then.
    publishing.publish(back, gated=False)
    for position, each in enumerate(late, start=1):
        Entry.objects.create(post=published, paper=each, position=position)
    assert publishing.publish_changes(published)
    clock.shift(timedelta(hours=1))
    assert [len(each.poll()) for each in followers] == [6, 6]


@pytest.mark.django_db(transaction=True)
def test_stored_pages_follow_a_merge_and_its_undo(visitor, settings):
    settings.FEED_DELAY = timedelta(0)
    one, two = paper("a"), paper("b")
    post = make_post(papers=[one, two])

    def shown(address):
        return visitor.get(address).content.decode()

    addresses = [
        *("/tags/", "/tags/b/", "/tags/b/feed.xml", "/tags/a/feed.xml", post.get_absolute_url()),
        *(f"{each.get_absolute_url()[:-1]}.json" for each in (one, two)),
    ]
    before = {each: shown(each) for each in addresses}
    change = merge("a", "b")
    assert visitor.get("/tags/a/").status_code == 301
    after = {each: shown(each) for each in addresses}
    assert one.title in after["/tags/b/"]
    assert one.title not in after["/tags/b/feed.xml"]
    assert one.title in after["/tags/a/feed.xml"]
    assert '"a"' not in after[f"{one.get_absolute_url()[:-1]}.json"]
    assert shown("/tags/a/feed.xml") == after["/tags/a/feed.xml"]
    make_post(papers=[paper("a")])
    assert shown("/tags/a/feed.xml") != after["/tags/a/feed.xml"]
    tag_changes.undo(change)
    assert one.title not in shown("/tags/b/")
    assert (
        shown(f"{one.get_absolute_url()[:-1]}.json")
        == before[f"{one.get_absolute_url()[:-1]}.json"]
    )
    merge("b", "a")
    TagCarrier.objects.update(in_feeds=False)
    assert two.title in shown("/tags/a/feed.xml")
