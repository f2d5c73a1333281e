"""Compares two texts and marks what was removed and what was added."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import takewhile, zip_longest

# Above these limits the smallest difference takes seconds to find. The changed lines are then
# shown whole.
MAX_WORDS = 2_000
MAX_LINES = 2_000
MAX_REPEATED = 40  # Equal items that stand often in both texts cost the third power.
# White space goes with the word before it, so two texts that share only blanks share nothing.
_SENTENCES = re.compile(r"[^\n]*?(?:[.!?。](?:\s+|$)|\n+|$)|\s+", re.MULTILINE)
_WORDS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")


class Mark(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with one mark."""

    mark: Mark
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Return both texts as one list of pieces.

    The SAME and REMOVED pieces make up `before`. The SAME and ADDED pieces make up `after`.
    Lines are compared first, then the words of the lines that changed.
    """
    found: list[Piece] = []
    for old, new in _runs(before.splitlines(True), after.splitlines(True), MAX_LINES):
        for mark, text in _marked(old, new):
            _append(found, mark, text)
    return found


def _runs(before: list[str], after: list[str], longest: int) -> list[tuple[str, str]]:
    """Return pairs of stretches that belong together, equal or not, in order."""
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    until_before, until_after = len(before) - tail, len(after) - tail
    between = _between(before[head:until_before], after[head:until_after], longest)
    first, last = "".join(before[:head]), "".join(before[until_before:])
    return [(first, first), *between, (last, last)]


def _alike(before: list[str], after: list[str]) -> int:
    """Return how many items the two lists share at their beginning."""
    pairs = zip(before, after, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _between(before: list[str], after: list[str], longest: int) -> list[tuple[str, str]]:
    if max(len(before), len(after)) > longest or _is_repetitive(before, after):
        return [("".join(before), "".join(after))]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        ("".join(before[i1:i2]), "".join(after[j1:j2]))
        for _, i1, i2, j1, j2 in matcher.get_opcodes()
    ]


def _is_repetitive(before: list[str], after: list[str]) -> bool:
    """Return whether the texts repeat so much that comparing them would take long."""
    counts = Counter(after)
    pairs = sum(number * counts[item] for item, number in Counter(before).items())
    return pairs > MAX_REPEATED * max(len(before), len(after), MAX_REPEATED**2)


def _marked(old: str, new: str) -> list[tuple[Mark, str]]:
    if old == new:
        return [(Mark.SAME, old)]
    marked = []
    for gone, come in _runs(_WORDS.findall(old), _WORDS.findall(new), MAX_WORDS):
        if gone == come:
            marked.append((Mark.SAME, gone))
        else:
            marked += [(Mark.REMOVED, gone), (Mark.ADDED, come)]
    return marked


def _append(found: list[Piece], mark: Mark, text: str) -> None:
    if not text:
        return
    if found and found[-1].mark == mark:
        text = found.pop().text + text
    found.append(Piece(mark, text))


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of both texts to show side by side, equal or not."""

    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after

    def pieces(self) -> list[Piece]:
        return pieces(self.before, self.after)


def rows(before: str, after: str) -> list[Row]:
    """Return both texts as rows of one sentence or one line.

    Joined, the rows give the whole texts.
    """
    found = []
    for old, new in _runs(_SENTENCES.findall(before), _SENTENCES.findall(after), MAX_LINES):
        if old == new:
            found.append(Row(old, new))
        else:
            sides = zip_longest(_SENTENCES.findall(old), _SENTENCES.findall(new), fillvalue="")
            found += [Row(*side) for side in sides]
    return [row for row in found if row.before or row.after]


def merged(before: str, after: str, taken: Container[int]) -> str:
    """Return `before`, with the rows whose numbers are in `taken` replaced by those of `after`.

    Row numbers start at 0.
    """
    return "".join(
        row.after if number in taken else row.before
        for number, row in enumerate(rows(before, after))
    )


def checksum(text: str) -> str:
    """Return a checksum that tells whether a text is still the one that was shown."""
    return hashlib.sha256(text.encode()).hexdigest()


def shortened(found: list[Piece], *, context: int = 200) -> list[Piece]:
    """Return the same pieces with at most `context` unchanged characters beside each change."""
    last = len(found) - 1
    return [
        Piece(piece.mark, _shorten(piece.text, context, first=i == 0, last=i == last))
        if piece.mark == Mark.SAME
        else piece
        for i, piece in enumerate(found)
    ]


def _shorten(text: str, context: int, *, first: bool, last: bool) -> str:
    head = "" if first else text[:context]
    tail = "" if last else text[-context:]
    if len(head) + len(tail) + 1 >= len(text):
        return text
    return f"{head} … {tail}"
