"""What the list of a day's papers shows of suggested picks. Nothing is picked by itself."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from digest.models import SuggestedDay
from digest.suggestions import wording
from papers.models import Listing

MARKED = 8
"""The suggestions of a day that its list marks, if more than votes made them. An opened row has the
place of every paper."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A paper's place in the order of suggested picks."""

    position: int
    reasons: list[str]

    @classmethod
    def of(cls, listing: Listing) -> Suggested | None:
        """Return what is stored of it. It must have been read with `select_related`."""
        stored = getattr(listing, "suggestion", None)
        if stored is None:
            return None
        return cls(stored.position, wording.sentences(stored.reasons))

    @property
    def is_marked(self) -> bool:
        return self.position <= MARKED


def by_votes(day: datetime.date) -> str:
    """Return why the day's suggestions are in the order of votes, or "" if they are not."""
    made = SuggestedDay.objects.filter(pk=day).first()
    return "" if made is None or made.learned else wording.by_votes(made.picks)
