"""Parses a paper's Markdown, as Hugging Face gives it, into the paper's text.

No answer of theirs is recorded here: what is read is what Markdown is (spec.commonmark.org), by
lines, so time grows with the text. HTML in it is text without its tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from papers.fulltext import headings
from papers.fulltext.base import Kind, ParseFailed, Text, require_text
from papers.fulltext.gaps import missing
from papers.fulltext.headings import number_of, without_number
from papers.fulltext.outline import Level, Outline
from papers.text.cleaning import fold

GENERATOR = "Hugging Face"
FACE = 200  # characters; a shorter line before all headings is a title or names
SECTIONS = 2  # headings that a text needs, to count as a paper
LINE = 200_000  # characters; what is longer is no paragraph

_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})[ \t]+(?P<title>.*)")
_BOLD_HEADING = re.compile(r"(?:\*\*|__)(?P<title>[^*_\n]{1,100})(?:\*\*|__)[.:]?")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}+(?=[^`]*$)|~{3,}+)")
# No part of the pattern can give back what it took, so its time grows with the line and no faster.
_RULE = re.compile(r"[ \t]*+(?:\|?[ \t:]*+-{3,}+[ \t:|-]*+|[*_]{3,}+)[ \t]*+")
# A block of data begins with a key. Between two rules of a text stands text.
_FRONT = re.compile(
    r"""---[ \t\r]*+\n(?=[\w-]{1,60}:)
    (?:(?:[\w-]{1,60}:|[ \t]|-[ ])[^\n]*+\n|\r?\n)++---[ \t\r]*+(?:\n|\Z)""",
    re.VERBOSE,
)
_OF_THE_SITE = re.compile(
    r"ai[- ]generated (?:summary|abstract|keywords?)|community(?: discussion| comments)?"
    r"|(?:models|datasets|spaces|collections) (?:citing|using|including) this paper(?: \d{1,6})?"
    r"|similar papers",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+")
_IMAGE = re.compile(r"!\[[^\[\]]{0,2000}\]\([^()\s]{0,2000}(?: \"[^\"]{0,500}\")?\)")
_LINK = re.compile(r"\[(?P<text>[^\[\]]{0,2000})\]\([^()\s]{0,2000}(?: \"[^\"]{0,500}\")?\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>|<!--[^<>]{0,1000}-->")
_EMPHASIS = re.compile(r"\*\*|(?<!\w)__|__(?!\w)|(?<![\w*\\])\*(?=\w)|(?<=[\w.,;:!?)])\*(?![\w*])")
_TEX = re.compile(r"\\\(|\\\)|\\\[|\\\]|\$\$")


class _Line(NamedTuple):
    depth: int
    """From 1 to 6 for a heading, 0 for a paragraph."""
    text: str


def parse_markdown(data: bytes) -> Text:
    """Return the text of a paper's Markdown. Raises ParseFailed if there is no paper in it."""
    page = _FRONT.sub("", data.decode("utf-8", "replace"), count=1)
    lines = list(_own(_lines(page)))
    depths = [line.depth for line in lines if line.depth]
    if len(depths) < SECTIONS:
        raise ParseFailed("is not a paper's Markdown: there are no sections in it")
    outline, numbers = Outline(), list[int]()
    top = _top(lines)
    for line in lines:
        if not line.depth:
            outline.add(line.text)
        elif line.depth >= top:
            _head(outline, line, top, numbers)
    outline.drop_face(FACE)
    gap = missing(outline, numbers)
    return require_text(Text(outline.parts(), "md", GENERATOR, gap))


def _own(lines: Iterable[_Line]) -> Iterator[_Line]:
    """Yield the lines of the paper, without the sections that Hugging Face's page puts under it."""
    foreign = 0
    for line in lines:
        if line.depth and (not foreign or line.depth <= foreign):
            foreign = line.depth if _OF_THE_SITE.fullmatch(line.text.strip(" .:")) else 0
        if not foreign:
            yield line


def _head(outline: Outline, line: _Line, top: int, numbers: list[int]) -> None:
    title = without_number(line.text).rstrip(" .:")
    if line.depth == top and (number := number_of(line.text)) is not None:
        numbers.append(number)
    if headings.kind_of(title) == Kind.ABSTRACT:
        outline.head(Level.INSET, title, Kind.ABSTRACT)
    else:
        level = min(Level.SECTION + line.depth - top, Level.PARAGRAPH)
        outline.head(level, title)


def _top(lines: list[_Line]) -> int:
    """Return the depth of sections: that of the title, if it is the only one of its depth."""
    depths = [line.depth for line in lines if line.depth]
    first = min(depths)
    if depths.count(first) == 1 and depths[0] == first:
        return min(depth for depth in depths if depth != first)
    return first


def _lines(text: str) -> Iterator[_Line]:
    """Yield headings, and paragraphs and rows as one line each."""
    paragraph: list[str] = []
    fence = ""
    for line in text.splitlines():
        found = None if fence else _heading(line, paragraph)
        before, fence = fence, _fence(line, fence)
        is_code, is_fence = bool(fence), before != fence
        is_rule = is_fence or (not is_code and bool(_RULE.fullmatch(line[:LINE])))
        is_row = not is_code and line.lstrip().startswith("|")
        if found or is_rule or is_row or is_code or not line.strip() or _ITEM.match(line):
            yield _paragraph(paragraph)
            paragraph = []
        if found:
            yield found
        elif line.strip() and not is_rule:
            paragraph.append(_cells(line) if is_row else line)
    yield _paragraph(paragraph)


def _fence(line: str, opened: str) -> str:
    """Return the marks of the block of code that is open after a line, or ""."""
    found = _FENCE.match(line)
    if not opened:
        return found["marks"] if found else ""
    closes = found and found["marks"].startswith(opened) and line.strip() == found["marks"]
    return "" if closes else opened


def _heading(line: str, before: list[str]) -> _Line | None:
    if found := _HEADING.fullmatch(line[:LINE]):
        return _Line(len(found["marks"]), _plain(found["title"].rstrip("# \t")))
    if len(before) == 1 and before[0].strip() and _UNDERLINE.fullmatch(line[:LINE]):
        title = before.pop()
        return _Line(1 if "=" in line else 2, _plain(title))
    found = None if before else _BOLD_HEADING.fullmatch(line.strip())
    title = without_number(found["title"]).strip(" .:") if found else ""
    return _Line(6, title) if headings.is_standard(title) else None


def _paragraph(lines: list[str]) -> _Line:
    text = "\n".join(lines)
    item = _ITEM.match(text)
    return _Line(0, _plain(text[item.end() :] if item else text))


def _cells(line: str) -> str:
    return " | ".join(cell.strip() for cell in line.strip().strip("|").split("|"))


def _plain(text: str) -> str:
    """Return a paragraph as text: without images, addresses, tags and signs of emphasis."""
    text = _LINK.sub(lambda link: link["text"], _IMAGE.sub("", text[:LINE]))
    return fold(_TEX.sub("$", _EMPHASIS.sub("", _TAG.sub("", text))))
