"""The sources that list papers by day. A new source is a module in this package and a line here."""

import logging
from collections.abc import Callable, Iterable
from datetime import date

from django.db import DatabaseError

from papers.sources import (
    huggingface,
)
from papers.sources.base import DayAnswer
from papers.sources.errors import SourceError, naming
from papers.sources.rate_limit import respecting_pauses

logger = logging.getLogger(__name__)

DAILY: dict[str, Callable[[date], DayAnswer]] = {
    huggingface.NAME: huggingface.fetch,
}
"""The function that fetches a day from each source, in this order."""

UPVOTES: dict[str, Callable[[Iterable[str]], dict[str, int]]] = {
    huggingface.NAME: huggingface.upvotes,
}
"""The function that reads the upvotes in a stored answer, for each source that counts some."""


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
