"""Finds the prose in a section's Markdown and keeps its places in the Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from papers.text.markup import INLINE_MATH

# The patterns apply in this order. Each is bounded, so its time is in proportion to the text.
_LITERAL = (
    # fenced code
    re.compile(
        r"^ {0,3}(`{3,20}(?!`)|~{3,20}(?!~))[^\n]*\n(?:(?! {0,3}\1)[^\n]*\n)*[^\n]*", re.MULTILINE
    ),
    re.compile(r"(?<!`)(`{1,20})(?!`)[^`\n]+\1"),
    re.compile(INLINE_MATH, re.DOTALL),
)
_NOT_PROSE = (
    *_LITERAL,
    re.compile(r"</?[a-zA-Z][^<>\n]{0,2000}>"),
    # a link's target
    re.compile(r"(?<=\])\((?:[^()\n]|\([^()\n]{0,200}\)){1,2000}\)"),
    re.compile(r"\b(?:https?://|www\.)[^\s<>\"')\]]+"),
    # a LaTeX command
    re.compile(r"\\[a-zA-Z]{1,40}\*?"),
)
_MARKS = re.compile(r"(?:\s|>|#{1,6}\s|[-*+]\s|\d{1,3}[.)]\s|\[\^[^\]\s]{1,50}\]:\s)*")
_LABEL = re.compile(
    r"[*_]{0,3}([^\W\d_a-z][^:：\n*_]{0,40})[*_]{0,3}\s?[:：](?!//)[*_]{0,3}[^\S\n]*"
)


@dataclass(frozen=True, slots=True)
class Item:
    """A heading, an item of a list, a paragraph, or a line with a label."""

    start: int
    """Where its text begins in the Markdown, in characters, after its marks and its label."""
    end: int
    label: str = ""
    """The word before a colon at its beginning, such as "Goal"."""
    marks: str = ""
    """The characters before that, such as "- " or "## "."""

    @property
    def is_heading(self) -> bool:
        return "#" in self.marks


def prose(markdown: str) -> str:
    """Return Markdown of the same length with code, math, tags and addresses blanked out."""
    return _without(_NOT_PROSE, markdown)


def markup(markdown: str) -> str:
    """Return Markdown of the same length with code and math blanked out. They hold no markup."""
    return _without(_LITERAL, markdown)


_BELOW_HEADS = re.compile(r"^[ \t|:>]*-[-:| \t]*\|[-:| \t]*$", re.MULTILINE)


def is_table(text: str) -> bool:
    """Return whether an item is a table: below the heads of its columns stand dashes and bars."""
    return bool(_BELOW_HEADS.search(text))


_FORMULA = re.compile(INLINE_MATH, re.DOTALL)
_DISPLAYED = re.compile(r"(?<!\\)\\\[((?:\\[^\[\]]|[^\\]){1,2000}?)\\\]")


def formulas(markdown: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the TeX between the marks of formulas. Code holds none."""
    text = _without(_LITERAL[:2], markdown)
    for formula in _FORMULA.finditer(text):
        if formula[3] or formula[6]:
            yield formula.span(3 if formula[3] else 6)
    for formula in _DISPLAYED.finditer(_without(_LITERAL[2:], text)):
        yield formula.span(1)


def _without(patterns: Iterable[re.Pattern[str]], markdown: str) -> str:
    for pattern in patterns:
        markdown = pattern.sub(_blank, markdown)
    return markdown


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def items(markdown: str) -> Iterator[Item]:
    """Yield the items of a text in order. Wrapped text is one item. A hard line break ends it."""
    found: Item | None = None
    at = 0
    for line in markdown.splitlines(keepends=True):
        here = _item(line, at)
        if found and line.strip() and _goes_on(markdown[found.end : found.end + 2], found, here):
            found = replace(found, end=here.end)
        else:
            if found:
                yield found
            found = here if line.strip() else None
        at += len(line)
    if found:
        yield found


def _item(line: str, at: int) -> Item:
    marks = _MARKS.match(line)
    begin = marks.end() if marks else 0
    label = _LABEL.match(line, begin)
    start = label.end() if label else begin
    return Item(
        at + start, at + start + len(line[start:].rstrip()), label[1] if label else "", line[:begin]
    )


def _goes_on(line_end: str, item: Item, line: Item) -> bool:
    """Return whether the line only continues the item."""
    is_broken = item.is_heading or (line_end.isspace() and line_end[-1] in " \t")
    return not is_broken and not line.label and not line.marks.strip()


SENTENCE = re.compile(r"[^.!?。]+(?:[.!?。](?=\w)[^.!?。]*)*")
"""A sentence without its final mark. "v2.5" stays whole."""


def shown(text: str, limit: int = 100) -> str:
    """Return text on one line for a message, cut to `limit` characters."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
