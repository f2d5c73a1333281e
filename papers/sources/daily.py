"""The sources that list papers by the day: a new one is a module beside this one, and its line."""

from collections.abc import Callable
from datetime import date

from papers.sources import huggingface
from papers.sources.base import DayAnswer

DAILY: dict[str, Callable[[date], DayAnswer]] = {
    huggingface.NAME: huggingface.fetch,
}
"""How each is asked for a day, in this order. Raises SourceError, and then nothing is stored."""
