"""Arguments and closing lines that several commands share."""

import argparse
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandError

from papers import arxiv_id
from papers.models import Paper


def day(text: str) -> date:
    """Parse a day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day: write YYYY-MM-DD") from None


def at_least_one(text: str) -> int:
    """Parse a whole number from 1 on."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def days(first: date, last: date) -> list[date]:
    """Return every day from `first` to `last`, both included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def add_papers(parser: argparse.ArgumentParser) -> None:
    """Add `--date D` or `--paper ID…`, of which one says which papers a command is about."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--date", type=day, help="papers listed on this day")
    which.add_argument("--paper", nargs="+", metavar="ID", help="arXiv ids or links")


def papers(options: Mapping[str, Any]) -> list[Paper]:
    """Return the papers asked for, at least one. CommandError says which is unknown."""
    if options["date"]:
        found = list(Paper.objects.filter(listings__day=options["date"]).distinct())
        if not found:
            raise CommandError(f"{options['date']}: no paper is listed. Run ingest for that day.")
        return found
    try:
        ids = {arxiv_id.parse(text) for text in options["paper"]}
    except arxiv_id.InvalidArxivId as error:
        raise CommandError(str(error), returncode=2) from error
    found = list(Paper.objects.filter(arxiv_id__in=ids))
    if unknown := ids - {paper.arxiv_id for paper in found}:
        raise CommandError(f"Unknown here: {', '.join(sorted(unknown))}. Ingest them first.")
    return found


def closing_line(counts: Mapping[str, int]) -> str:
    """Return what a command did, as one line of counts."""
    return ", ".join(f"{number} {what}" for what, number in counts.items()) + "."


def queued(added: int, asked: int) -> str:
    """Return what a command left to the workers, as its closing line."""
    return closing_line({"jobs queued": added, "queued before": asked - added})
