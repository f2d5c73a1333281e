"""Bars as the path of an SVG: a place is 1 wide, and 1 is 1 high."""

from __future__ import annotations

from collections.abc import Iterable


def bars(heights: Iterable[tuple[int, float]]) -> str:
    """Return the path of bars at places, counted from 0. What has no height is left out."""
    return "".join(f"M{place} 0h.8v-{height:g}h-.8z" for place, height in heights if height)
