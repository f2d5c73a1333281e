"""Arranges posts as a month's calendar rows, and as the months of a year."""

from __future__ import annotations

from calendar import Calendar, monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Value

from digest import ledger
from digest.models import Post
from digest.readers import pages
from digest.readers.bars import bars
from digest.readers.pages import Kind
from papers.clock import end_of, now


@dataclass(frozen=True, slots=True)
class Known:
    """The days that some source knows. Each has a page, also without a digest."""

    spans: list[tuple[date, date]]

    @classmethod
    def read(cls) -> Known:
        """Return the days up to today, in two queries. The page tells that it depends on them."""
        pages.tell(Kind.KNOWN)
        today, spans = now().date(), ledger.spans()
        if any(last > today for _first, last in spans):
            pages.tell_until(end_of(today))
        return cls([(first, min(last, today)) for first, last in spans])

    def __contains__(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.spans)


@dataclass(frozen=True, slots=True)
class Day:
    """One cell of the calendar: a day and its posts."""

    date: date
    posts: list[Post]
    in_month: bool
    is_known: bool
    """Whether a source knows it, so that it has a page even without a post."""

    @property
    def paper_count(self) -> int:
        return _papers(self.posts)


def weeks(month: date, posts: Iterable[Post], known: Known) -> list[list[Day]]:
    """Return the month's weeks, Monday first, filled up with the days before and after it.

    The posts come `with_paper_counts`.
    """
    by_day = defaultdict(list)
    for post in posts:
        by_day[post.date].append(post)
    return [
        [Day(day, by_day[day], day.month == month.month, day in known) for day in week]
        for week in Calendar().monthdatescalendar(month.year, month.month)
    ]


def calendar_of(month: date, known: Known) -> dict[str, Any]:
    """Return what the calendar of a month needs, with the nearest other months that have digests.

    It is one query.
    """
    first, last = month.replace(day=1), end_of_month(month)
    pages.tell(Kind.POSTS)
    pages.tell(Kind.YEAR, first.isoformat()[:4])
    posts = Post.objects.published().with_paper_counts().only("date", "slug")
    older, own, newer = (
        posts.filter(**{f"date__{side}": day}).annotate(side=Value(side))
        for side, day in (("lt", first), ("range", (first, last)), ("gt", last))
    )
    found = list(own.union(older[:1], newer.reverse()[:1], all=True))
    beside = {post.side: post.date.replace(day=1) for post in found}
    sides = {post.side for post in found}
    return {
        "month": first,
        # An empty month has a page only between two that are not empty.
        "month_without_page": "range" not in sides and not {"lt", "gt"} <= sides,
        "weeks": weeks(first, (post for post in found if post.side == "range"), known),
        "previous_month": beside.get("lt"),
        "next_month": beside.get("gt"),
    }


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


@dataclass(frozen=True)
class Month:
    """One month on the page of a year."""

    first: date
    posts: list[Post]

    @property
    def paper_count(self) -> int:
        return _papers(self.posts)

    @cached_property
    def bars(self) -> str:
        """The papers of each day as the path of an SVG: a day is 1 wide, a paper 1 high."""
        by_day: Counter[int] = Counter()
        for post in self.posts:
            by_day[post.date.day] += post.paper_count  # type: ignore[attr-defined]
        return bars((day - 1, count) for day, count in sorted(by_day.items()))


@dataclass(frozen=True, slots=True)
class Year:
    """A year on the page of all years."""

    first: date
    months: list[Month]

    @property
    def post_count(self) -> int:
        return sum(len(month.posts) for month in self.months)

    @property
    def paper_count(self) -> int:
        return sum(month.paper_count for month in self.months)


def months(year: int, posts: Iterable[Post]) -> list[Month]:
    """Return the twelve months of `year`, each with its posts in the order given."""
    by_month = defaultdict(list)
    for post in posts:
        by_month[post.date.month].append(post)
    return [Month(date(year, number, 1), by_month[number]) for number in range(1, 13)]


def years(posts: Iterable[Post]) -> list[Year]:
    """Return the years of posts in the order given, which are sorted by date."""
    by_year = groupby(posts, key=lambda post: post.date.year)
    return [Year(date(year, 1, 1), months(year, some)) for year, some in by_year]


def most_papers(posts: Iterable[Post]) -> int:
    """Return the most papers of a day, at least 1: the height of all bars."""
    by_day: Counter[date] = Counter()
    for post in posts:
        by_day[post.date] += post.paper_count  # type: ignore[attr-defined]
    return max([1, *by_day.values()])


def _papers(posts: Iterable[Post]) -> int:
    return sum(post.paper_count for post in posts)  # type: ignore[attr-defined]
