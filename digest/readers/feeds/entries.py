"""Entries of feeds: a digest, a correction or a paper as every format writes it.

Every link starts with SITE_URL, never with the host that a request names. The ids are stored with
the rows, and the same in feeds of every language: programs keep the ids of each feed apart, and one
that does not should show a digest once.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape as xml_escape

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timezone import localdate
from django.utils.translation import get_language

from digest.models import Correction, Entry, Post
from digest.readers.headlines import headline
from digest.readers.stored import safe_html
from digest.readers.summaries import Summary
from papers.kinds import GIST_LENGTH
from papers.text.conversion import absolute, for_feeds

MAX_BYTES = 1024 * 1024
ENTRY_BYTES = 1_500  # The most for markup, URLs, dates and names around an entry's own text.
TAG_BYTES = 100  # The most for the markup around a tag.
SUMMARY_LENGTH = 300  # Characters.


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    id: str
    title: str
    url: str
    summary: str
    """Plain text."""
    content: str
    """HTML in which every link is absolute."""
    day: date
    """The day that it stands under in a feed."""
    published_at: datetime
    updated_at: datetime
    language: str
    tags: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The bytes that the entry takes in a feed, or a few more."""
        text = "".join([self.title, self.summary, self.content, *self.tags])
        return len(xml_escape(text).encode()) + ENTRY_BYTES + TAG_BYTES * len(self.tags)


@dataclass(frozen=True, slots=True)
class Row:
    """A paper in the list that a digest's entry begins with."""

    summary: Summary

    @property
    def gist(self) -> str:
        return gist_of(self.summary)


def fitting(entries: Iterable[FeedEntry], room: int) -> Iterator[FeedEntry]:
    """Yield the first entries that together take at most `room` bytes."""
    for entry in entries:
        room -= entry.size
        if room < 0:
            return
        yield entry


def of_digest(post: Post, *, whole: bool = True) -> FeedEntry:
    """Return the entry of a digest that comes `with_public_entries`.

    If not `whole`, it only lists the papers.
    """
    titles = " · ".join(entry.paper.title_plain for entry in post.public_entries)
    return FeedEntry(
        id=post.feed_id,
        title=headline(post),
        url=settings.SITE_URL + post.get_absolute_url(),
        summary=Truncator(titles).chars(SUMMARY_LENGTH),
        content=_digest(post, whole),
        day=post.date,
        published_at=post.public_since,
        updated_at=post.updated_at or post.public_since,
        language=_language_of(post),
        tags=sorted(tag.name for tag in post.public_tags),
    )


def of_correction(correction: Correction) -> FeedEntry:
    """Return the entry of a correction whose post has its `public_entries`, with their titles."""
    post, at = correction.post, correction.corrected_at
    name = headline(post)
    about = correction.paper.title_plain if correction.paper else name
    url = settings.SITE_URL + correction.get_absolute_url()
    place = format_html('<a href="{}">{}</a>', url, name)
    return FeedEntry(
        id=correction.feed_id,
        title=f"{correction.heading}: {about}",
        url=url,
        summary=correction.text,
        content=format_html("<p>{}</p><p>{}</p>", correction.text, place),
        day=localdate(at),
        published_at=at,
        updated_at=correction.updated_at,
        language=_language_of(post),
    )


def of_paper(entry: Entry, corrections: list[Correction], public: Container[int]) -> FeedEntry:
    """Return the entry of a paper, with the corrections about it whose keys are `public`.

    Those that were taken back or withdrawn with their post are given too. They are not told, but
    the entry changed with them.
    """
    paper, post = entry.paper, entry.post
    told = [each for each in corrections if each.pk in public]
    summary = Summary(entry, get_language() or post.language)
    gist = gist_of(summary)
    return FeedEntry(
        id=paper.feed_id,
        title=f"{paper.title_plain} — {gist}" if gist else paper.title_plain,
        url=settings.SITE_URL + paper.get_absolute_url(),
        summary=gist,
        content=_content("feeds/paper.html", post, summary=summary, corrections=told),
        day=post.date,
        published_at=post.public_since,
        updated_at=_changed_at(entry, corrections),
        language=_language_of(post),
        tags=sorted(tag.name for tag in paper.public_tags),
    )


def gist_of(summary: Summary) -> str:
    """Return the gist, cut like one: the first sentence of an introduction may be longer."""
    return Truncator(summary.gist).chars(GIST_LENGTH)


def _digest(post: Post, whole: bool) -> str:
    language = get_language() or post.language
    summaries = [
        Summary(entry, language, number=number)
        for number, entry in enumerate(post.public_entries, start=1)
    ]
    rows = [Row(summary) for summary in summaries]
    if not whole:
        return _content("feeds/glance.html", post, rows=rows, alone=True)
    return _content(
        "feeds/post.html",
        post,
        rows=rows,
        summaries=summaries,
        corrections=post.public_corrections,
        intro=safe_html(post.public_intro_html),
        intro_language=post.language if post.language != _language_of(post) else "",
    )


def _content(template: str, post: Post, **context: Any) -> str:
    """Return a template's HTML in which every link is absolute, as seen from a digest's page."""
    html = render_to_string(template, {"post": post, **context})
    return absolute(for_feeds(html), settings.SITE_URL + post.get_absolute_url())


def _language_of(post: Post) -> str:
    """Return the language of a digest's entry.

    In the site's own language a digest is as it was written. Elsewhere it is in the feed's.
    """
    language = get_language() or post.language
    return post.language if language == settings.LANGUAGE_CODE else language


def _changed_at(entry: Entry, corrections: list[Correction]) -> datetime:
    """Return when the summary last changed for readers. Its digest may change in other papers.

    It never goes back: a correction that was taken back or put back moved its paper's date.
    """
    since = entry.post.public_since
    written = (section.public_written_at or since for section in entry.paper.public_sections)
    moved = [entry.paper.public_changed_at or since] if corrections else []
    return max([since, *written, *moved, *(each.updated_at for each in corrections)])
