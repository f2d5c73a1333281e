"""Tells whether the time that something takes grows with the size of what it is given, or faster.

Machines differ, and a busy one is slow for a while. So one size is compared with another in CPU
time of the same moment, and what is too slow once is tried again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

GROWTH = 4
"""How many times as large the larger one is. Quadratic time is 16 times as much."""
MOST = 9
"""How many times as much time it may take."""
TRIES = 5
FLOOR_S = 0.02
"""CPU seconds under which a clock tells nothing."""


def is_linear(run: Callable[[Any], object], make: Callable[[int], Any], size: int) -> bool:
    """Return whether `run(make(size))` takes CPU time in proportion to the size."""
    small, large = make(size), make(size * GROWTH)
    return any(
        _seconds(run, large) <= MOST * max(FLOOR_S, _seconds(run, small)) for _ in range(TRIES)
    )


def _seconds(run: Callable[[Any], object], given: Any) -> float:
    begin = time.process_time()
    run(given)
    return time.process_time() - begin
