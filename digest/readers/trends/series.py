"""Counts over whole weeks: what rose, and how it looks. Numbers in, numbers out: no rows.

Only weeks that are over count. A week that is not would look like a fall of everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import sqrt
from typing import Any

from digest.readers.bars import bars

WEEK = timedelta(weeks=1)
LEAST = 3
"""Papers that a topic needs in a span. Of 33,000 keywords a year, 88 % are used once."""
FEW = 20
"""Papers of which a topic is as uncertain as one with fewer: of thousands, some rise by chance."""
SURE = 2.5
"""Standard deviations from which a topic has risen.

Of 1,000 topics of 40 papers that keep their share some 8 reach it by chance. The page says so.
"""
ALL = ""
"""The topic of all papers that have any."""


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Span:
    """Some weeks up to one, and as many before them to compare with."""

    weeks: int
    newest: date
    """The Monday of the last week."""

    @property
    def first(self) -> date:
        """The first day."""
        return self.newest - (self.weeks - 1) * WEEK

    @property
    def last(self) -> date:
        """The last day, a Sunday."""
        return self.newest + WEEK - timedelta(days=1)

    @property
    def before(self) -> Span:
        return Span(self.weeks, self.newest - self.weeks * WEEK)

    @property
    def mondays(self) -> list[date]:
        """The weeks, oldest first."""
        return [self.first + number * WEEK for number in range(self.weeks)]

    @property
    def all_mondays(self) -> list[date]:
        """The weeks, with those before them."""
        return [*self.before.mondays, *self.mondays]


@dataclass(frozen=True)
class Topic:
    """How many papers are about something, each counted once in its first week."""

    slug: str
    earlier: Sequence[int]
    """By week of the span before, oldest first."""
    now: Sequence[int]

    @classmethod
    def of(cls, slug: str, by_week: Mapping[date, int], span: Span) -> Topic:
        earlier, now = (
            tuple(by_week.get(monday, 0) for monday in weeks)
            for weeks in (span.before.mondays, span.mondays)
        )
        return cls(slug, earlier, now)

    @cached_property
    def count(self) -> int:
        return sum(self.now)

    @cached_property
    def count_before(self) -> int:
        return sum(self.earlier)

    @property
    def weekly(self) -> list[int]:
        return [*self.earlier, *self.now]

    def rise(self, all_papers: Topic) -> float:
        """Return by how many standard deviations its share of the papers with any topic grew.

        It is the z of two Poisson rates. A difference of shares alone would favour the largest
        topics, and a ratio the smallest. It is 0 where nothing can be compared.
        """
        now, before = all_papers.count, all_papers.count_before
        if not now or not before:
            return 0
        share = max(self.count + self.count_before, FEW) / (now + before)
        spread = sqrt(share * (1 / now + 1 / before))
        return (self.count / now - self.count_before / before) / spread


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of a span, and all its papers that have any."""

    all_papers: Topic
    topics: list[Topic]

    @classmethod
    def of(cls, counted: Mapping[str, Mapping[date, int]], span: Span) -> Topics:
        """Take those that LEAST papers of the span have, and whose name can be read."""
        all_papers = Topic.of(ALL, counted.get(ALL, {}), span)
        found = (Topic.of(slug, by_week, span) for slug, by_week in counted.items())
        named = (each for each in found if any(map(str.isalnum, each.slug)))
        return cls(all_papers, [each for each in named if each.count >= LEAST])

    def risers(self, most: int) -> list[Topic]:
        """Return those whose share clearly grew, most clearly first."""
        rises = [(each.rise(self.all_papers), each) for each in self.topics]
        grown = [pair for pair in rises if pair[0] >= SURE]
        return [each for rise, each in sorted(grown, key=lambda p: (-p[0], p[1].slug))[:most]]

    def frequent(self, most: int) -> list[Topic]:
        return sorted(self.topics, key=lambda each: (-each.count, each.slug))[:most]


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars in layers, the first at the back, to one scale."""

    columns: int
    highest: float
    """At least 1."""
    layers: list[tuple[str, str]]
    """(What it shows, its path)."""

    @property
    def view_box(self) -> str:
        return f"0 {-self.highest:g} {self.columns} {self.highest:g}"

    @classmethod
    def of(cls, **layers: Sequence[float | None]) -> Plot:
        """Draw layers by name. Each has the same places."""
        columns = max(map(len, layers.values()))
        highest = max((height or 0 for each in layers.values() for height in each), default=0)
        paths = [(name, bars(_placed(heights))) for name, heights in layers.items()]
        return cls(columns, max(1, highest), paths)

    @classmethod
    def of_topic(cls, topic: Topic) -> Plot:
        gap = [0] * len(topic.earlier)
        return cls.of(earlier=topic.weekly[: len(gap)], now=[*gap, *topic.now])


def _placed(heights: Iterable[float | None]) -> Iterable[Any]:
    return ((place, height or 0) for place, height in enumerate(heights))
