"""Joins the lines of a row of HTML, so that a table is read alike however its rows are broken.

In the joined line a mark stands for each end of a line. No file has it: reading takes it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import TypeVar

from digest.jekyll.files.document import PaperItem
from digest.jekyll.files.finding import marks
from digest.jekyll.files.outline import BREAK, Page
from digest.jekyll.files.spans import Span

_BEGIN = re.compile(r"[ \t]{0,40}<tr\b[^<>\n]{0,300}>(?!.*</tr>)")
_END = re.compile(r"</tr>[ \t]*\Z")
_OTHER = re.compile(r"<tr\b|</?(?:table|thead|tbody)\b")
_MOST = 100  # lines of a row

Item = TypeVar("Item", Span, PaperItem)


def joined(page: Page) -> Page:
    """Return a page with the rows of tables in one line each, or the same page if all are."""
    lines = list(_lines(page))
    return page if len(lines) == len(page.lines) else Page.of(lines, page.first_line)


def _lines(page: Page) -> Iterator[str]:
    index = 0
    while index < len(page.lines):
        end = _end(page, index)
        yield BREAK.join(line.rstrip(" \t") for line in page.lines[index:end])
        index = end


def _end(page: Page, begin: int) -> int:
    """Return where a row ends that names its columns or a paper. Any other line is one alone."""
    if not page.outline.live[begin] or not _BEGIN.match(page.lines[begin]):
        return begin + 1
    for index in range(begin + 1, min(begin + _MOST, len(page.lines))):
        if not page.outline.live[index] or _OTHER.search(page.lines[index]):
            break
        if _END.search(page.lines[index]):
            text = " ".join(page.lines[begin : index + 1])
            is_meant = "<th" in text or bool(next(marks.ids(text), ""))
            return index + 1 if is_meant else begin + 1
    return begin + 1


def restored(span: Span) -> Span:
    """Return a span with the ends of lines that stood in the file, and its value as it is read."""
    texts = {name: text.replace(BREAK, "\n") for name, text in _texts(span)}
    return replace(span, **{**texts, "value": _read(span.value)})


def read(item: PaperItem) -> PaperItem:
    """Return a paper with ends of lines in its texts."""
    sections = (replace(each, markdown=_read(each.markdown)) for each in item.sections)
    texts = {name: _read(text) for name, text in _texts(item)}
    return replace(item, **texts, sections=tuple(sections))


def _texts(item: Item) -> Iterator[tuple[str, str]]:
    for each in fields(item):
        if isinstance(text := getattr(item, each.name), str):
            yield each.name, text


def _read(text: str) -> str:
    return "\n".join(line.strip(" \t") for line in text.split(BREAK)) if BREAK in text else text
