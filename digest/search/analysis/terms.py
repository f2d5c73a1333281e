"""The terms of a text: what its words are looked up by, and where each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.search.analysis import hangul
from digest.search.analysis.words import STOP_WORDS, Script, Word, stem, words_of

Placed = tuple[str, int]
"""A term, and its place among the words. A syllable of Hangul takes one place."""


EXACTLY = "="
"""What the term of a form begins with."""


def terms_of(text: str, first: int = 0) -> Iterator[Placed]:
    """Yield the terms of a text. `first` is the place of its first word."""
    at = first
    for word in words_of(text):
        for term, offset in of_word(word):
            yield term, at + offset
        at += width(word)


def width(word: Word) -> int:
    """Return how many places a word takes."""
    return len(word.text) if word.script is Script.HANGUL else max(1, len(word.parts))


def of_word(word: Word) -> list[Placed]:
    """Return the terms of a word, with their places counted from its first. A stop word has none.

    A name with a version is found without its last numbers too: Qwen2 means Qwen2.5 as well.
    """
    if word.script is Script.HANGUL:
        placed = [(pair, at) for at, pair in enumerate(hangul.pairs(word.text))]
        syllable = hangul.alone(word.text)
        return [*placed, (syllable + hangul.ALONE, 0)] if syllable else placed
    if word.text in STOP_WORDS:
        return []
    version = _VERSION.match(word.text)
    placed = [(whole(word), 0), *([(version[0], 0)] if version else []), *parts(word)]
    return [*placed, (exactly(word), 0)] if word.script is Script.LATIN else placed


_VERSION = re.compile(r"[a-z]{3,}\d+(?=\.)")


def whole(word: Word) -> str:
    """Return the one term that a word without Hangul is by itself."""
    return stem(word.text) if word.script is Script.LATIN else word.text


def exactly(word: Word) -> str:
    """Return the term of a Latin word in the form in which it stands. It only counts for the rank.

    Its stem is what it is found by.
    """
    return EXACTLY + word.text


def parts(word: Word) -> list[Placed]:
    """Return the terms of a Latin word's parts, if it has some."""
    return [(stem(part), at) for at, part in enumerate(word.parts) if part not in STOP_WORDS]
