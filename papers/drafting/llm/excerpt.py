"""As much of a paper as a model's context holds, the telling parts first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from papers.fulltext.base import Kind, Part

CUT_MARK = " […]"
"""Stands where a part was cut, so that nobody takes its end for the paper's."""

# Each tier has what the ones before it leave.
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
_WORTHWHILE = 40  # tokens: less of a part says nothing
_WIDE = re.compile(
    r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
_SENTENCE_END = re.compile(r"[.!?。](?=\s)|(?=\n)")


def tokens(text: str) -> int:
    """About how many tokens a text is: 4 characters each, but one each of Hangul, Han and Kana.

    English prose has 4 to 5 characters a token in the tokenizers of today, TeX fewer, Korean one
    or two: right to within a factor of two, which is all that its uses ask for.
    """
    wide = len(_WIDE.findall(text))
    return wide + (len(text) - wide + 3) // 4


def excerpt(parts: Iterable[Part], budget: int) -> str:
    """The parts in their own order, in at most about `budget` tokens.

    What has to be cut ends with a sentence and CUT_MARK. Of parts that matter alike the long ones
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
    """What each gets of `budget`: the small ones all they need, the others the same."""
    shares = [0] * len(sizes)
    smallest_first = sorted(range(len(sizes)), key=sizes.__getitem__)
    for waiting, at in zip(range(len(sizes), 0, -1), smallest_first, strict=True):
        shares[at] = min(sizes[at], max(budget, 0) // waiting)
        budget -= shares[at]
    return shares


def _within(text: str, limit: int) -> str:
    """The text's first sentences, in at most about `limit` tokens."""
    size = tokens(text)
    if size <= limit:
        return text
    if limit < _WORTHWHILE:
        return ""
    beginning = text[: len(text) * limit // size - len(CUT_MARK)]
    ends = [end.end() for end in _SENTENCE_END.finditer(beginning)]
    return beginning[: ends[-1]] + CUT_MARK if ends and ends[-1] else ""
