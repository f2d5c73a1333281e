"""A paper's way as a table of text, for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from papers.text.cleaning import fold
from papers.way import Line

HEAD = ("when", "who", "what", "where")
WIDEST = 80
"""What is longer takes the room it needs: the columns after it are not aligned on its line."""


def table(lines: Iterable[Line], site: str) -> Iterator[str]:
    """Yield the lines in aligned columns. `site` stands before each address."""
    rows = [HEAD, *(_row(line, site) for line in lines)]
    if rows[1:]:
        widths = [max(_fitting(row[column] for row in rows)) for column in range(len(HEAD))]
        for row in rows:
            yield _joined(row, widths)


def _row(line: Line, site: str) -> tuple[str, ...]:
    where = site + line.place.address if line.place else ""
    return (line.when, fold(line.who), fold(line.what), where)


def _fitting(cells: Iterable[str]) -> Iterator[int]:
    return (width for cell in cells if (width := _width(cell)) <= WIDEST)


def _joined(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Return how many columns a text takes: Hangul and Han take two, accents none."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    accents = sum(bool(unicodedata.combining(character)) for character in text)
    return len(text) + wide - accents
