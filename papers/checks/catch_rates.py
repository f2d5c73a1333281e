"""How many planted errors the checks catch, as measured last.

`tests/benchmarks/quality/catch_rates.py` measures it and writes the file beside this module.
"""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("catch_rates.json")


class Kind(StrEnum):
    NUMBER = "number"
    UNIT = "unit"
    NAME = "name"
    DENIAL = "denial"
    DIRECTION = "direction"
    OTHER_PAPER = "sentence of another paper"
    OTHER_METHOD = "result of another method"


class Rate(NamedTuple):
    kind: Kind
    planted: int
    caught: int

    @property
    def percent(self) -> int:
        return round(100 * self.caught / self.planted) if self.planted else 0


class Measured(NamedTuple):
    on: str
    """The day, as YYYY-MM-DD."""
    rates: tuple[Rate, ...]
    true: int
    """True sentences that were checked."""
    doubted: int
    """How many of them the checks said something of."""


@cache
def measured() -> Measured:
    """Return what was measured last."""
    stored = json.loads(FILE.read_text())
    counts = stored["counts"]
    rates = (Rate(kind, counts[kind]["planted"], counts[kind]["caught"]) for kind in Kind)
    true = counts["true"]
    return Measured(stored["measured_on"], tuple(rates), true["sentences"], true["doubted"])
