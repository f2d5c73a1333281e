"""Which addresses the public site has, from rows. Search engines get theirs from the same rows.

Each is a decoded path, as stored pages have it. They are made from samples of the URL resolver's,
because it takes longer to make one than to write a small file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from html import unescape
from urllib.parse import unquote

from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from taggit.models import Tag

from digest.models import Entry, Post, State, TagAlias
from digest.readers import sitemaps
from digest.readers.calendars import Known
from digest.readers.pages.first import FEEDS
from digest.readers.sitemaps import PaperSitemap, PostSitemap, TagSitemap
from digest.readers.tags import entries_of, posts_of
from digest.readers.views.citations import FORMS
from digest.readers.views.tags import TagPage
from digest.readers.views.trends import RANGES, address
from papers import arxiv_id
from papers.text.tags import is_address

FIXED = ("home", "archive", "tag_list", "all_tags", "feeds", "marks", "about", *FEEDS)
LANGUAGELESS = ("corrections", "llms", "robots")
ID = "0704.0001"
_ID = re.compile(arxiv_id.PATTERN)
_TO_A_TOPIC = re.compile(r'href="([^"]+/topics/[^"]+)"')
_DAY = timedelta(days=1)

Shape = Callable[..., str]


def shape(name: str, *samples: str, form: str = "") -> Shape:
    """Return a function that makes the paths of a name, in the language that is active now.

    Each sample stands in the path once, and nowhere else.
    """
    path = reverse(name, args=[*samples, *filter(None, [form])])
    for sample in samples:
        path = path.replace(sample, "{}", 1)
    return path.format


def of_day(name: str, *more: str, form: str = "") -> Shape:
    return shape(name, "5432", "98", "76", *more, form=form)


@dataclass(frozen=True)
class Rows:
    """What the addresses are made from, read once for all languages."""

    posts: list[tuple[date, str]] = field(default_factory=list)
    """The date and the slug of each published post that has an address."""
    by_day: dict[date, list[str]] = field(default_factory=dict)
    """The slugs of each day's published posts, also those that make no address."""
    withdrawn: list[tuple[date, str]] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    """The papers of withdrawn posts alone."""
    tags: dict[str, int] = field(default_factory=dict)
    """The slugs of used tags, each with its number of pages."""
    former: list[str] = field(default_factory=list)
    """Slugs that tags had before. Some still have a feed."""
    sitemaps: list[str] = field(default_factory=list)
    """Their addresses, of which those of papers may be more than one."""
    known: Known = field(default_factory=lambda: Known([]))

    @classmethod
    def read(cls) -> Rows:
        posts = PostSitemap().items().values_list("date", "slug")
        by_day: dict[date, list[str]] = {}
        for day, slug in posts:
            by_day.setdefault(day, []).append(slug)
        withdrawn = Post.objects.filter(state=State.WITHDRAWN).values_list("date", "slug")
        papers = set(PaperSitemap().items().values_list("arxiv_id", flat=True))
        return cls(
            posts=[each for each in posts if is_address(each[1])],
            by_day=by_day,
            withdrawn=[each for each in withdrawn if is_address(each[1])],
            papers=sorted(filter(_ID.fullmatch, papers)),
            gone=sorted(filter(_ID.fullmatch, _withdrawn_papers() - papers)),
            tags=_tags(),
            former=_former(),
            sitemaps=list(sitemaps.addresses()),
            known=Known.read(),
        )

    @cached_property
    def months(self) -> list[date]:
        """The first days of the months that have a page, of which some may be empty."""
        own = {day.replace(day=1) for day in self.by_day}
        between = {day.replace(day=1) for day in self.known_days}
        return sorted(own | {each for each in between if own and min(own) < each < max(own)})

    @cached_property
    def years(self) -> list[int]:
        return sorted({each.year for each in self.months})

    @cached_property
    def known_days(self) -> list[date]:
        """The days that have a page though they may have no digest."""
        found: set[date] = set()
        for first, last in self.known.spans:
            found |= {first + n * _DAY for n in range((last - first).days + 1)}
        return sorted(found)


