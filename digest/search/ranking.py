"""The entries that fulfil a query, the best first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from math import log
from typing import Any

from django.db import OperationalError, connection, transaction

from digest.models import SearchTerm
from digest.search.analysis.conditions import leaves, tsquery
from digest.search.analysis.document import EVERY, number
from digest.search.analysis.query import OF_ENDINGS, Query
from digest.search.tiers import Counts, Tier, tiers
from papers.clock import now

MOST = 200
"""Results that somebody may turn the pages of."""
LONGEST_MS = 1_000
"""Milliseconds that PostgreSQL may work on one statement of a search."""
_RANKED = 3_000  # Entries of one tier that are ranked at most.
_FULL = 40  # A tier with so many results ends the search.
_NEW = 0.05  # How much more a result of today counts than an old one.
_COMMON = 0.02  # The part of all entries above which a particle's pair or a form says nothing.
# Without ORDER BY in the inner query the planner would read the table for common words.
_SETTINGS = f"""
    SET LOCAL statement_timeout = {LONGEST_MS}; SET LOCAL enable_seqscan = off; SET LOCAL jit = off
"""
_BEST = """
    SELECT paper_id, post_id, day, count(*) OVER () FROM (
        SELECT id, paper_id, post_id, day, terms, impacts FROM digest_searchentry
        WHERE {where} LIMIT {ranked}
    ) found
    ORDER BY ({score}) * (1 + {new} * exp((
            greatest(least(day, %(today)s::date), '2000-01-01') - %(today)s::date) / 365.0
        )) DESC, day DESC, id DESC
    LIMIT {most}
"""


@dataclass(frozen=True, slots=True)
class Place:
    """One result: a paper or a post."""

    paper: int | None
    post: int | None
    day: date
    """The date of the post, or of the newest one with the paper."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best results, and how many there are."""

    places: list[Place]
    count: int
    is_more: bool
    """Whether there may be more than `count`."""


NOTHING = Found([], 0, is_more=False)


def find(query: Query) -> Found:
    """Return the entries that fulfil a query. A query that asks for nothing finds nothing.

    Raises OperationalError if PostgreSQL needs longer than LONGEST_MS.
    """
    if query.is_empty:
        return NOTHING
    found = NOTHING
    try:
        with _searching() as cursor:
            for found in _in_turn(cursor, query, counts_of(query)):
                if found.count >= _FULL:
                    break
    except OperationalError:  # It took too long. What was found before are the best.
        if found is NOTHING:
            raise
    return found


def _in_turn(cursor: Any, query: Query, counts: Counts) -> Iterator[Found]:
    """Yield what is found in each tier, the narrowest first."""
    expected = tiers(query.asked, counts)
    for tier in expected:
        found = _best(cursor, query, tier, counts)
        if query.asked and len(expected) == 1 and found.count >= _RANKED:
            # Far more match than was expected, and some of them were not ranked.
            for narrower in tiers(query.asked, counts, few=0)[:-1]:
                yield _best(cursor, query, narrower, counts)
        yield found


@contextmanager
def _searching() -> Iterator[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        yield cursor


def counts_of(query: Query) -> Counts:
    """Return how many entries have the terms of a query."""
    terms = {term for word in query.asked for term in (*word.scores, *leaves(word.condition))}
    numbers = [EVERY, *map(number, terms)]
    rows = SearchTerm.objects.filter(number__in=numbers)
    known = {row[0]: row[1:] for row in rows.values_list()}
    return Counts(known.get(EVERY, (0,))[0], known)


def _best(cursor: Any, query: Query, tier: Tier, counts: Counts) -> Found:
    """Return the best entries of a tier."""
    where, params = _where(query, tier)
    sql = _BEST.format(
        where=where,
        ranked=_RANKED if query.asked else "ALL",  # By date, all are ranked alike.
        score=_score(query, counts),
        new=_NEW,
        most=MOST,
    )
    cursor.execute(sql, params | {"today": now().date()})
    rows = cursor.fetchall()
    count = rows[0][3] if rows else 0
    places = [Place(*row[:3]) for row in rows]
    return Found(places, count, is_more=count > MOST or not tier.is_whole)


def _where(query: Query, tier: Tier) -> tuple[str, dict[str, Any]]:
    keys = [f"({tier.condition})"] if tier.condition else []
    keys += [tsquery(condition) for condition in query.keys]
    conditions, params = ["TRUE"], dict[str, Any]()
    if keys:
        conditions.append("keys @@ %(keys)s::tsquery")
        params["keys"] = " & ".join(keys)
    for at, phrase in enumerate(query.phrases):
        conditions.append(f"places @@ %(phrase_{at})s::tsquery")
        params[f"phrase_{at}"] = phrase.together
    for name, sign, day in (("first", ">=", query.first), ("last", "<=", query.last)):
        if day:
            conditions.append(f"day {sign} %({name})s")
            params[name] = day
    return " AND ".join(conditions), params


def _score(query: Query, counts: Counts) -> str:
    """Return the SQL of BM25's score: the impact of each term, by how rare the term is."""
    weights: dict[int, float] = {}
    for word in query.asked:
        for term, part in word.scores.items():
            having = counts.of(term)
            if part <= OF_ENDINGS and having > _COMMON * counts.entries:
                continue
            rareness = log(1 + (counts.entries - having + 0.5) / (having + 0.5))
            weights[number(term)] = max(part * rareness, weights.get(number(term), 0))
    # `array_position` reads from the front, where the terms of high impact are.
    return (
        " + ".join(
            f"{weight:.3f} * coalesce(impacts[array_position(terms, {term})], 0)"
            for term, weight in weights.items()
            if weight > 0
        )
        or "0"
    )
