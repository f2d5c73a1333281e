"""What became of a day's papers, as the ledger says it, and what its editors decided."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from digest import ledger
from digest.models import Entry, Post
from papers.models import Choice, Listing


@dataclass(frozen=True, slots=True)
class Day:
    """A day's account, the editors' choices, its post, and the listed days before and after it."""

    date: datetime.date
    account: ledger.Day | None
    """Over all sources. None if no source was asked yet."""
    accounts: tuple[ledger.Day, ...]
    """One for each source that knows of the day."""
    listed: int
    """Papers with a choice to make."""
    picked: int
    excluded: int
    earlier: datetime.date | None
    later: datetime.date | None
    post: Post | None
    missing: int
    """Picked papers that are not in the post."""

    @classmethod
    def of(cls, day: datetime.date) -> Day:
        listings = Listing.objects.filter(day=day)
        numbers = listings.aggregate(
            listed=Count("paper", distinct=True),
            picked=Count("paper", distinct=True, filter=Q(choice=Choice.PICKED)),
            excluded=Count("paper", distinct=True, filter=Q(choice=Choice.EXCLUDED)),
        )
        days = Listing.objects.order_by("day").values_list("day", flat=True)
        post = Post.objects.filter(date=day).first()
        there = Entry.objects.filter(post=post, position__isnull=False, paper=OuterRef("paper"))
        missing = listings.filter(~Exists(there), choice=Choice.PICKED)
        told = next(iter(ledger.dates(day, day)), None)
        return cls(
            date=day,
            account=told.day if told else None,
            accounts=told.sources if told else (),
            earlier=days.filter(day__lt=day).last(),
            later=days.filter(day__gt=day).first(),
            post=post,
            missing=missing.values("paper").distinct().count() if post else 0,
            **numbers,
        )

    @property
    def iso(self) -> str:
        return self.date.isoformat()

    @property
    def undecided(self) -> int:
        return self.listed - self.picked - self.excluded
