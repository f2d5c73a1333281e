"""Finds the paper's sentence nearest to a sentence of the summary, to be read side by side.

Two sentences in different languages share numbers and Latin names. Two in one language share
words. Rare words count more than common ones.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from functools import lru_cache

from papers.text.sentences import sentences

LONGEST = 600  # characters shown
FARTHEST = 2_000
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9-]+|[0-9]+(?:[.,][0-9]+)*|%")
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s|\n")


def nearest(markdown: str, start: int, end: int, source: str) -> str:
    """Return the source's sentence that shares most with the one around `start` to `end`, or ""."""
    indexed, rarity = _indexed(source)
    wanted = _tokens(around(markdown, start, end))
    best, chosen = 0.0, ""
    for sentence, tokens in indexed:
        shared = wanted & tokens
        score = sum(rarity[token] for token in shared) / math.sqrt(len(tokens) + 8)
        if score > best:
            best, chosen = score, sentence
    return _shown(chosen)


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


@lru_cache(maxsize=32)
def _indexed(source: str) -> tuple[list[tuple[str, frozenset[str]]], dict[str, float]]:
    """Return the source's sentences with their tokens, and the weight of each token."""
    indexed = [
        (sentence, _tokens(sentence)) for line in source.split("\n") for sentence in sentences(line)
    ]
    counts: Counter[str] = Counter()
    for _, tokens in indexed:
        counts.update(tokens)
    rarity: dict[str, float] = defaultdict(float)
    for token, count in counts.items():
        rarity[token] = math.log(1 + len(indexed) / count)
    return indexed, rarity


def _tokens(text: str) -> frozenset[str]:
    return frozenset(token.lower() for token in _TOKEN.findall(text))
