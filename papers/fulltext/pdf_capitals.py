"""Headings in capitals: spaced letters, small capitals, and capitals in the middle of a column."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from papers.fulltext import headings
from papers.fulltext.pdf_lines import Line
from papers.text.cleaning import fold

LONGEST = 80  # characters of a heading
ALIKE = 2  # headings with usual names that make a look one of headings
INDENT = 15  # points on each side of a centred line
SKEW = 14  # points, the width of a last character included
COLUMN = 0.1  # of the long lines begin at a column's edge

_SPACED = re.compile(r"(?:(?:\d{1,2}|[IVX]{1,4})\.?\s+)?[A-Z&](?:\s+[A-Z&]){3,60}")
_WORDS = re.compile(r"\s{2,}")
_SMALL = re.compile(r"\b([A-Z]) ([A-Z]{2,40})\b")
_KNOWN = re.compile(r"[^\W\d_]{3,40}")
_NAMES = ("RELATED WORK", "RELATED WORKS", "DATA AVAILABILITY", "MATERIALS AND METHODS")
_JOINED = {name.replace(" ", ""): name for name in _NAMES}
_GOES_ON = re.compile(r"(?:\b(?:AND|OF|FOR|THE|WITH|IN|ON|TO|A|AN|FROM|BY|VIA)|[&,:–-])$")


def mended(lines: list[Line]) -> list[Line]:
    """Return the lines, those in capitals with their letters joined to words."""
    known = {word.lower() for line in lines for word in _KNOWN.findall(line.text)}
    return [_mended(line, known) if is_loud(line) else line for line in lines]


def _mended(line: Line, known: set[str]) -> Line:
    if len(line.text) > 2 * LONGEST:
        return line
    text = _joined_letters(line.text) if _SPACED.fullmatch(line.text) else line.text
    whole = _SMALL.sub(r"\1\2", text)
    if not headings.is_standard(headings.without_number(whole).strip(" .:")):
        whole = _SMALL.sub(lambda pair: _small(pair, known), text)
    return line._replace(text=whole, lead=whole if line.lead == line.text else line.lead)


def _joined_letters(text: str) -> str:
    number, _, rest = text.partition(" ")
    if number[0].isdigit() or number.endswith("."):
        return f"{number} {_joined_letters(rest.strip())}"
    words = [word.replace(" ", "") for word in _WORDS.split(text)]
    return " ".join(_JOINED.get(word, word) for word in words)


def _small(pair: re.Match[str], known: set[str]) -> str:
    """Return the word of a large first letter, if the paper writes the word elsewhere too."""
    return pair[1] + pair[2] if (pair[1] + pair[2]).lower() in known else pair[0]


def is_loud(line: Line) -> bool:
    return line.text.isupper() and sum(map(str.isalpha, line.text)) > 3


def goes_on(before: Line, line: Line) -> bool:
    """Return whether a heading in capitals goes on: it ends in "AND", "OF" or the like."""
    alike = (before.font, before.size) == (line.font, line.size)
    close = 0 < before.foot - line.height < 0.04  # of the page's height
    return (
        alike and close and is_loud(before) and is_loud(line) and bool(_GOES_ON.search(before.text))
    )


class _Column(NamedTuple):
    left: float
    right: float

    def has_in_its_middle(self, line: Line) -> bool:
        before, after = line.left - self.left, self.right - line.right
        return before > INDENT and after > INDENT and abs(before - after) <= SKEW


class Looks:
    """The look of a paper's centred headings, which tells those without a usual name."""

    def __init__(self, lines: list[Line]) -> None:
        self._columns = _columns(lines)
        usual = Counter(
            (line.font, line.size)
            for line in lines
            if self._may_be(line) and headings.is_standard(fold(line.text).strip(" .:"))
        )
        self._looks = {look for look, count in usual.items() if count >= ALIKE}

    def has(self, line: Line) -> bool:
        return (line.font, line.size) in self._looks and self._may_be(line)

    def _may_be(self, line: Line) -> bool:
        short = len(line.text) <= LONGEST and not any(map(str.isdigit, line.text))
        return short and is_loud(line) and any(c.has_in_its_middle(line) for c in self._columns)


def _columns(lines: list[Line]) -> list[_Column]:
    long = [line for line in lines if len(line.text) >= 40]
    lefts = Counter(round(line.left) for line in long)
    edges = [left for left, count in lefts.items() if count >= max(COLUMN * len(long), 2)]
    return [
        _Column(left, max(line.right for line in long if round(line.left) == left))
        for left in edges
    ]
