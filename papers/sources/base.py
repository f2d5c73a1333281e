"""What every source answers with, and how it fails; no ORM, no network."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from papers.text import clean

TITLE_LIMIT = 500  # characters
ABSTRACT_LIMIT = 20_000  # characters


class SourceError(Exception):
    """A source did not give a usable answer: nothing of it may be stored.

    Raised as it is for what time does not cure (wrong data, a refused address); SourceDown for
    what it may. `str()` names the source and the day where they are known.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.source = ""
        self.day: date | None = None

    def __str__(self) -> str:
        known = [self.source, self.day.isoformat() if self.day else ""]
        where = " ".join(part for part in known if part)
        message = super().__str__()
        return f"{where}: {message}" if where else message


class SourceForbidden(SourceError):
    """The source turned us away (403): nothing more is asked until a person resumes it."""


class SourceDown(SourceError):
    """The source could not be reached, broke off, was too slow or answered 5xx: try again later."""


class SourceBusy(SourceDown):
    """The source asked for a pause longer than this request may sleep.

    No request to it before `retry_at` (aware, UTC).
    """

    def __init__(self, message: str, retry_at: datetime) -> None:
        super().__init__(message)
        self.retry_at = retry_at


@contextmanager
def naming(source: str, day: date | None = None) -> Iterator[None]:
    """Put the source, and the day if there is one, on every SourceError that leaves the block."""
    try:
        yield
    except SourceError as error:
        error.source, error.day = source, day
        raise


@dataclass(frozen=True, slots=True)
class FoundPaper:
    """What a source says of a paper, before the database has a say. All text is clean."""

    arxiv_id: str
    """Canonical, without version."""
    title: str
    """White space folded; 1 to 500 characters."""
    raw_title: str
    """As the source wrapped it, only unsafe characters removed."""
    abstract: str
    """With the source's line breaks, or "" where it has none; at most 20,000 characters."""
    authors: tuple[str, ...]
    """In the paper's order."""
    published_at: datetime | None
    """When arXiv published the first version (aware, UTC), never the day of the listing."""
    upvotes: int | None
    keywords: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    """(kind, http or https address), kind being "project" or "code". Never fetched."""
    organization: str
    withdrawn: bool
    rank: int
    """Position in the source's answer, from 1."""


_AS_TEXT = re.compile(
    r"item (?P<item>\d{1,9})(?: \((?P<id>\S+)\))?(?:: (?P<field>\S+):)? (?P<reason>.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Remark:
    """What was odd about one item of an answer; stored as its text."""

    position: int
    """Of the item in the answer, from 1."""
    arxiv_id: str | None
    field: str
    """As the source names it; "" where the item as a whole is meant."""
    reason: str

    def __str__(self) -> str:
        item = f"item {self.position}" + (f" ({self.arxiv_id})" if self.arxiv_id else "")
        return f"{item}: {self.field}: {self.reason}" if self.field else f"{item} {self.reason}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The remark that was stored as `text`; any other text is a reason, of item 0."""
        found = _AS_TEXT.fullmatch(text)
        if not found:
            return cls(0, None, "", text)
        return cls(int(found["item"]), found["id"], found["field"] or "", found["reason"])


class Refusal(Remark):
    """Why one item of an answer was refused, the others being kept."""

    __slots__ = ()


class Notice(Remark):
    """Something odd in an item that was left out or survived, for an editor to see."""

    __slots__ = ()


class Refused(Exception):
    """Ends the reading of one item; the others go on."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class ItemReader:
    """Reads one item of an answer, noting what was odd about it."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.arxiv_id: str | None = None
        self.notices: list[Notice] = []

    def note(self, field: str, reason: str) -> None:
        self.notices.append(Notice(self.position, self.arxiv_id, field, reason))

    def refused(self, field: str, reason: str) -> Refused:
        return Refused(Refusal(self.position, self.arxiv_id, field, reason))

    def within(self, limit: int, field: str, text: str) -> str:
        """The text, clean and without blanks around it; Refused when longer than `limit`."""
        cleaned = clean(text).strip()
        if len(cleaned) > limit:
            raise self.refused(field, f"{len(cleaned):,} chars, limit {limit:,}")
        return cleaned


@dataclass(frozen=True, slots=True)
class Reading:
    """The items of an answer, each one a paper, a refusal or (the same id again) a notice."""

    papers: tuple[FoundPaper, ...]
    refusals: tuple[Refusal, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAnswer(Reading):
    """What a source said for one day: as it was understood, and as it came."""

    source: str
    day: date
    fetched_at: datetime
    """When the last page came (aware, UTC)."""
    pages: tuple[str, ...]
    """The text of each response, in order; the last one is an empty list."""
