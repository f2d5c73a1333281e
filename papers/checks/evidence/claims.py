"""Finds the claims of a section and the sentences of a paper, each with its place in its text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from papers.checks.base import PaperText
from papers.checks.prose import is_table, items, prose
from papers.text import differences
from papers.text.cleaning import fold
from papers.text.sentences import spans, spans_of_lines

FEWEST_WORDS = 5
"""A line of a full text with fewer words is a heading or a row of a table."""
MOST_SENTENCES = 2_000
"""Sentences of a paper that are compared. The rest of a longer one, which is its end, is not."""
_LETTER = re.compile(r"\w")
_SPOKEN = re.compile(r"[^\W\d_]")


class Sentence(NamedTuple):
    start: int
    """In characters of the whole text."""
    end: int
    text: str
    """The sentence on one line."""


def claims(markdown: str) -> list[Sentence]:
    """Return the sentences of a section in order, without marks of lists, labels and headings.

    Tables, code and formulas alone are none, and no number is: it may be what is left of a list.
    """
    words = prose(markdown)
    found = (
        _sentence(markdown, item.start + start, item.start + end)
        for item in items(markdown)
        if not item.is_heading and not is_table(markdown[item.start : item.end])
        for start, end in spans(markdown[item.start : item.end])
    )
    return [each for each in found if _SPOKEN.search(words, each.start, each.end)]


@lru_cache(maxsize=64)
def stated(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a paper's text, which has a paragraph on each line."""
    return tuple(_sentence(text, *span) for span in spans_of_lines(text, FEWEST_WORDS))


@lru_cache(maxsize=8)
def stated_in(paper: PaperText) -> tuple[Sentence, ...]:
    """Return the sentences of a paper, with their places in `PaperText.text`. Headings are none."""
    at = len(paper.title) + 2 if paper.title else 0
    found = _moved(stated(paper.abstract), at)
    at += len(paper.abstract) + 2 if paper.abstract else 0
    for passage in paper.passages:
        found += _moved(stated(passage.text), at + len(passage.opening))
        at += len(passage.opening) + len(passage.text) + 2
    return tuple(found[:MOST_SENTENCES])


def _moved(found: Iterable[Sentence], by: int) -> list[Sentence]:
    return [Sentence(start + by, end + by, text) for start, end, text in found]


def _sentence(text: str, start: int, end: int) -> Sentence:
    return Sentence(start, end, fold(text[start:end]))


def checksum(sentence: str) -> str:
    """Return what identifies a claim within its section."""
    return differences.checksum(fold(sentence))


def quoted(claim: str, sentences: tuple[str, ...]) -> int | None:
    """Return the number of the paper's sentence that a claim is, without its label if it has one.

    "We find that:" is taken for a label. Any other end of a sentence is no quotation: it may be
    what the sentence denies.
    """
    return _by_letters(sentences).get(letters(claim))


@lru_cache(maxsize=8)
def _by_letters(sentences: tuple[str, ...]) -> dict[str, int]:
    """Return the number of each sentence of a paper by its letters, and by those after its label.

    Of those alike it is the first, and a whole sentence comes before the rest of another.
    """
    numbered = list(enumerate(sentences))[::-1]
    rests = {letters(text[each.start :]): at for at, text in numbered for each in items(text)}
    return rests | {letters(text): at for at, text in numbered}


def letters(sentence: str) -> str:
    """Return the letters and digits, which a quotation shares with what it quotes."""
    return "".join(_LETTER.findall(unescape(sentence)))
