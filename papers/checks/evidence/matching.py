"""Ranks the sentences of a paper for a claim, and tells whether the paper supports it at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from papers.checks.evidence.contrast import Contrast, contrasts
from papers.checks.evidence.features import Gain, IndexedPaper, Row, features, gains, rarity
from papers.checks.evidence.model import Model
from papers.checks.evidence.words import Words, words


@dataclass(frozen=True, slots=True)
class Match:
    best: list[int]
    """The numbers of the sentences, best first."""
    scores: list[float]
    """A score for each sentence of the paper. Only differences within one claim mean anything."""
    support: float
    """Above 0 if the paper has the claim's words. It is a logarithm of odds."""

    contrasts: list[Contrast]
    """Where the claim says the opposite of the sentences that fit it best."""

    @property
    def is_supported(self) -> bool:
        return self.support > 0 and not self.contrasts


def match(claim: str, paper: IndexedPaper, model: Model) -> Match:
    """Return how well each sentence of a paper, of which there is one at least, fits the claim."""
    said = words(claim)
    gained = gains(said, paper, model)
    rows = features(said, gained, paper, model)
    scores = [weighed(row, model.ranking) for row in rows]
    best = sorted(range(len(rows)), key=lambda at: -scores[at])
    support = weighed(signs(said, gained, paper, rows, scores, model), model.support)
    return Match(best, scores, support, contrasts(claim, paper, best, model))


FITTING = 1.5
"""The gain from which a claim's word is taken to be in a sentence."""
SIGNS = (
    "forward", "backward", "names", "numbers", "score", "lead", "covered", "well covered",
    "names nowhere", "numbers nowhere", "words", "candidates", "one",
)  # fmt: skip


def signs(
    claim: Words,
    gained: Sequence[Gain],
    paper: IndexedPaper,
    rows: Sequence[Row],
    scores: Sequence[float],
    model: Model,
) -> list[float]:
    """Return what speaks for a paper's support, in the order of SIGNS.

    The more sentences there are, the better the best of them fits by chance.
    """
    at = max(range(len(scores)), key=scores.__getitem__)
    forward, backward, _, names, numbers, *_ = rows[at]
    highest = [max(each.in_sentence.values(), default=0.0) for each in gained] or [0.0]
    return [
        forward,
        backward,
        names,
        numbers,
        scores[at],
        scores[at] - sum(scores) / len(scores),
        sum(highest) / len(highest),
        sum(each > FITTING for each in highest) / len(highest),
        rarity(claim.names - paper.naming.keys(), model),
        float(len(claim.numbers - paper.numbers)),
        math.log1p(len(claim.terms)),
        math.log(len(scores)),
        1.0,
    ]


def weighed(values: Sequence[float], weights: Sequence[float]) -> float:
    return float(sum(map(mul, values, weights)))
