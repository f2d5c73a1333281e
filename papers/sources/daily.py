"""The sources that list papers by day. A new source is a module in this package and a line here."""

from collections.abc import Callable
from datetime import date

from papers.sources import huggingface
from papers.sources.base import DayAnswer
from papers.sources.errors import naming
from papers.sources.rate_limit import respecting_pauses

DAILY: dict[str, Callable[[date], DayAnswer]] = {
    huggingface.NAME: huggingface.fetch,
}
"""The function that fetches a day from each source, in this order."""


def fetch(source: str, day: date) -> DayAnswer:
    """Return what `source` lists for `day`. On SourceError nothing of the day may be stored."""
    with naming(source, day), respecting_pauses(source):
        return DAILY[source](day)
