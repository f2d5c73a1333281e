"""The keys of what a page is made from, told while it is made.

A key names rows, not values: `paper:7` is all that readers see of a paper. The functions that read
public rows tell the keys. `changes` says which change of a row is a change of which key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, datetime, timedelta
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a key is about. Those above the line have an id."""

    PAPER = "paper"  # What feeds say of a paper: title, authors, links, texts, digests.
    RECORD = "record"  # What only pages say of it: abstract, tags, version.
    REVIEW = "review"  # Who reviewed its texts.
    EVIDENCE = "evidence"  # What its sentences rest on.
    RELATED = "related"  # Which papers are related to it, and by which words.
    LISTING = "listing"  # On which days sources listed a paper, with ranks and upvotes.
    POST = "post"  # All that readers see of a post, but for its papers.
    ROW = "row"  # A post's address and title.
    CONTENTS = "contents"  # How many papers a post has, and their titles.
    TAG = "tag"  # A tag's name, and which posts and papers have it.
    DAY = "day"  # Which posts are public of a day. It is `date.isoformat`.
    MONTH = "month"  # The same of a month: "2025-10".
    YEAR = "year"  # The same of a year, with their numbers of papers.
    WEEK = (
        "week"  # What was listed, with keywords and votes, and published in it. It is its Monday.
    )
    # ---
    POSTS = "posts"  # Which posts are public.
    UPDATED = "updated"  # When each public post and paper last changed.
    PAPERS = "papers"  # Which papers and posts are public, and in which languages.
    TAGS = "tags"  # Which tags there are, and how many posts and papers have each.
    KNOWN = "known"  # The first and the last day that each source knows.
    CORRECTIONS = "corrections"  # Which corrections are public.
    HIDDEN = "hidden"  # What readers may not see yet. No page has this key.
    ALL = "all"  # Everything. Each page has this key.


_NAMES = re.compile(r'"(\w+)"')


@dataclass(slots=True)
class Told:
    """What was told about a page while it was made."""

    keys: set[str] = field(default_factory=lambda: {Kind.ALL.value})
    kinds: set[Kind] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    """The names in its SQL, among which are the tables."""
    until: datetime | None = None
    """When time alone changes the page."""
    stored: bool = True
    """Whether all that it shows has keys."""

    def watch(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Note the tables that a query names. It is a wrapper for `connection.execute_wrapper`."""
        self.tables.update(_NAMES.findall(str(sql)))
        return execute(sql, params, many, context)


_making: ContextVar[Told | None] = ContextVar("what the page being made depends on", default=None)


@contextmanager
def collecting() -> Iterator[Told]:
    """Collect what is told by the calls inside."""
    told = Told()
    token = _making.set(told)
    try:
        yield told
    finally:
        _making.reset(token)


def tell(kind: Kind, *ids: object) -> None:
    """Tell that the page being made depends on these rows, or on this kind as a whole."""
    if (told := _making.get()) is not None:
        told.kinds.add(kind)
        told.keys.update([f"{kind}:{each}" for each in ids] or [kind.value])


def tell_between(first: date | None, last: date | None) -> None:
    """Tell that the page depends on which posts are public between two days, both included.

    None is an open end.
    """
    if first is None or last is None:
        tell(Kind.POSTS)
        return
    for kind, span in cover(first, last):
        tell(kind, span)


def tell_until(moment: datetime | None) -> None:
    """Tell that the page is another one from this moment on, even if nothing changes."""
    if (told := _making.get()) is not None and moment:
        told.until = min(filter(None, (told.until, moment)))


def tell_unstored() -> None:
    """Tell that the page shows what has no key, so that it is made for each request."""
    if (told := _making.get()) is not None:
        told.stored = False


def cover(first: date, last: date) -> Iterator[tuple[Kind, str]]:
    """Yield the fewest days, months and years that together are all days from `first` to `last`."""
    day = first
    while day <= last:
        kind, name, after = max(
            (span for span in _spans(day) if span[2] - timedelta(1) <= last), key=lambda s: s[2]
        )
        yield kind, name
        if after == date.max:
            return
        day = after


def _spans(day: date) -> Iterator[tuple[Kind, str, date]]:
    """Yield the spans that begin with a day: (kind, name, the day after it)."""
    yield Kind.DAY, day.isoformat(), day + timedelta(1) if day < date.max else day
    if day.day == 1 and (day.year, day.month) < (MAXYEAR, 12):
        yield Kind.MONTH, day.isoformat()[:7], (day + timedelta(31)).replace(day=1)
        if day.month == 1 and day.year < MAXYEAR:
            yield Kind.YEAR, day.isoformat()[:4], day.replace(year=day.year + 1)
