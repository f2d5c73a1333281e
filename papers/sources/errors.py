"""How asking a source fails: what time may cure, what it does not, and when to ask again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime


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
