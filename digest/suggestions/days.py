"""The listed papers of days as what is learned from, and ranked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet

from digest.models import Entry, SuggestedDay, Suggestion
from digest.suggestions import votes
from digest.suggestions.learning.features import features
from digest.suggestions.learning.learner import Paper
from papers.models import Choice, Listing, Source

YEAR = timedelta(days=366)
"""What is learned from: that much before a day, and nothing older."""

_COLUMNS = (
    "day", "source", "pk", "rank", "upvotes", "paper_id", "paper__arxiv_id",
    "paper__title_plain", "paper__abstract", "paper__authors", "paper__organization",
)  # fmt: skip


Votes = dict[tuple[str, date, str], int | None]
"""By source, day and arXiv id."""


def listings() -> QuerySet[Listing]:
    """Return what sources list by day. What an editor or an import names has no votes to beat."""
    return Listing.objects.exclude(source__in=[Source.EDITOR, Source.JEKYLL])


def picks(first: date, last: date) -> set[tuple[date, int]]:
    """Return what editors chose for the days from `first` to `last`: each day, and a paper's key.

    A paper was chosen if it is picked, or if it stands in a post of that day.
    """
    span = (first, last)
    picked = Listing.objects.filter(day__range=span, choice=Choice.PICKED).order_by()
    entries = Entry.objects.filter(post__date__range=span, position__isnull=False).order_by()
    return {
        *picked.values_list("day", "paper_id"),
        *entries.values_list("post__date", "paper_id"),
    }


def read(wanted: Collection[date]) -> Iterator[tuple[date, list[Paper]]]:
    """Yield the wanted days and the ones with picks in the year before, in order, with papers."""
    chosen = picks(min(wanted) - YEAR, max(wanted))
    begun = {day for day, _ in chosen}
    seen = _votes(begun)
    rows = listings().filter(day__in=begun.union(wanted)).order_by("day", "rank", "pk")
    for day, papers in groupby(rows.values_list(*_COLUMNS).iterator(2_000), itemgetter(0)):
        yield day, [_paper(row, chosen, seen) for row in papers]


def _paper(row: tuple[Any, ...], chosen: set[tuple[date, int]], seen: Votes) -> Paper:
    day, source, key, rank, upvotes, paper, arxiv_id, *facts = row
    counted = seen.get((source, day, arxiv_id), upvotes)
    return Paper(key, features(*facts), counted, rank, (day, paper) in chosen)


def _votes(picked: set[date]) -> Votes:
    """Return the votes that counted, where they are not those that the source counts now."""
    stored = SuggestedDay.objects.filter(day__in=picked)
    known = set(stored.values_list("day", flat=True))
    found: Votes = {
        (source, day, arxiv_id): count
        for (source, day), counts in votes.when_picked(picked - known).items()
        for arxiv_id, count in counts.items()
    }
    kept = Suggestion.objects.filter(listing__day__in=known).values_list(
        "listing__source", "listing__day", "listing__paper__arxiv_id", "votes"
    )
    found.update({(source, day, arxiv_id): count for source, day, arxiv_id, count in kept})
    return found
