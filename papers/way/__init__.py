"""One paper's way: what became of it, in lines that a terminal and a page show alike."""

from collections.abc import Iterator

from papers.way import facts, listed, worked, written
from papers.way.line import Line, Place, Tone, Verdict
from papers.way.rows import Rows

__all__ = ["Line", "Place", "Rows", "Tone", "Verdict", "lines", "listed", "worked"]


def lines(rows: Rows) -> Iterator[Line]:
    """Yield what happened to a paper, in no order."""
    yield from listed.lines(rows)
    yield from facts.lines(rows)
    yield from worked.lines(rows)
    yield from written.lines(rows)
