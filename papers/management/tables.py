"""Tables on a terminal. Columns line up, also where a letter is two columns wide, as in Korean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import zip_longest
from unicodedata import category, east_asian_width

GAP = "  "


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if category(char) in {"Mn", "Me", "Cf", "Cc"} or "\u1160" <= char <= "\u11ff":
        return 0  # The vowel and the end of a Hangul syllable stand in the place of its beginning.
    return 2 if east_asian_width(char) in {"W", "F"} else 1


def cut(text: str, most: int) -> str:
    """Return a text of at most `most` columns. One that is longer ends with "…"."""
    if width(text) <= most:
        return text
    kept, room = "", most - 1
    for char in text:
        room -= _columns(char)
        if room < 0:
            break
        kept += char
    return f"{kept}…"


def lines(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Collection[str] = (),
    most: int = 40,
) -> list[str]:
    """Return the lines of a table. Columns named in `right` end at the right, as numbers do.

    No cell takes more than `most` columns of the terminal.
    """
    cells = [[cut(str(cell), most) for cell in row] for row in (head, *rows)]
    columns = list(zip_longest(*cells, fillvalue=""))
    widths = [max(map(width, column)) for column in columns]
    return [
        GAP.join(
            _filled(cell, wide, at_the_right=name in right)
            for cell, wide, name in zip(row, widths, head, strict=True)
        ).rstrip()
        for row in cells
    ]


def _filled(cell: str, wide: int, *, at_the_right: bool) -> str:
    room = " " * (wide - width(cell))
    return room + cell if at_the_right else cell + room
