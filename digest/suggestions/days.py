"""The listed papers of days as what is learned from, and ranked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet

from digest.models import Entry, SuggestedDay, Suggestion
from digest.suggestions.learning.features import Features, features
from digest.suggestions.learning.learner import Paper
from digest.suggestions.votes import Seen, when_picked
from papers.models import Choice, Listing, Source
from papers.models import Paper as Row


def since(day: date) -> date:
    """Return the first day that is learned from: that of the same month of the year before.

    So the days of a month learn from one beginning, whichever of them are ranked at once.
    """
    return date(max(day.year - 1, 1), day.month, 1)


_COLUMNS = (
    "day", "source", "pk", "paper__arxiv_id", "upvotes", "rank", "paper_id",
    "paper__title_plain", "paper__abstract", "paper__authors", "paper__organization",
)  # fmt: skip


Chosen = dict[int, Features]
"""The names of papers, by their keys."""
Day = tuple[date, list[Paper], Chosen]


def listings() -> QuerySet[Listing]:
    """Return what sources list by day. What an editor or an import names has no votes to beat."""
    return Listing.objects.exclude(source__in=[Source.EDITOR, Source.JEKYLL, Source.ARXIV_NEW])


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


def read(wanted: Collection[date]) -> Iterator[Day]:
    """Yield the wanted days and the ones with picks in the year before, in order.

    A day with picks comes again, after what its sources list, with all that was chosen for it: an
    editor may have named it, or another day lists it.
    """
    chosen = picks(since(min(wanted)), max(wanted))
    begun = {day for day, _ in chosen}
    seen = _Seen(begun)
    rows = listings().filter(day__in=begun.union(wanted)).order_by("day", "rank", "pk")
    by_day = groupby(rows.values_list(*_COLUMNS).iterator(2_000), itemgetter(0))
    listed: Iterator[Day] = (
        (day, [_paper(row, chosen, seen) for row in papers], {}) for day, papers in by_day
    )
    return merge(listed, _names(chosen), key=itemgetter(0))


def _names(chosen: set[tuple[date, int]]) -> Iterator[Day]:
    rows = Row.objects.filter(pk__in={paper for _, paper in chosen})
    names = rows.values_list("pk", "authors", "organization")
    known = {key: features("", "", authors, where) for key, authors, where in names}
    for day, pairs in groupby(sorted(chosen), itemgetter(0)):
        yield day, [], {paper: known[paper] for _, paper in pairs if paper in known}


def _paper(row: tuple[Any, ...], chosen: set[tuple[date, int]], seen: _Seen) -> Paper:
    day, source, key, arxiv_id, upvotes, rank, paper, *facts = row
    picked = (day, paper) in chosen
    then = seen.of(source, day, key, arxiv_id, Seen(upvotes, rank))
    if then is None:
        return Paper(key, features(*facts), upvotes, rank, picked, late=True, paper=paper)
    return Paper(key, features(*facts), then.votes, then.rank, picked, paper=paper)


class _Seen:
    """What the editors saw of days when they picked: as stored then, or as the sources said it."""

    def __init__(self, picked: set[date]) -> None:
        made = SuggestedDay.objects.filter(day__in=picked)
        self.made = set(made.values_list("day", flat=True))
        stored = Suggestion.objects.filter(listing__day__in=self.made, late=False)
        rows = stored.values_list("listing_id", "votes", "rank")
        self.stored = {key: Seen(votes, rank) for key, votes, rank in rows}
        self.said = when_picked(picked - self.made)

    def of(self, source: str, day: date, key: int, arxiv_id: str, now: Seen) -> Seen | None:
        """Return what a listing was, or None if it came later."""
        if day in self.made:
            return self.stored.get(key)
        said = self.said.get((source, day))
        return now if said is None else said.get(arxiv_id)
