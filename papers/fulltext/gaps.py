"""The signs in a text's outline that parts of the paper are missing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from papers.fulltext.outline import Outline


def missing(outline: Outline, numbers: Sequence[int], *, has_references: bool = False) -> str:
    """Return what shows that sections are missing, or ""."""
    for before, after in pairwise([0, *numbers]):
        if after - before > 1:
            return jump(before, after)
    if not numbers and outline.skips_body:
        return "goes from the introduction to the conclusion"
    if empty := outline.empty():
        return f"has nothing under its heading “{empty[0][:60]}”"
    if not has_references and not outline.has_end:
        return "ends without a conclusion and without references"
    return ""


def jump(before: int, after: int) -> str:
    """Return what is said of a section that follows another, with some missing between."""
    left = f"goes from section {before} to" if before else "begins with section"
    return f"{left} {after}"