def _withdrawn_papers() -> set[str]:
    entries = Entry.objects.filter(post__state=State.WITHDRAWN, public_position__isnull=False)
    return set(entries.values_list("paper__arxiv_id", flat=True))


def _tags() -> dict[str, int]:
    return {tag.slug: _pages(tag) for tag in TagSitemap().items() if is_address(tag.slug)}


def _pages(tag: Tag) -> int:
    """Return how many pages a tag has. A tag used no more often than one page has has one."""
    most = TagPage.paginate_by
    if tag.uses <= most:
        return 1
    return -(-(entries_of(tag).count() + posts_of(tag).count()) // most)


def _former() -> list[str]:
    slugs = TagAlias.objects.exclude(slug=None).order_by("pk").values_list("slug", flat=True)
    return [slug for slug in slugs if slug and is_address(slug)]


def pages(rows: Rows) -> Iterator[str]:
    """Yield the addresses of what has stored pages, in all languages."""
    yield from map(reverse, LANGUAGELESS)
    yield from rows.sitemaps
    yield from map(shape("tag_feed", "sample"), rows.tags)
    for form in FORMS:
        yield from _posts(rows.posts, of_day("post_citation", "sample", form=form))
        yield from map(shape("paper_citation", ID, form=form), rows.papers)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield from map(reverse, FIXED)
            yield from _dated(rows)
            yield from _of_papers(rows)
            yield from _of_tags(rows)


def _dated(rows: Rows) -> Iterator[str]:
    for name in ("post", "post_md", "post_json"):
        yield from _posts(rows.posts, of_day(name, "sample"))
    yield from _posts(rows.withdrawn, of_day("post", "sample"))
    day, month, year = of_day("day"), shape("month", "5432", "98"), shape("year", "5432")
    yield from (day(*parts(each)) for each in rows.by_day if not only_digest(rows, each))
    yield from (month(*parts(each)[:2]) for each in rows.months)
    yield from (year(f"{each:04}") for each in rows.years)


def only_digest(rows: Rows, day: date) -> str:
    """Return the slug of the only digest of a day, to which the day's address leads, or ""."""
    slugs = rows.by_day.get(day, [])
    return slugs[0] if len(slugs) == 1 and is_address(slugs[0]) else ""


def _of_papers(rows: Rows) -> Iterator[str]:
    for name in ("paper", "paper_md", "paper_json"):
        yield from map(shape(name, ID), rows.papers)
    yield from map(shape("paper", ID), rows.gone)


def _of_tags(rows: Rows) -> Iterator[str]:
    yield from map(shape("tag", "sample"), rows.tags)
    page = shape("tag_page", "sample", "99")
    for slug, count in rows.tags.items():
        yield from (page(slug, number) for number in range(2, count + 1))


def _posts(posts: Iterable[tuple[date, str]], path: Shape) -> Iterator[str]:
    return (path(*parts(day), slug) for day, slug in posts)


def parts(day: date) -> list[str]:
    """Return the year, the month and the day as they stand in an address."""
    return day.isoformat().split("-")


def days(rows: Rows) -> Iterator[tuple[date, str]]:
    """Yield each day without a digest, with its address in the active language."""
    path = of_day("day")
    return ((day, path(*parts(day))) for day in rows.known_days if day not in rows.by_day)


def trends() -> Iterator[str]:
    """Yield the addresses of trends but for topics, to which these lead."""
    yield from (address("trends_csv", weeks) for weeks in RANGES)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield from [address("trends", weeks) for weeks in RANGES]


def topics(pages: Iterable[bytes]) -> Iterator[str]:
    """Yield the addresses of the topics that pages of trends lead to."""
    slugs = {
        slug for page in pages for slug in map(_topic, _TO_A_TOPIC.findall(page.decode())) if slug
    }
    for slug in sorted(slugs):
        yield from (unquote(address("trend_csv", weeks, slug)) for weeks in RANGES)
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                yield from [unquote(address("trend", weeks, slug)) for weeks in RANGES]


def _topic(link: str) -> str:
    path = unquote(unescape(link))
    try:
        with translation.override(translation.get_language_from_path(path)):
            return resolve(path).kwargs.get("topic", "")
    except Resolver404:
        return ""
