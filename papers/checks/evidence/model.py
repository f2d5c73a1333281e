"""The trained model: which English words a Korean word stands for, and how much each sign counts.

The file beside this module is made by `tests/benchmarks/quality/evidence_training.py`; NOTICE says
from what. A new file gets a new number.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("evidence-1.json.gz")
SCALE = 1_000
"""Chances are stored as whole thousandths."""


class Model(NamedTuple):
    forward: Mapping[str, Mapping[str, int]]
    """For each word of a claim the words of the paper, with the chance that they bring it forth."""
    backward: Mapping[str, Mapping[str, int]]
    """The same pairs, with the chance that the claim's word brings forth the paper's."""
    claimed: Mapping[str, float]
    """How often a word is one of all words of claims. A word that is missing is rare."""
    stated: Mapping[str, float]
    """How often a word is one of all words of papers."""
    names: Mapping[str, float]
    """How rare a name is: the natural logarithm of papers for each paper that has it."""
    openings: Mapping[str, float]
    """How much more often such words are at the beginning of a quoted sentence, as a logarithm."""
    ranking: list[float]
    """The weights of `features.FEATURES`, in their order."""
    support: list[float]
    """The weights of `matching.SIGNS`, in their order."""


@cache
def model() -> Model:
    """Return the shipped model. It is read once."""
    return Model(**json.loads(gzip.decompress(FILE.read_bytes())))
