"""The entries that fulfil a query, the best first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from sys import maxsize
from typing import Any

from django.db import OperationalError, connection, transaction

from digest.search.analysis.conditions import tsquery
from digest.search.analysis.query import Query
from digest.search.counts import Counts, counts_of
from digest.search.score import score
from digest.search.tiers import Tier, tiers
from papers.clock import now

MOST = 200
"""Results that somebody may turn the pages of."""
LONGEST_MS = 1_000
"""Milliseconds that PostgreSQL may work on one statement of a search."""
_WORK = 6_000  # Words that are looked up in the entries of a tier, at most. An entry itself takes
_OF_A_PHRASE = 3  # the time of one, and a phrase that of three.
LOOKED_AT = 3_000
"""Entries of a tier that are looked at for a phrase, at most: each takes 12 µs of CPU."""
_FULL = 40  # A tier with so many results ends the search,
_A_PAGE = 20  # or with so many if the next one has more entries than are looked at.
_NEW = 0.05  # How much more a result of today counts than an old one.
# Without ORDER BY in the inner query the planner would read the table for common words. With less
# memory than for all entries that have a common word, PostgreSQL would read their keys again.
_SETTINGS = f"""
    SET LOCAL statement_timeout = {LONGEST_MS}; SET LOCAL enable_seqscan = off; SET LOCAL jit = off;
    SET LOCAL work_mem = '32MB'
"""
_ENTRIES = "(SELECT * FROM digest_searchentry WHERE {where} {limit}) near"
_HOW_MANY = "SELECT count(*) FROM {entries}"
# The score is taken in the inner query: what counts the rows would copy the terms of each. It is a
# float8, since PostgreSQL's decimals take ten times as long.
_BEST = """
    SELECT paper_id, post_id, day, score * (1 + {new}::float8 * exp((
            greatest(least(day, %(today)s::date), '2000-01-01') - %(today)s::date) / 365::float8
        )) AS worth, count(*) OVER () FROM (
        SELECT id, paper_id, post_id, day, {score} AS score FROM {entries}
        WHERE {together} LIMIT {ranked}
    ) found
    ORDER BY worth DESC, day DESC, id DESC
    LIMIT {most}
"""


@dataclass(frozen=True, slots=True)
class Place:
    """One result: a paper or a post."""

    paper: int | None
    post: int | None
    day: date
    """The date of the post, or of the newest one with the paper."""
    worth: float
    """How well it fulfils the query. It compares with others of the same search alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best results, and how many there are."""

    places: list[Place]
    count: int
    is_more: bool
    """Whether there may be more than `count`."""
    is_cut: bool = False
    """Whether more entries may fulfil the query than could be looked at."""


NOTHING = Found([], 0, is_more=False)


def find(query: Query) -> Found:
    """Return the entries that fulfil a query. A query that asks for nothing finds nothing.

    Raises OperationalError if PostgreSQL needs longer than LONGEST_MS.
    """
    if query.is_empty:
        return NOTHING
    found = NOTHING
    try:
        with in_time() as cursor:
            for found in _in_turn(cursor, query, counts_of(query.terms)):
                if found.count >= _FULL or found.is_cut:
                    break
    except OperationalError:  # It took too long. What was found before are the best.
        if not found.places:
            raise
    return found


def _in_turn(cursor: Any, query: Query, counts: Counts) -> Iterator[Found]:
    """Yield what is found so far after each tier, the narrowest first."""
    found = NOTHING
    for tier in tiers(query.asked, counts):
        if tier.expected > _most_looked_at(query) and not query.is_filtered:
            # What narrower tiers have is better than the part of this one that would be looked at.
            # How many of it a filter leaves is not known.
            if found is NOTHING:
                found = _narrower(cursor, query, tier, counts)
            if found.count >= _A_PAGE:
                yield found
                return
        wider = _best(cursor, query, tier, counts)
        if found is NOTHING and wider.is_cut:
            # Far more match than was expected, and some of them were not looked at.
            found = _narrower(cursor, query, tier, counts)
        found = _together(found, wider)
        yield found


def _narrower(cursor: Any, query: Query, tier: Tier, counts: Counts) -> Found:
    """Return what is found in the widest tier below one of which all entries are ranked."""
    found = NOTHING
    for narrower in reversed(tiers(query.asked, counts, few=0, enough=1)):
        if narrower.expected < tier.expected and not narrower.is_whole:
            found = _best(cursor, query, narrower, counts)
            if not found.is_cut:
                break
    return found


def _together(better: Found, wider: Found) -> Found:
    """Return what is found in two tiers. The wider one may have been cut before the best."""
    places = {(place.paper, place.post): place for place in (*better.places, *wider.places)}
    ranked = sorted(places.values(), key=lambda place: (-place.worth, -place.day.toordinal()))
    return Found(ranked[:MOST], max(wider.count, len(ranked)), wider.is_more, wider.is_cut)


@contextmanager
def in_time() -> Iterator[Any]:
    """Let no statement of a block work longer than LONGEST_MS: it raises OperationalError then."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        yield cursor


def _best(cursor: Any, query: Query, tier: Tier, counts: Counts) -> Found:
    """Return the best entries of a tier."""
    entries, params = _entries(query, tier)
    together, of_phrases = _together_in(query)
    sql = _BEST.format(
        entries=entries,
        together=together,
        ranked=_most_ranked(query),
        score=score(query, counts),
        new=_NEW,
        most=MOST,
    )
    cursor.execute(sql, params | of_phrases | {"today": now().date()})
    rows = cursor.fetchall()
    count = rows[0][-1] if rows else 0
    places = [Place(*row[:-1]) for row in rows]
    is_cut = count >= _most_ranked(query)
    if query.phrases and count <= MOST:
        cursor.execute(_HOW_MANY.format(entries=entries), params)
        is_cut = cursor.fetchone()[0] == LOOKED_AT
    return Found(places, count, count > MOST or is_cut or not tier.is_whole, is_cut)


def _most_looked_at(query: Query) -> int:
    return LOOKED_AT if query.phrases else _most_ranked(query)


def _most_ranked(query: Query) -> int:
    """Return how many entries of one tier are ranked at most. By date alone, all are."""
    if not query.asked:
        return maxsize
    words = 1 + len(query.asked) + _OF_A_PHRASE * len(query.phrases)
    return max(MOST, _WORK // words)


def _entries(query: Query, tier: Tier) -> tuple[str, dict[str, Any]]:
    """Return the SQL of the entries of a tier, not more than are looked at for a phrase."""
    keys = [f"({tier.condition})"] if tier.condition else []
    keys += [tsquery(condition) for condition in query.keys]
    conditions, params = ["TRUE"], dict[str, Any]()
    if keys:
        conditions.append("keys @@ %(keys)s::tsquery")
        params["keys"] = " & ".join(keys)
    for name, sign, day in (("first", ">=", query.first), ("last", "<=", query.last)):
        if day:
            conditions.append(f"day {sign} %({name})s")
            params[name] = day
    limit = f"LIMIT {LOOKED_AT}" if query.phrases else ""
    return _ENTRIES.format(where=" AND ".join(conditions), limit=limit), params


def _together_in(query: Query) -> tuple[str, dict[str, str]]:
    """Return the SQL of the condition that the words of each phrase stand together in an entry."""
    phrases = {f"phrase_{at}": each.together for at, each in enumerate(query.phrases)}
    conditions = ["TRUE", *(f"places @@ %({name})s::tsquery" for name in phrases)]
    return " AND ".join(conditions), phrases
