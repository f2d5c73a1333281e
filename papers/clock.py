"""The one place time comes from, so that tests can hold it still."""

from datetime import UTC, date, datetime, time, timedelta


def now() -> datetime:
    return datetime.now(UTC)


def end_of(day: date) -> datetime:
    """When a source's day, a UTC date, is over: its list grows no more."""
    return datetime.combine(day, time.min, UTC) + timedelta(days=1)
