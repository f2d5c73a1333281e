"""Finds the sentences of a paper that a sentence of its summary rests on.

Korean is read by word translations that a model has learnt, and English by its own words. Of other
languages only Latin names and numbers are compared. Whether a paper supports a sentence at all has
been learnt for Korean alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from papers.checks.evidence.features import IndexedPaper, index
from papers.checks.evidence.matching import Match, match
from papers.checks.evidence.model import model


def find(claim: str, sentences: Sequence[str]) -> Match:
    """Return how well each sentence of a paper fits a claim. Raises ValueError without sentences.

    The sentences of the last papers are kept indexed, since a paper has many claims, and what was
    found of the last claims, since more than one asks for it.
    """
    if not sentences:
        raise ValueError("a paper without sentences has no evidence")
    return _found(claim, tuple(sentences))


@lru_cache(maxsize=256)
def _found(claim: str, sentences: tuple[str, ...]) -> Match:
    return match(claim, _indexed(sentences), model())


@lru_cache(maxsize=8)
def _indexed(sentences: tuple[str, ...]) -> IndexedPaper:
    return index(sentences, model())
