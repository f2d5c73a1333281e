"""What the desk says of one thing: what it is, what is known of it, its next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime

from papers.clock import now

SHOWN = 8
"""The most lines of one kind."""


@dataclass(frozen=True, slots=True)
class Step:
    """A button: a link to where the step is taken, or a form that takes it."""

    label: str
    address: str
    fields: Mapping[str, object] | None = None
    """What the form posts. None is a link."""


@dataclass(frozen=True, slots=True)
class Fact:
    text: str
    tone: str = ""
    """ "bad" holds something up, "warn" should be looked at."""
    address: str = ""
    language: str = ""
    """The language of the text if it is not the page's."""


@dataclass(frozen=True, slots=True)
class Item:
    title: str
    address: str = ""
    word: str = ""
    """What kind of thing it is, in a word."""
    tone: str = ""
    facts: tuple[Fact, ...] = ()
    step: Step | None = None


def moment(at: datetime) -> str:
    """Return a time of the site's zone, with its day if that is not today."""
    local = localtime(at)
    time = time_format(local, "H:i")
    return time if local.date() == _today() else f"{day(local.date())} {time}"


def day(at: date) -> str:
    """Return a date, with its year if that is not this one."""
    return date_format(at, "MONTH_DAY_FORMAT" if at.year == _today().year else "DATE_FORMAT")


def _today() -> date:
    return localtime(now()).date()
