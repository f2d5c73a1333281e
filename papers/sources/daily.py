"""The sources that list papers by day. A new source is a module in this package and a line here."""

import logging
from collections.abc import Callable, Iterable
from datetime import date

from django.db import DatabaseError

from papers.sources import (
    arxivnew,
    huggingface,
)
from papers.sources.base import DayAnswer
from papers.sources.errors import SourceError, naming
from papers.sources.rate_limit import respecting_pauses

logger = logging.getLogger(__name__)

DAILY: dict[str, Callable[[date], DayAnswer]] = {
    huggingface.NAME: huggingface.fetch,
    arxivnew.NAME: arxivnew.fetch,
}
"""The function that fetches a day from each source, in this order."""

FIRST_DAY: dict[str, Callable[[], date | None]] = {
    arxivnew.NAME: arxivnew.first_day,
}
"""The function that returns the first day to ask for, or None while it is not asked at all.

It stands here for each source that people switch on. The others are asked for any day.
"""

UPVOTES: dict[str, Callable[[Iterable[str]], dict[str, int]]] = {
    huggingface.NAME: huggingface.upvotes,
}
"""The function that reads the upvotes in a stored answer, for each source that counts some."""


def first_days() -> dict[str, date]:
    """Return the first day that each source is asked for, without sources that are switched off.

    Takes one query for each source of FIRST_DAY.
    """
    days = {source: FIRST_DAY[source]() if source in FIRST_DAY else date.min for source in DAILY}
    return {source: day for source, day in days.items() if day}


def asked(day: date) -> list[str]:
    """Return the sources that are asked for a day, in the order of DAILY."""
    return [source for source, first in first_days().items() if first <= day]


def upvotes(source: str, pages: Iterable[str]) -> dict[str, int]:
    """Return the upvotes in a stored answer by arXiv id, or nothing if the source has none."""
    return UPVOTES[source](pages) if source in UPVOTES else {}


def fetch(source: str, day: date) -> DayAnswer:
    """Return what `source` lists for `day`. On SourceError nothing of the day may be stored.

    A mistake in a source's own code is a SourceError too, since the other sources go on.
    """
    with naming(source, day), respecting_pauses(source):
        try:
            return DAILY[source](day)
        except (SourceError, DatabaseError):
            raise
        except Exception as error:
            logger.exception("%s %s", source, day)
            raise SourceError(f"its reader failed: {type(error).__name__}: {error}") from error
