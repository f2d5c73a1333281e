"""Finds the words of a paper's sentence that a claim renders, to be shown."""

from __future__ import annotations

import re

from papers.checks.evidence.features import RARE
from papers.checks.evidence.model import SCALE, model
from papers.checks.evidence.words import LATIN, STOP, stem, words

LIKELIER = 25
"""How many times likelier a paper's word makes the claim's, from which it is taken for the same."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def rendered(claim: str, sentence: str) -> list[tuple[int, int]]:
    """Return the spans of the words and numbers that the claim has, in the sentence's order."""
    said = words(claim)
    stems = set(said.terms).union(*map(_counterparts, said.terms))
    numbers = set(_NUMBER.findall(claim))
    found = [
        each.span() for each in LATIN.finditer(sentence) if _is_one(each[0], stems, said.names)
    ]
    found += [each.span() for each in _NUMBER.finditer(sentence) if each[0] in numbers]
    return _apart(sorted(found))


def _counterparts(term: str) -> set[str]:
    usual = SCALE * model().claimed.get(term, RARE)
    found = model().forward.get(term, {}).items()
    return {word for word, chance in found if chance >= LIKELIER * usual}


def _is_one(word: str, stems: set[str], names: frozenset[str]) -> bool:
    lower = word.lower()
    return lower not in STOP and (lower in names or stem(lower) in stems)


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out what lies in a span before it: the number of a name."""
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
