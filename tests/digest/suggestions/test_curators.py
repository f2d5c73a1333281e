"""Suggested picks of real curators, against the order of votes. The benchmark prints the table."""

import json
from collections import Counter

import pytest

from tests.benchmarks.quality import suggestions

BEFORE = "2025-06"


@pytest.mark.corpus
def test_on_months_held_back_suggestions_beat_votes(corpus):
    """A site learns from all its editors together, so the curators are two editors of one."""
    answers = suggestions.read(corpus / "hf_daily", until="2025-09")
    days = {day: suggestions.papers_of(found) for day, found in answers.items()}
    rows = json.loads((corpus / "picks_dev.json").read_text())
    curators = {name: {(day, key) for day, key in mine} for name, mine in rows.items()}
    total = Counter()
    for months in suggestions.pooled(days, curators, frozen=BEFORE).values():
        counts = sum(months.values(), Counter())
        assert counts["suggested"] >= counts["votes"] - 0.02 * counts["picks"]
        total += counts
    assert total["picks"] == 100
    assert total["suggested"] >= total["votes"] + 0.06 * total["picks"]
