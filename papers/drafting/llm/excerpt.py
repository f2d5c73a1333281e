"""Takes as much of a paper as fits a model's context, the most telling parts first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, count
from math import ceil
from typing import NamedTuple

from papers.fulltext.base import Kind, Part
from papers.text.cleaning import fold
from papers.text.sentences import spans_of_lines

CUT_MARK = "[…]"
"""Marks where a part was cut, so that its end is not taken for the paper's end."""

# Each tier gets what the tiers before it leave.
_TIERS = (
    {Kind.ABSTRACT},
    {
        Kind.INTRODUCTION,
        Kind.METHOD,
        Kind.RESULTS,
        Kind.DISCUSSION,
        Kind.LIMITATIONS,
        Kind.CONCLUSION,
    },
    {Kind.OTHER},
    {Kind.RELATED, Kind.APPENDIX},
)
_WORTHWHILE = 40  # tokens; a shorter piece of a part says nothing
_WIDE = re.compile(
    r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)


def tokens(text: str) -> int:
    """Estimate a text's tokens: 4 characters each, but one each for Hangul, Han and Kana.

    Today's tokenizers have 4 to 5 characters a token in English prose, fewer in TeX, and one or two
    in Korean. The estimate is right within a factor of two, which is enough for its uses.
    """
    return ceil(_size(text))


def _size(text: str) -> float:
    wide = len(_WIDE.findall(text))
    return wide + (len(text) - wide) / 4


class Place(NamedTuple):
    part: int
    """The number of the part among those given, from 0."""
    start: int
    """In characters of the part's text."""
    end: int


class Excerpt(NamedTuple):
    text: str
    """Headings, and a sentence on each other line: "12| We propose a method."."""
    places: dict[int, Place]
    """Where the numbered sentences stand."""


def excerpt(parts: Sequence[Part], budget: float) -> Excerpt:
    """Return the parts in their own order, in at most about `budget` tokens.

    A part that is cut ends with a whole sentence and CUT_MARK. Among parts of equal weight the long
    ones are cut, to the same length, before a short one loses a sentence.
    """
    blocks = _blocks(parts)
    kept: list[Sequence[_Line]] = [()] * len(blocks)
    for tier in _TIERS:
        members = [at for at, part in enumerate(parts) if part.kind in tier]
        shares = _shares([sum(line.size for line in blocks[at]) for at in members], budget)
        for at, share in zip(members, shares, strict=True):
            kept[at] = _within(blocks[at], share)
            budget -= sum(line.size for line in kept[at])
    text = "\n\n".join("\n".join(line.text for line in block) for block in kept if block)
    places = {line.number: line.place for block in kept for line in block if line.place}
    return Excerpt(text, places)


class _Line(NamedTuple):
    text: str
    size: float
    """In tokens. Rounded up, many short lines would count too much."""
    number: int = 0
    place: Place | None = None


def _blocks(parts: Sequence[Part]) -> list[list[_Line]]:
    """Return the lines of each part: its heading, and its sentences with their numbers."""
    numbers = count(1)
    blocks = []
    for at, part in enumerate(parts):
        sentences = [
            _sentence(next(numbers), part, at, *span) for span in spans_of_lines(part.text)
        ]
        heading = part.heading or ("Abstract" if part.kind == Kind.ABSTRACT else "")
        first = [_line(f"## {heading}")] if heading and sentences else []
        blocks.append(first + sentences)
    return blocks


def _sentence(number: int, part: Part, at: int, start: int, end: int) -> _Line:
    line = _line(f"{number}| {fold(part.text[start:end])}")
    return line._replace(number=number, place=Place(at, start, end))


def _line(text: str) -> _Line:
    return _Line(text, _size(f"{text}\n"))


def _shares(sizes: Sequence[float], budget: float) -> list[float]:
    """Return each one's share of `budget`. Small ones get all they need, others the same."""
    shares = [0.0] * len(sizes)
    smallest_first = sorted(range(len(sizes)), key=sizes.__getitem__)
    for waiting, at in zip(range(len(sizes), 0, -1), smallest_first, strict=True):
        shares[at] = min(sizes[at], max(budget, 0) / waiting)
        budget -= shares[at]
    return shares


def _within(block: Sequence[_Line], limit: float) -> Sequence[_Line]:
    """Return the first lines of a part, in at most about `limit` tokens."""
    if sum(line.size for line in block) <= limit:
        return block
    sizes = accumulate(line.size for line in block)
    kept = [line for line, size in zip(block, sizes, strict=True) if size <= limit - _CUT.size]
    return [*kept, _CUT] if limit >= _WORTHWHILE and kept and kept[-1].place else ()


_CUT = _line(CUT_MARK)
