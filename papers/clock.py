"""The only place that reads the time, so that tests can hold it still."""

from datetime import UTC, date, datetime, time, timedelta


def now() -> datetime:
    return datetime.now(UTC)


def end_of(day: date) -> datetime:
    """Return when a source's day, a UTC date, is over. Its list no longer grows then."""
    return datetime.combine(day, time.min, UTC) + timedelta(days=1)
