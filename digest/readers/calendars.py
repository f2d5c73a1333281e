"""Arranges posts as a month's calendar rows, and as the months of a year."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from digest.models import Post


@dataclass(frozen=True, slots=True)
class Day:
    """One cell of the calendar: a day and its posts."""

    date: date
    posts: list[Post]
    in_month: bool


def weeks(month: date, posts: Iterable[Post]) -> list[list[Day]]:
    """Return the month's weeks, Monday first, filled up with the days before and after it."""
    by_day = defaultdict(list)
    for post in posts:
        by_day[post.date].append(post)
    return [
        [Day(day, by_day[day], day.month == month.month) for day in week]
        for week in Calendar().monthdatescalendar(month.year, month.month)
    ]


@dataclass(frozen=True, slots=True)
class Month:
    """One month on the page of a year."""

    first: date
    posts: list[Post]

    @property
    def paper_count(self) -> int:
        return sum(post.paper_count for post in self.posts)  # type: ignore[attr-defined]


def months(year: int, posts: Iterable[Post]) -> list[Month]:
    """Return the twelve months of `year`, each with its posts in the order given."""
    by_month = defaultdict(list)
    for post in posts:
        by_month[post.date.month].append(post)
    return [Month(date(year, number, 1), by_month[number]) for number in range(1, 13)]
