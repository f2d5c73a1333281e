"""One paper's way to readers: what `papers.way` tells, with its posts and the verdict."""

from __future__ import annotations

from dataclasses import dataclass

from digest.way import posts, verdict
from digest.way.rows import PostRows
from papers import way
from papers.models import Paper
from papers.way import Line, Verdict

__all__ = ["Way"]


@dataclass(frozen=True, slots=True)
class Way:
    """What became of a paper, and why it is on the site or not."""

    arxiv_id: str
    paper: Paper | None
    """None if no row has the id. Then the lines say what sources said of it."""
    verdict: Verdict
    lines: list[Line]
    """In the order of time."""
    cut: list[str]
    """The kinds of rows that are so many that older ones were left out."""

    @classmethod
    def of(cls, arxiv_id: str) -> Way:
        """Return the way of an id, in the current language, in at most 17 queries."""
        rows = way.Rows.read(arxiv_id)
        of_posts = PostRows.read(rows)
        lines = [*way.lines(rows), *posts.lines(of_posts)]
        return cls(
            arxiv_id=arxiv_id,
            paper=rows.paper,
            verdict=verdict.of(rows, of_posts),
            lines=sorted(lines, key=lambda line: line.at),
            cut=list(dict.fromkeys(rows.cut.kinds)),
        )
