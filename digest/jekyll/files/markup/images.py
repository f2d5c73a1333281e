"""Takes images, attribute lists and Liquid tags out of a Markdown text, and puts them back.

A page here shows no image of another host, and knows neither kramdown's lists of attributes
(``{: .prompt-info }``) nor Liquid. They are kept beside the text. Each piece knows its place by a
checksum of the line that it stood in, so that none of the text is kept twice.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate
from typing import Any, NamedTuple

from digest.jekyll.files.markup import image_marks
from digest.jekyll.files.markup.image_lines import with_space
from digest.jekyll.files.markup.image_marks import Span
from digest.jekyll.files.markup.inline_code import HIDDEN, masked

MAX_CHARS = 10**9  # More than any text has.
_FENCE = re.compile(r"[ >]*(?:```|~~~)")
_RAW = re.compile(r"\{%-?[ \t]*(?:end)?raw\b")


class Piece(NamedTuple):
    """What was taken out in one place, and where. It is JSON as a list.

    ``written`` has the white space around it that was removed with it. ``line`` is the checksum of
    the line that it stood in, without it, ``nth`` which of several such lines, from 0.
    ``at`` is the line's index, for one that somebody changed.
    """

    written: str
    addresses: Sequence[str]
    line: str
    nth: int
    column: int
    at: int = MAX_CHARS


def taken_out(markdown: str) -> tuple[str, list[Piece]]:
    """Return the text without them, and the pieces in order. `put_back` is its inverse."""
    spans = list(with_space(markdown, image_marks.spans(markdown)))
    if not spans:
        return markdown, []
    kept, done = [], 0
    for span in spans:
        kept.append(markdown[done : span.start])
        done = span.stop
    rest = "".join([*kept, markdown[done:]])
    return rest, list(_pieces(markdown, spans, rest))


def put_back(markdown: str, pieces: Iterable[Sequence[Any]]) -> str:
    """Return the text with the pieces in their places. One whose line is gone comes last.

    Liquid and attribute lists of the text itself are words: they stand between ``{% raw %}`` and
    ``{% endraw %}``, and so are words again when the text is read.
    """
    text, there = _with_pieces(markdown, [Piece(*each) for each in pieces])
    return _as_words(text, there) if "{" in text else text


def put_last(markdown: str, pieces: Iterable[Sequence[Any]]) -> str:
    """Return the text with the pieces below it."""
    written = (Piece(*each).written.strip() for each in pieces)
    return "\n\n".join(filter(None, [markdown, *written]))


def _with_pieces(markdown: str, pieces: list[Piece]) -> tuple[str, list[Span]]:
    """Return the text with the pieces, and where they are."""
    places = _Places(markdown)
    offsets = [places.offset(piece) for piece in pieces]
    lost = [piece for piece, offset in zip(pieces, offsets, strict=True) if offset is None]
    inserted = [
        (offset, piece.written)
        for piece, offset in zip(pieces, offsets, strict=True)
        if offset is not None
    ]
    parts, there, done, length = list[str](), list[Span](), 0, 0
    for offset, written in sorted(inserted, key=lambda place: place[0]):
        length += offset - done + len(written)
        there.append(Span(length - len(written), length))
        parts += [markdown[done:offset], written]
        done = offset
    text = "".join([*parts, markdown[done:]])
    there += [Span(len(text), MAX_CHARS)] if lost else []
    return put_last(text, lost), there


def _as_words(text: str, there: list[Span]) -> str:
    """Return the text with its own Liquid and attribute lists between marks that keep them."""
    parts, done, ahead = [], 0, 0
    for span in image_marks.spans(text):
        begin = text.find("{", span.start, span.stop)
        while ahead < len(there) and there[ahead].stop < span.start:
            ahead += 1
        is_piece = ahead < len(there) and there[ahead].start <= span.stop
        if begin < 0 or span.addresses or is_piece or _RAW.search(text, span.start, span.stop):
            continue
        parts += [text[done:begin], "{% raw %}", text[begin : span.stop].rstrip(), "{% endraw %}"]
        done = begin + len(text[begin : span.stop].rstrip())
    return "".join([*parts, text[done:]])


def _pieces(markdown: str, spans: list[Span], rest: str) -> Iterator[Piece]:
    lines = rest.split("\n")
    checksums = [_checksum(line) for line in lines]
    nths = _nths(checksums)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    removed = 0
    for span in spans:
        offset = span.start - removed
        index = bisect_right(starts, offset) - 1
        written = markdown[span.start : span.stop]
        column = offset - starts[index]
        yield Piece(written, list(span.addresses), checksums[index], nths[index], column, index)
        removed += len(written)


def _nths(checksums: list[str]) -> list[int]:
    """Return for each line how many lines before it are the same."""
    seen: Counter[str] = Counter()
    nths = []
    for checksum in checksums:
        nths.append(seen[checksum])
        seen[checksum] += 1
    return nths


class _Places:
    """Finds the lines of a text by their checksums."""

    def __init__(self, markdown: str) -> None:
        self.markdown, self.lines = markdown, markdown.split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))
        self.found: dict[str, list[int]] = {}
        for index, line in enumerate(self.lines):
            self.found.setdefault(_checksum(line), []).append(index)

    def offset(self, piece: Piece) -> int | None:
        """Return where a piece belongs, or None if its line is gone."""
        indexes = self.found.get(piece.line)
        if not indexes:
            return self._beside(piece)
        index = indexes[min(piece.nth, len(indexes) - 1)]
        return self.starts[index] + min(piece.column, len(self.lines[index]))

    @cached_property
    def _masked(self) -> list[str]:
        return masked(self.markdown).split("\n")

    def _beside(self, piece: Piece) -> int | None:
        """Return a place between words of the line that stands where the piece's line stood."""
        line = self.lines[piece.at] if piece.at < len(self.lines) else ""
        is_code = line and (HIDDEN in self._masked[piece.at] or _FENCE.match(line))
        if not line.strip() or is_code or piece.line == _checksum(""):
            return None
        column = 0
        if piece.written.startswith("\n") or line.find(" ", piece.column) < 0:
            column = len(line)
        elif piece.column:
            column = line.find(" ", piece.column)
        return self.starts[piece.at] + column


def _checksum(line: str) -> str:
    return blake2b(line.encode(), digest_size=6).hexdigest()
