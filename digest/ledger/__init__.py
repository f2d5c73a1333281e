"""The account of each day, and the mails about days that went wrong."""

from digest.ledger.accounts import (
    Count,
    Date,
    Day,
    Readings,
    State,
    counts,
    dates,
    days,
    known,
    spans,
)

__all__ = [
    "Count",
    "Date",
    "Day",
    "Readings",
    "State",
    "counts",
    "dates",
    "days",
    "known",
    "spans",
]
