"""Finds the paper's sentence to be read beside a sentence of the summary."""

from __future__ import annotations

import re

from papers.checks import evidence
from papers.checks.base import PaperText
from papers.checks.evidence.claims import stated_in

LONGEST = 600  # characters shown
FARTHEST = 2_000
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s|\n")


def nearest(claim: str, paper: PaperText) -> str:
    """Return the paper's sentence that comes nearest to a claim, or "" if it has none."""
    texts = tuple(each.text for each in stated_in(paper))
    return _shown(texts[evidence.find(claim, texts).best[0]]) if texts else ""


def sentence_at(source: str, span: tuple[int, int]) -> str:
    """Return the source's sentence that holds a span, shortened if it is long."""
    return _shown(around(source, *span).strip())


def _shown(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST else f"{sentence[:LONGEST]}…"


def around(text: str, start: int, end: int) -> str:
    """Return the sentence around a span, at most FARTHEST characters to either side of it."""
    begin, limit = max(0, start - FARTHEST), end + FARTHEST
    ends = [match.end() for match in _SENTENCE_END.finditer(text, begin, limit)]
    begin = max([begin, *(at for at in ends if at <= start)])
    return text[begin : min([limit, *(at for at in ends if at >= end)])]
