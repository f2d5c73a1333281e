"""What is newest: the entries of each feed, in order. They tell the stored page what they read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import Any

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, Prefetch, Q, QuerySet

from digest.models import Correction, Entry, EntryQuerySet, Post, PostQuerySet
from digest.readers import pages
from digest.readers.feeds.entries import (
    MAX_BYTES,
    FeedEntry,
    fitting,
    of_correction,
    of_digest,
    of_paper,
)
from digest.readers.followers import Followed
from digest.readers.pages import Kind
from digest.readers.summaries import tell_content
from digest.readers.tags import papers_of, posts_of
from digest.readers.views.archive import tell_rows, with_titles
from papers.clock import now
from papers.models import Section, tags_of

LEAST, MOST = 10, 30  # Digests in a feed, if there are as many.
MOST_AT_A_GLANCE = 60
MOST_PAPERS = 100


def whole_digests(posts: PostQuerySet, room: int = MAX_BYTES) -> list[FeedEntry]:
    """Return the newest of `posts`, whole while they fit.

    Ten digests of full days do not. Those of the first LEAST for which there is no room are only
    the lists of their papers, so that a subscriber who comes back after ten days misses none.
    """
    shown = iter(_shown(posts, MOST))
    newest = list(islice(shown, LEAST))
    lists = [of_digest(post, whole=False) for post in newest]
    entries: list[FeedEntry] = []
    for number, post in enumerate(chain(newest, shown)):
        entry, after = of_digest(post), lists[number + 1 :]
        if sum(each.size for each in [*entries, entry, *after]) > room:
            return [*entries, *lists[number:]]
        entries.append(entry)
    return entries


def digests_at_a_glance() -> list[FeedEntry]:
    """Return more digests, with nothing but the lists of their papers."""
    shown = _shown(Post.objects.in_feeds(), MOST_AT_A_GLANCE)
    return list(fitting(map(partial(of_digest, whole=False), shown), MAX_BYTES))


def digests_and_corrections() -> list[FeedEntry]:
    """Return the newest digests, and between them the corrections that subscribers get as news.

    Readers' programs leave an entry that changed read, so a note in it is not enough.
    """
    posts = Post.objects.in_feeds()
    told = _corrections(Correction.objects.public().filter(is_news=True, post__in=posts))
    digests = whole_digests(posts, MAX_BYTES - sum(entry.size for entry in told))
    since = min((entry.day for entry in digests), default=None)
    between = [entry for entry in told if since and entry.day >= since]
    return sorted(
        [*digests, *between], key=lambda entry: (entry.day, entry.published_at), reverse=True
    )


def corrections() -> list[FeedEntry]:
    """Return the newest corrections, also of digests that feeds never had."""
    return _corrections(Correction.objects.public())


def papers(tag: Followed | None = None) -> list[FeedEntry]:
    """Return the newest papers, or those that the followers of a tag get.

    Each is in the first digest that brought it to subscribers.
    """
    pages.tell(Kind.POSTS)
    pages.tell(Kind.PAPERS)
    pages.tell_until(next_entry_at())
    entries = list(_papers(tag) if tag else _first_entries()[:MOST_PAPERS])
    keys = [entry.paper_id for entry in entries]
    for kind in (Kind.PAPER, Kind.RECORD):
        pages.tell(kind, *keys)
    tell_rows({entry.post for entry in entries})
    about = Correction.objects.filter(paper__in=keys)
    ever = _by_paper(about.select_related("post", "paper"))
    told = set(Correction.objects.public().filter(paper__in=keys).values_list("pk", flat=True))
    made = (of_paper(each, ever[each.paper_id], told) for each in entries)
    return list(fitting(made, MAX_BYTES))


def of_tag(tag: Followed) -> list[FeedEntry]:
    """Return the newest papers that the followers of a tag get; if there are none, its digests."""
    return papers(tag) or whole_digests(_posts(tag))


def is_over(tag: Followed) -> bool:
    """Return whether a merged tag's feed has what the other tag's has, which is its feed now."""
    if tag.merge is None:
        return False
    own = _entries_of(tag)
    return any(own) and own == _entries_of(Followed(tag.tag, tag.tag.slug))


def _entries_of(tag: Followed) -> tuple[list[int], list[int]]:
    """Return the keys of the papers and digests that a feed of a tag may have."""
    papers = _papers(tag).values_list("pk", flat=True)
    return list(papers), list(_posts(tag).values_list("pk", flat=True)[:MOST])


def _papers(tag: Followed) -> QuerySet[Entry]:
    return _first_entries().filter(tag.entries(), paper__in=papers_of(tag.tag))[:MOST_PAPERS]


def _posts(tag: Followed) -> PostQuerySet:
    return posts_of(tag.tag).in_feeds().filter(tag.posts())


def next_entry_at() -> datetime | None:
    """Return when the next published digest enters the feeds, or None if all have."""
    waiting = Post.objects.published().filter(published_at__gt=now() - settings.FEED_DELAY)
    first = waiting.aggregate(at=Min("published_at"))["at"]
    return first and first + settings.FEED_DELAY


def _shown(posts: PostQuerySet, most: int) -> Iterable[Post]:
    pages.tell(Kind.POSTS)
    pages.tell_until(next_entry_at())
    for post in posts.with_public_entries(whole=False)[:most]:
        tell_content(post)
        yield post


def _corrections(found: QuerySet[Correction]) -> list[FeedEntry]:
    posts: Any = Prefetch("post", with_titles(Post.objects.all()))
    shown = found.select_related(None).select_related("paper").prefetch_related(posts)[:MOST]
    pages.tell(Kind.CORRECTIONS)
    pages.tell(Kind.PAPER, *(each.paper_id for each in shown if each.paper_id))
    tell_rows({each.post for each in shown})
    return [of_correction(each) for each in shown]


def _first_entries() -> EntryQuerySet:
    """Return, newest first, the entry that brings each paper to subscribers."""
    in_feeds = Entry.objects.filter(public_position__isnull=False, post__in=Post.objects.in_feeds())
    same_time = Q(post__published_at=OuterRef("post__published_at"), post__lt=OuterRef("post"))
    earlier = in_feeds.filter(
        Q(post__published_at__lt=OuterRef("post__published_at")) | same_time,
        paper=OuterRef("paper"),
    )
    sections: Any = Prefetch(
        "paper__sections", Section.objects.as_shown(reviews=False), "public_sections"
    )
    return (
        in_feeds.filter(~Exists(earlier), paper__is_news=True)
        .select_related("post", "paper")
        .prefetch_related(sections, tags_of("paper__"))
        .by_post()
    )


def _by_paper(found: Iterable[Correction]) -> dict[int | None, list[Correction]]:
    told = defaultdict(list)
    for each in found:
        told[each.paper_id].append(each)
    return told
