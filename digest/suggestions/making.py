"""Makes suggestions from rows: those of one day to look at, and those that are stored."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from digest.models import SuggestedDay, Suggestion
from digest.suggestions import days
from digest.suggestions.learning import learner
from papers.models import Listing

MOST = 30
"""Days that one run makes suggestions for. After an upgrade the next run goes on."""
OPEN = 14
"""The newest days, which are made anew when their votes change, or what was picked before them."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A day's papers, the best first."""

    day: date
    picks: int
    """Picks of earlier days that were known."""
    learned: bool
    """Whether more than votes counts."""
    suggestions: list[learner.Suggestion]
    """The key of each paper is its listing's."""


def ranked(wanted: Collection[date]) -> list[Ranked]:
    """Return the suggestions of days, each learned from the days before it alone."""
    if not wanted:
        return []
    known = {days.since(day): learner.Learner() for day in wanted}
    found = []
    for day, papers, chosen in days.read(wanted):
        if papers and day in wanted:
            found.append(_ranked(known[days.since(day)], day, papers))
        for since, each in known.items():
            if day >= since:
                each.learn(papers, chosen)
    return found


def refresh() -> int:
    """Store the suggestions that are missing, and those of open days that changed. Return how many.

    A day of which an editor has picked a paper stays as the editor saw it. What is listed later
    comes after the others.
    """
    due = _due()
    for each in ranked(due.keys()):
        _store(each, due[each.day])
    return len(due)


def _ranked(known: learner.Learner, day: date, papers: list[learner.Paper]) -> Ranked:
    weights = known.weights()
    return Ranked(day, known.picks, weights.taste > 0, known.rank(papers, weights))


@transaction.atomic
def _store(given: Ranked, made_from: str) -> None:
    # A listing that goes while this runs would take the whole day with it, and a pick waits.
    there = set(
        Listing.objects.filter(day=given.day)
        .order_by("pk")
        .select_for_update()
        .values_list("pk", flat=True)
    )
    known = SuggestedDay.objects.filter(day=given.day).exists()
    if known and days.picks(given.day, given.day):
        _append(given, there)
        return
    Suggestion.objects.filter(listing__day=given.day).delete()
    _create((each for each in given.suggestions if each.paper.key in there), first=1)
    SuggestedDay.objects.update_or_create(
        day=given.day,
        defaults={"picks": given.picks, "learned": given.learned, "made_from": made_from},
    )


def _append(given: Ranked, there: set[Any]) -> None:
    """Store the papers that are new. What the editors saw when they began keeps its place."""
    stored = Suggestion.objects.filter(listing__day=given.day)
    placed = dict(stored.values_list("listing_id", "position"))
    new = (each for each in given.suggestions if each.paper.key in there - placed.keys())
    _create((each for each in new if each.paper.late), first=max(placed.values(), default=0) + 1)


def _create(suggestions: Iterable[learner.Suggestion], first: int) -> None:
    Suggestion.objects.bulk_create(
        Suggestion(
            listing_id=each.paper.key,
            position=position,
            votes=each.paper.votes,
            rank=each.paper.rank,
            late=each.paper.late,
            reasons=each.reasons,
        )
        for position, each in enumerate(suggestions, start=first)
    )


def _due() -> dict[date, str]:
    """Return the days to make suggestions for, each with a checksum of what they follow from."""
    listed = days.listings().order_by("-day").values_list("day", flat=True)
    newest = listed.first()
    if newest is None:
        return {}
    all_days = list(listed.filter(day__gte=days.since(newest)).distinct())
    stored = dict(SuggestedDay.objects.filter(day__in=all_days).values_list("day", "made_from"))
    looked_at = [day for day in all_days if day not in stored][:MOST]
    looked_at += [day for day in all_days[:OPEN] if day in stored]
    if not looked_at:
        return {}
    chosen = days.picks(days.since(min(looked_at)), newest)
    begun = {day for day, _ in chosen}
    sums = _sums(looked_at, chosen)
    grown = _grown([day for day in looked_at if day in begun and day in stored])
    return {
        day: sums[day]
        for day in looked_at
        if day not in stored or day in grown or (day not in begun and stored[day] != sums[day])
    }


def _grown(some: Collection[date]) -> set[date]:
    """Return those of the days that list papers without a suggestion."""
    without = days.listings().filter(day__in=some, suggestion=None)
    return set(without.order_by().values_list("day", flat=True))


def _sums(wanted: Collection[date], chosen: set[tuple[date, int]]) -> dict[date, str]:
    """Return a checksum of what the suggestions of each day follow from."""
    picks = sorted(chosen)
    rows: dict[date, list[list[Any]]] = {day: [] for day in wanted}
    listed = days.listings().filter(day__in=wanted).order_by("day", "pk")
    for day, *row in listed.values_list("day", "pk", "rank", "upvotes"):
        rows[day].append(row)
    return {
        day: _sum([each for each in picks if days.since(day) <= each[0] < day], rows[day])
        for day in wanted
    }


def _sum(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
