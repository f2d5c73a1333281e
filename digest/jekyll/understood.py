"""What was understood of a post's file, as a row of a table."""

from __future__ import annotations

from collections import Counter

from digest.jekyll.files.document import Document
from papers import kinds
from papers.management.tables import cut

KIND_WIDTH = 7  # columns


def head() -> tuple[str, ...]:
    names = (cut(row.name, KIND_WIDTH) for row in kinds.rows())
    return ("file", "layout", "day", "state", "papers", *names, "images", "rest", "tags")


def numbers() -> set[str]:
    """Return which columns of `head` are numbers."""
    return {*head()} - {"file", "layout", "day", "state", "tags"}


def row(name: str, document: Document) -> tuple[object, ...]:
    """Return the cells of a file. "rest" is the bytes that only the form of the file holds."""
    counts = Counter(
        section.kind for paper in document.papers for section in paper.sections if section.markdown
    )
    counts[kinds.GIST] += sum(bool(paper.gist) for paper in document.papers)
    return (
        name,
        document.layout,
        document.day.isoformat(),
        "public" if document.is_public else "draft",
        len(document.papers),
        *(counts[row.name] for row in kinds.rows()),
        len(document.images),
        document.remainder,
        ", ".join(document.tags),
    )


def refused(name: str) -> tuple[object, ...]:
    """Return the cells of a file of which nothing was understood."""
    return tuple({"file": name, "state": "refused"}.get(column, "") for column in head())
