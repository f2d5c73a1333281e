"""Answers of sources that nobody needs any more: a day is read dozens of times, and votes move.

Of each day the first answer stays, the last one, and the one that the editors saw before they
picked: suggestions learn from its votes. So does each that lists or refuses a paper which no other
that stays does: the ledger counts all papers that a day ever listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count

from digest.suggestions import votes
from papers.clock import now
from papers.models import SourceAnswer
from papers.sources.items import Remark

DAYS = 30


def forget_superseded() -> int:
    """Delete the answers between, of days that are long over. Return how many."""
    return sum(_forget(source, day) for source, day in _days())


def _days() -> Iterator[tuple[str, date]]:
    old = SourceAnswer.objects.filter(day__lt=now().date() - timedelta(days=DAYS)).order_by()
    many = old.values("source", "day").annotate(answers=Count("pk")).filter(answers__gt=2)
    yield from many.values_list("source", "day")


def _forget(source: str, day: date) -> int:
    told = _told(source, day)
    keys = list(told)
    kept = {keys[0], keys[-1], *votes.seen_before_picking([day])} & told.keys()
    known = {each for key in kept for each in told[key]}
    for key in keys:
        if not told[key] <= known:
            kept.add(key)
            known |= told[key]
    gone = SourceAnswer.objects.filter(pk__in=[key for key in keys if key not in kept])
    # `delete()` would read them first, with all their pages.
    return gone._raw_delete(gone.db)


def _told(source: str, day: date) -> dict[int, set[tuple[str, str | None]]]:
    """Return the papers that each answer for a day lists and refuses, the oldest answer first."""
    said = SourceAnswer.objects.filter(source=source, day=day).order_by("fetched_at", "pk")
    return {
        key: {("listed", each) for each in listed}
        | {("refused", Remark.from_json(each).arxiv_id) for each in refusals}
        for key, listed, refusals in said.values_list("pk", "listed_ids", "refusals")
    }
