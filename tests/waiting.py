"""Waits for states, never for time."""

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")

PATIENCE_S = 300
"""Seconds after which a test that hangs ends. No machine is that slow."""


def until(so: Callable[[], T], explain: Callable[[], str] = str) -> T:
    """Return the first true answer. Without one, the test fails with an explanation."""
    deadline = time.monotonic() + PATIENCE_S
    while not (answer := so()):
        if time.monotonic() > deadline:
            pytest.fail(f"waited for {PATIENCE_S} s in vain. {explain()}")
        time.sleep(0.02)
    return answer
