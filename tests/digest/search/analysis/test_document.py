"""What the index stores of one paper or post."""

from itertools import pairwise

import pytest

from digest.search.analysis import document
from digest.search.analysis.document import FIRST, Document, Field, level_of, number


def test_terms_are_in_order_and_each_has_its_impact() -> None:
    made = Document.of([Field("Walrus walrus carpenter", 4.0), Field("An okapi.", 1.0)])
    assert made.terms[0] == FIRST
    assert all(one < other for one, other in pairwise(made.terms))
    impacts = dict(zip(made.terms, made.impacts, strict=True))
    assert impacts[number("walrus")] > impacts[number("carpent")] > impacts[number("okapi")] > 0


def test_of_two_terms_with_one_number_the_better_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "number", lambda term: 7)
    made = Document.of([Field("okapi", 1.0), Field("walrus", 4.0)])
    assert made.terms == [FIRST, 7]
    assert made.impacts == [0, max(made.by_term.values())]


def test_a_term_has_a_key_for_each_level_that_it_reaches() -> None:
    made = Document.of([Field("walrus", 4.0), Field("filler " * 40, 0.1)])
    level = level_of(made.by_term["walrus"])
    assert level > 1
    assert {key for key in made.keys if key.startswith("walrus")} == {
        "walrus", *(f"walrus^{each}" for each in range(2, level + 1))
    }  # fmt: skip
