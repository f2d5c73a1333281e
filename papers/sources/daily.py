"""The sources that list papers by the day: a new one is a module beside this one, and its line."""

from collections.abc import Callable
from datetime import date

from papers.sources import huggingface
from papers.sources.base import DayAnswer
from papers.sources.errors import naming
from papers.sources.rate_limit import respecting_pauses

DAILY: dict[str, Callable[[date], DayAnswer]] = {
    huggingface.NAME: huggingface.fetch,
}
"""How each is asked for a day, in this order."""


def fetch(source: str, day: date) -> DayAnswer:
    """What `source` lists for `day`. Raises SourceError, and then nothing of it may be stored."""
    with naming(source, day), respecting_pauses(source):
        return DAILY[source](day)
