"""Conditions for the best entries come before wider ones."""

import pytest

from digest.search import tiers
from digest.search.analysis.document import number
from digest.search.analysis.query import parse
from digest.search.counts import Counts

COMMON = (50_000, 20_000, 9_000, 4_000, 900)


@pytest.mark.parametrize(
    "words", ["model", "model data", "model data paper", "a1 b2 c3 d4 e5 f6 g7"]
)
def test_the_last_tier_is_the_whole_query(words: str) -> None:
    asked = parse(words).asked
    counts = Counts(100_000, {number(term): COMMON for term in parse(words).terms})
    *levels, whole = tiers.tiers(asked, counts)
    assert levels
    assert "^" not in whole.condition
    assert all("^" in tier.condition and not tier.is_whole for tier in levels)


def test_what_all_alternatives_ask_for_is_said_once() -> None:
    counts = Counts(100_000, {number(term): COMMON for term in ("model", "data", "paper")})
    conditions = [tier.condition for tier in tiers.tiers(parse("model data paper").asked, counts)]
    assert conditions[0] == (
        "'model^3' & 'data^3' & 'paper^3' & ('paper^4' | 'data^4' | 'model^4')"
    )


def test_a_narrower_tier_is_there_if_more_match_than_was_expected() -> None:
    asked = parse("model data").asked
    counts = Counts(100_000, {number(term): COMMON for term in parse("model data").terms})
    first = tiers.tiers(asked, counts)[0]
    narrower = tiers.tiers(asked, counts, few=0, enough=1)
    assert narrower[0].expected < first.expected
