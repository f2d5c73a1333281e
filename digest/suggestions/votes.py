"""What a day's list said when the editors began to pick: which papers, in which order, votes."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Min

from digest.models import Post
from papers.models import Choice, Listing, SourceAnswer
from papers.sources import daily

Key = tuple[str, date]
"""A source and a day."""


class Seen(NamedTuple):
    """What the list of a day said of a paper."""

    votes: int | None
    rank: int


def first_picks(days: Collection[date]) -> dict[date, datetime.datetime]:
    """Return when the first paper of each day was picked, or the day's first post was made.

    Machines write no history of listings, so each version is of a person's choice.
    """
    picked = Listing.history.filter(day__in=days, choice=Choice.PICKED).order_by()
    made = Post.objects.filter(date__in=days).order_by()
    found = dict(made.values_list("date").annotate(Min("created_at")))
    for day, at in picked.values_list("day").annotate(Min("history_date")):
        found[day] = min(at, found.get(day, at))
    return found


def when_picked(days: Collection[date]) -> dict[Key, dict[str, Seen]]:
    """Return papers by arXiv id, of each source and day that said others before a pick than now.

    They are those of its last answer before the first pick. If there is none, its first one counts.
    A paper that is missing was listed later.
    """
    picks = first_picks(days)
    answers = SourceAnswer.objects.filter(pk__in=_before(picks))
    rows = answers.values_list("source", "day", "listed_ids", "pages")
    return {
        (source, day): _seen(ids, daily.upvotes(source, pages))
        for source, day, ids, pages in rows.iterator(10)  # Some have 300 kB.
    }


def seen_before_picking(days: Collection[date]) -> list[int]:
    """Return the keys of the answers that tell what the editors of these days saw."""
    return _before(first_picks(days))


def _seen(ids: Sequence[str], votes: dict[str, int]) -> dict[str, Seen]:
    return {key: Seen(votes.get(key), rank) for rank, key in enumerate(ids, start=1)}


def _before(picks: dict[date, datetime.datetime]) -> list[int]:
    """Return the keys of the answers that count, without those that are the newest of their day."""
    answers = SourceAnswer.objects.filter(day__in=picks).order_by("fetched_at", "pk")
    said: dict[Key, list[tuple[datetime.datetime, int]]] = defaultdict(list)
    for key, source, day, at in answers.values_list("pk", "source", "day", "fetched_at"):
        said[source, day].append((at, key))
    chosen = []
    for (_, day), each in said.items():
        earlier = [key for at, key in each if at <= picks[day]]
        one = earlier[-1] if earlier else each[0][1]
        if one != each[-1][1]:  # The rows have what the newest one says.
            chosen.append(one)
    return chosen
