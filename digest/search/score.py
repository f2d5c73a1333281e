"""How well an entry fulfils a query, as SQL: the impact of each term, by how rare the term is."""

from __future__ import annotations

from math import log

from digest.search.analysis.document import number
from digest.search.analysis.query import OF_ENDINGS, Query
from digest.search.counts import Counts

_COMMON = 0.02  # The part of all entries above which a particle's pair or a form says nothing.


def score(query: Query, counts: Counts) -> str:
    """Return the SQL of an entry's score, in units of impact times rareness."""
    said = (
        f"{weight:.3f}::float8 * {impact_of(str(term), counts.are_in_order)}"
        for term, weight in _weights(query, counts).items()
        if weight > 0
    )
    return " + ".join(said) or "0::float8"


def _weights(query: Query, counts: Counts) -> dict[int, float]:
    """Return how much each term counts, by its number."""
    weights: dict[int, float] = {}
    for word in query.asked:
        for term, part in word.scores.items():
            having = counts.of(term)
            if part <= OF_ENDINGS and having > _COMMON * counts.entries:
                continue
            rareness = log(1 + (counts.entries - having + 0.5) / (having + 0.5))
            weights[number(term)] = max(part * rareness, weights.get(number(term), 0))
    return weights


def impact_of(term: str, are_in_order: bool) -> str:
    """Return the SQL of the impact that a term, SQL too, has in an entry, or 0.

    Where the terms of all entries are in order, `width_bucket` bisects them: eight terms cost a
    fifth of what they cost with `array_position`.
    """
    if not are_in_order:
        return f"coalesce(impacts[array_position(terms, {term})], 0)"
    at = f"width_bucket({term}, terms)"
    return f"CASE WHEN terms[{at}] = {term} THEN coalesce(impacts[{at}], 0) ELSE 0 END"
