"""Where the words of a query stand in a text, to be marked, and the part of a text that shows them.

Marking is forgiving where the index is exact: it works on a text as people read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from digest.search.analysis.query import Asked, Query
from digest.search.analysis.words import stem

SHOWN = 220
"""Characters of a text that a result shows."""
_BEFORE = 60  # Of these, so many at most before the first mark.
_HANGUL = re.compile("[가-힣]+")
_SENTENCE = re.compile(r"(?<=[.!?。])\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, marked or not."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text where a word of a query stands."""

    start: int
    end: int
    word: int
    """Which word of the query it is."""


class Marker:
    """Finds the words of one query in texts."""

    def __init__(self, query: Query) -> None:
        self.words = query.asked

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        forms = [
            f"(?P<w{at}>{'|'.join(_form(form) for form in _longest_first(word))})"
            for at, word in enumerate(self.words)
        ]
        return re.compile("|".join(forms), re.IGNORECASE) if forms else None

    def marks(self, text: str) -> list[Mark]:
        """Return the places of the words in a text, in order."""
        return [mark for mark in self._candidates(text) if self._is_word(text, mark)]

    def _candidates(self, text: str) -> Iterator[Mark]:
        for found in self._pattern.finditer(text) if self._pattern else ():
            yield Mark(found.start(), found.end(), int((found.lastgroup or "w0")[1:]))

    def _is_word(self, text: str, mark: Mark) -> bool:
        """Return whether Latin letters that begin as a word does are a form of it: runs for run."""
        found = text[mark.start : mark.end].casefold()
        if not (found.isascii() and found.isalpha()):
            return True
        return stem(found) in {stem(form) for form in self.words[mark.word].forms}

    def best(self, texts: Sequence[str]) -> int | None:
        """Return which text has most of the query, the first of equal ones, or None if none has.

        Of each word its longest form in the text counts, so 언어 모델 is more than 모델 alone.
        """
        found = [self._found(text) for text in texts]
        return max(range(len(texts)), key=lambda at: (found[at], -at)) if any(found) else None

    def _found(self, text: str) -> int:
        longest: dict[int, int] = {}
        for mark in self.marks(text):
            longest[mark.word] = max(mark.end - mark.start, longest.get(mark.word, 0))
        return sum(longest.values())

    def pieces(self, text: str) -> list[Piece]:
        """Return the whole text in pieces."""
        return list(_pieces(text, self.marks(text), 0, len(text)))

    def snippet(self, text: str) -> list[Piece]:
        """Return the part of a text with the most different words, at most SHOWN characters."""
        marks = self.marks(text)
        start, end = _window(text, marks)
        pieces = list(_pieces(text, marks, start, end))
        before, after = Piece("… ", False), Piece(" …", False)
        return [*([before] if start else []), *pieces, *([after] if end < len(text) else [])]


def _longest_first(word: Asked) -> Iterable[str]:
    return sorted(word.forms, key=len, reverse=True)


def _form(form: str) -> str:
    """Return the pattern of a form: Hangul also with blanks inside, Latin with any ending."""
    if _HANGUL.fullmatch(form):
        return r"\s?".join(form) if len(form) > 1 else rf"(?<![가-힣]){form}(?![가-힣]{{2}})"
    if form.isascii() and form.isalpha():
        begin = stem(form).removesuffix("i")  # "studi" is the stem of "study".
        begin = begin if form.startswith(begin) else form
        return rf"(?<![a-z0-9]){re.escape(begin)}[a-z]*"
    return re.escape(form)


def _window(text: str, marks: Sequence[Mark]) -> tuple[int, int]:
    """Return the first and the last place of the part that shows the most different words."""
    if len(text) <= SHOWN:
        return 0, len(text)
    best = (0, 0)
    for at, first in enumerate(marks):
        reach = first.start + SHOWN - _BEFORE
        words = {mark.word for mark in marks[at : at + SHOWN] if mark.end <= reach}
        best = max(best, (len(words), -first.start))
    start = _start(text, -best[1])
    end = min(len(text), start + SHOWN)
    blank = text.rfind(" ", start, end)
    return start, blank if end < len(text) and blank > start + SHOWN // 2 else end


def _start(text: str, mark: int) -> int:
    """Return where a part that shows a mark begins: with its sentence, else with a word."""
    earliest = max(0, mark - _BEFORE)
    if earliest == 0:
        return 0
    sentences = [found.end() for found in _SENTENCE.finditer(text, earliest, mark)]
    if sentences:
        return sentences[0]
    blank = text.find(" ", earliest, mark)
    return blank + 1 if blank >= 0 else earliest


def _pieces(text: str, marks: Sequence[Mark], start: int, end: int) -> Iterator[Piece]:
    at = start
    for mark in marks:
        if mark.start < at or mark.end > end:
            continue
        if mark.start > at:
            yield Piece(text[at : mark.start], is_marked=False)
        yield Piece(text[mark.start : mark.end], is_marked=True)
        at = mark.end
    if at < end:
        yield Piece(text[at:end], is_marked=False)
