"""Takes as much of a paper as fits a model's context, the most telling parts first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from papers.fulltext.base import Kind, Part

CUT_MARK = " […]"
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
_SENTENCE_END = re.compile(r"[.!?。](?=\s)|(?=\n)")


def tokens(text: str) -> int:
    """Estimate a text's tokens: 4 characters each, but one each for Hangul, Han and Kana.

    Today's tokenizers have 4 to 5 characters a token in English prose, fewer in TeX, and one or two
    in Korean. The estimate is right within a factor of two, which is enough for its uses.
    """
    wide = len(_WIDE.findall(text))
    return wide + (len(text) - wide + 3) // 4


def excerpt(parts: Iterable[Part], budget: int) -> str:
    """Return the parts in their own order, in at most about `budget` tokens.

    What is cut ends with a whole sentence and CUT_MARK. Among parts of equal weight the long ones
    are cut, to the same length, before a short one loses a word.
    """
    blocks = [(Kind(part.kind), _block(part)) for part in parts if part.text.strip()]
    kept = [""] * len(blocks)
    for tier in _TIERS:
        members = [at for at, (kind, _) in enumerate(blocks) if kind in tier]
        shares = _shares([tokens(blocks[at][1]) for at in members], budget)
        for at, share in zip(members, shares, strict=True):
            kept[at] = _within(blocks[at][1], share)
            budget -= tokens(kept[at])
    return "\n\n".join(filter(None, kept))


def _block(part: Part) -> str:
    heading = part.heading or ("Abstract" if part.kind == Kind.ABSTRACT else "")
    text = part.text.strip()
    return f"## {heading}\n{text}" if heading else text


def _shares(sizes: Sequence[int], budget: int) -> list[int]:
    """Return each one's share of `budget`. Small ones get all they need, others the same."""
    shares = [0] * len(sizes)
    smallest_first = sorted(range(len(sizes)), key=sizes.__getitem__)
    for waiting, at in zip(range(len(sizes), 0, -1), smallest_first, strict=True):
        shares[at] = min(sizes[at], max(budget, 0) // waiting)
        budget -= shares[at]
    return shares


def _within(text: str, limit: int) -> str:
    """Return the text's first sentences, in at most about `limit` tokens."""
    size = tokens(text)
    if size <= limit:
        return text
    if limit < _WORTHWHILE:
        return ""
    beginning = text[: len(text) * limit // size - len(CUT_MARK)]
    ends = [end.end() for end in _SENTENCE_END.finditer(beginning)]
    return beginning[: ends[-1]] + CUT_MARK if ends and ends[-1] else ""
