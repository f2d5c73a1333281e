"""Joins the lines of a row of HTML, so that a table is read alike however its rows are broken.

In the joined line a mark stands for each end of a line. No file has it: reading takes it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from digest.jekyll.files.document import PaperItem
from digest.jekyll.files.finding import marks
from digest.jekyll.files.outline import BREAK, Page
from digest.jekyll.files.spans import Span

_BEGIN = re.compile(r"[ \t]{0,40}<tr\b[^<>\n]{0,300}>(?!.*</tr>)")
_END = re.compile(r"</tr>[ \t]*\Z")
_OTHER = re.compile(r"<tr\b|</?(?:table|thead|tbody)\b")
_MOST = 100  # lines of a row


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
    return replace(
        span,
        text=_as_it_stood(span.text),
        value=_read(span.value),
        before=_as_it_stood(span.before),
        after=_as_it_stood(span.after),
        heading=_as_it_stood(span.heading),
        middle=_as_it_stood(span.middle),
        column=_as_it_stood(span.column),
    )


def read(item: PaperItem) -> PaperItem:
    """Return a paper with ends of lines in its texts."""
    return replace(
        item,
        raw_title=_read(item.raw_title),
        abstract=_read(item.abstract),
        organization=_read(item.organization),
        note=_read(item.note),
        sections=tuple(replace(each, markdown=_read(each.markdown)) for each in item.sections),
    )


def _as_it_stood(text: str) -> str:
    return text.replace(BREAK, "\n")


def _read(text: str) -> str:
    """Return a text with ends of lines. In code the blanks at their beginnings count."""
    if BREAK not in text or "<pre" in text:
        return _as_it_stood(text)
    return "\n".join(line.strip(" \t") for line in text.split(BREAK))
