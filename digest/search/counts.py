"""How many entries there are, and how many have a term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.models import SearchTerm
from digest.search.analysis.document import EVERY, FIRST, number


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries there are, and how many have a term at each level."""

    entries: int
    terms: Mapping[int, Sequence[int]]
    """By a term's number: with the term, at level 2 and above, at level 3 and above, …"""

    def of(self, term: str, level: int = 0) -> int:
        counts = self.terms.get(number(term))
        return counts[max(0, level - 1)] if counts else 0

    @property
    def are_in_order(self) -> bool:
        """Whether the terms of every entry are in order: the release before wrote none of them."""
        return self.entries == self.terms.get(FIRST, (0,))[0]


def counts_of(terms: Iterable[str]) -> Counts:
    """Return how many entries have these terms."""
    numbers = [EVERY, FIRST, *map(number, terms)]
    rows = SearchTerm.objects.filter(number__in=numbers)
    known = {row[0]: row[1:] for row in rows.values_list()}
    return Counts(known.get(EVERY, (0,))[0], known)
