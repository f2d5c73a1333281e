"""The ways a request to a source fails: what can be retried, what cannot, and when to retry."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime


class SourceError(Exception):
    """A source did not give a usable response. Nothing of it may be stored.

    SourceError itself is raised for what a retry cannot cure (wrong data, a refused address).
    SourceDown is raised for what a retry may cure. `str()` names the source and the day if they
    are known.
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
    """The source refused us (403). Nothing more is requested until a person resumes it."""


class SourceDown(SourceError):
    """The source was unreachable, broke off, was too slow or returned 5xx. Retry later."""


class SourceBusy(SourceDown):
    """The source asked for a pause longer than this request may sleep.

    No request goes to it before `retry_at` (aware, UTC).
    """

    def __init__(self, message: str, retry_at: datetime) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class DayGone(SourceError):
    """The source tells later days already, and never again of this one."""


class NotAsked(SourceBusy):
    """No request went out, because the source pauses or no slot was free."""


@contextmanager
def naming(source: str, day: date | None = None) -> Iterator[None]:
    """Set the source, and the day if there is one, on every SourceError that leaves the block."""
    try:
        yield
    except SourceError as error:
        error.source, error.day = source, day
        raise
