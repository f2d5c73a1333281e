"""Finds the rhetorical role of each sentence of an abstract with a small trained model.

It is a linear-chain conditional random field (Lafferty et al. 2001) over the features of
`role_features`, trained on CSAbstruct (Cohan et al. 2019, Apache-2.0). The model file beside this
module is made by `tests/benchmarks/quality/roles_training.py`. A new file gets a new number.
"""

import gzip
import json
import math
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from papers.drafting.extract.role_features import features

MODEL = Path(__file__).with_name("roles-1.json.gz")


class Role(StrEnum):
    """What a sentence does in its abstract. The model's columns are in this order."""

    BACKGROUND = "background"
    OBJECTIVE = "objective"
    METHOD = "method"
    RESULT = "result"
    OTHER = "other"


Scores = list[float]  # one for each role


class Model(NamedTuple):
    """All scores are natural logarithms. `weights` are whole multiples of `scale`."""

    weights: dict[str, list[int]]
    scale: float
    transitions: list[Scores]
    """From the row's role to the column's role, between neighbouring sentences."""
    bias: Scores
    """Added at the decision, so that rare roles are found more often than their share."""


@cache
def model() -> Model:
    """Return the shipped model. It is read once."""
    return Model(**json.loads(gzip.decompress(MODEL.read_bytes())))


def roles(sentences: Sequence[str]) -> list[Role]:
    """Return the most likely role of each sentence. Pass all of them, in order."""
    if not sentences:
        return []
    chosen = model()
    found = []
    for row in chances(_scores(chosen, sentences), chosen.transitions):
        biased = [math.log(max(p, 1e-9)) + b for p, b in zip(row, chosen.bias, strict=True)]
        found.append(list(Role)[biased.index(max(biased))])
    return found


def _scores(chosen: Model, sentences: Sequence[str]) -> list[Scores]:
    nothing = [0] * len(Role)
    rows = (
        (chosen.weights.get(feature, nothing) for feature in present)
        for present in features(sentences)
    )
    return [[chosen.scale * sum(column) for column in zip(*row, strict=True)] for row in rows]


def chances(scores: list[Scores], transitions: list[Scores]) -> list[Scores]:
    """Return each role's probability at each sentence, by the forward-backward algorithm."""
    weights = [[math.exp(score - max(row)) for score in row] for row in scores]
    onward = [[math.exp(score) for score in row] for row in transitions]
    back = [list(column) for column in zip(*onward, strict=True)]
    forward = [_normal(weights[0])]
    for row in weights[1:]:
        forward.append(_normal(_times(row, _through(forward[-1], back))))
    backward = [[1.0] * len(Role)]
    for row in reversed(weights[1:]):
        backward.append(_normal(_through(_times(row, backward[-1]), onward)))
    return [_normal(_times(*pair)) for pair in zip(forward, reversed(backward), strict=True)]


def _through(chances: Scores, matrix: list[Scores]) -> Scores:
    return [sum(_times(chances, row)) for row in matrix]


def _times(some: Iterable[float], others: Iterable[float]) -> Scores:
    return [a * b for a, b in zip(some, others, strict=True)]


def _normal(row: Scores) -> Scores:
    total = sum(row)
    return [value / total for value in row]
