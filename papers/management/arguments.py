"""Arguments and closing lines that several commands share."""

import argparse
from collections.abc import Mapping
from datetime import date, timedelta


def day(text: str) -> date:
    """A day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day: write YYYY-MM-DD") from None


def at_least_one(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def days(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def closing_line(counts: Mapping[str, int]) -> str:
    """What a command did, as one line of counts."""
    return ", ".join(f"{number} {what}" for what, number in counts.items()) + "."


def queued(added: int, asked: int) -> str:
    """What a command left to the workers, as its closing line."""
    return closing_line({"jobs queued": added, "queued before": asked - added})
