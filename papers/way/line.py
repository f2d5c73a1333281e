"""One line of a paper's way: when, what, who, and where editors look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from papers.text.cleaning import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST = 300  # characters of a text that others wrote: a reason, an error, a title


class Tone(StrEnum):
    """How a line is marked on a page. The values are classes of `editor.css`."""

    PLAIN = ""
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line's row is shown, and which permission that page asks for."""

    address: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened to a paper, or will."""

    at: datetime
    what: str
    who: str = ""
    """A person, a source, a drafter; "" if it is plain or not known."""
    place: Place | None = None
    tone: Tone = Tone.PLAIN
    permission: str = ""
    """What the line asks of who may see the paper. The page it leads to may ask for more."""
    exact: bool = True
    """Whether the time is known, and not only the day."""

    @property
    def when(self) -> str:
        return told(self.at, exact=self.exact)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a paper is on the site, or why it is not, and what would come next."""

    said: str
    then: str = ""
    tone: Tone = Tone.PLAIN
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.said} {self.then}".rstrip()


def moment(at: datetime) -> str:
    """Return a time in the site's zone, with the zone's name."""
    return date_format(localtime(at), "Y-m-d H:i T")


def told(at: datetime, *, exact: bool) -> str:
    """Return a time, or only its day if the time of day is not known."""
    return moment(at) if exact else date_format(localtime(at), "Y-m-d")


def shown(text: object) -> str:
    """Return another's text on one line, cut if it is long."""
    return Truncator(fold(str(text))).chars(LONGEST)


def person(name: str | None) -> str:
    """Return who did what only a person or a command does."""
    return name or _("a command or a deleted account")


def account(user: User | None) -> str:
    """Return who did what only a person does. Accounts that are deleted leave no name."""
    return user.username if user else _("a deleted account")


def because(what: str, reason: str) -> str:
    """Return what happened, with its reason if there is one."""
    return f"{what}: {shown(reason)}" if reason else what
