"""Reads the sections of a paper that stand below headings of their own."""

from __future__ import annotations

import re

from digest.jekyll.files.body import chunks, labels, run_ins, structure
from digest.jekyll.files.body.chunks import Chunk
from digest.jekyll.files.body.drafts import Draft
from digest.jekyll.files.body.leads import MAX_HEADING_CHARS
from digest.jekyll.files.document import Fault, SectionItem, usual_heading
from digest.jekyll.files.finding import lookup, marks
from digest.jekyll.files.finding.marks import Mark
from digest.jekyll.files.lines import unescape
from digest.jekyll.files.spans import SECTION, Span
from papers import kinds
from papers.text.cleaning import fold

_CODE = 4  # spaces before a line that is code in Markdown
_MOST_LINK_LINES = 20  # lines at the end of a section that may lead to the paper


class Headed:
    """The headings of a paper's sections, and the texts below them."""

    def __init__(self, draft: Draft) -> None:
        """Take the paper, of which the title is read."""
        self.draft = draft

    def headings(self) -> list[int]:
        """Return the indexes of the headings of sections: those of the outermost level."""
        found = [
            (index, mark.level)
            for index in range(self.draft.first, self.draft.end)
            if (mark := self.draft.marks.at(index)) and mark.level and mark.begin < mark.end
        ]
        level = min((level for _, level in found), default=0)
        return [index for index, each in found if each == level]

    def add(self, begin: int, end: int) -> None:
        """Add the section whose heading is the line ``begin``. Raises Fault if it is too long."""
        line, number = self.draft.page.lines[begin].rstrip(" \t"), self.draft.page.number(begin)
        mark = self.draft.marks.at(begin) or Mark("#", 1, len(line))
        heading_begin = _begin_of_heading(line, mark)
        written = line[heading_begin : mark.end]
        heading = fold(unescape(written))
        if len(heading) > MAX_HEADING_CHARS:
            reason = f"section: heading of {len(heading):,} chars, limit {MAX_HEADING_CHARS}"
            raise Fault(number, reason)
        kind = lookup.kind(heading) if self.draft.run_ins else lookup.own_kind(heading)
        if kind != kinds.OTHER and heading == usual_heading(kind):
            heading = ""
        text_begin, text_end = self.draft.bounds(begin + mark.lines, self._end_of_text(begin, end))
        value = self.draft.page.text(text_begin, text_end, structure.of_section)
        text = self.draft.page.written(text_begin, text_end)
        before, below = self.draft.ends_before(begin), self._below_heading(begin, text_begin)
        indent = self._indent(value)
        if indent:
            value = re.sub(rf"^ {{{indent}}}", "", value, flags=re.MULTILINE)
            text, below = text[indent:], below + text[:indent]
        if kind == kinds.OTHER:
            lead, middle = before + line[:heading_begin], line[mark.end :] + below
            span = Span(text, SECTION, value, lead, "", indent, kind, written, middle)
        else:
            span = Span(text, SECTION, value, before + line + below, indent=indent, kind=kind)
        self.draft.spans.append(span)
        self.draft.at = text_end
        self.draft.keep(SectionItem(kind, heading, value, number))

    def _indent(self, text: str) -> int:
        """Return by how much HTML is indented. As Markdown it would be code."""
        lines = [line for line in text.split("\n") if line]
        spaces = min((len(line) - len(line.lstrip(" ")) for line in lines), default=0)
        is_html = bool(self.draft.run_ins) and text.lstrip(" ").startswith("<")
        return spaces if is_html and spaces >= _CODE else 0

    def _below_heading(self, begin: int, text_begin: int) -> str:
        """Return what stands between the line of a heading and the text of its section."""
        return self.draft.page.between(begin + 1, text_begin)

    def _end_of_text(self, begin: int, end: int) -> int:
        """Return where a section of a stranger's page ends, without links to the paper after it."""
        if self.draft.run_ins is None:
            return end
        last = end
        for index in range(end - 1, max(begin, end - _MOST_LINK_LINES), -1):
            line = self.draft.page.lines[index]
            if not self.draft.page.outline.live[index] or not self._is_no_text(line):
                break
            if run_ins.closes(line, self.draft.page.lines[begin:index]):
                break
            last = index if line.strip(" \t") else last
        return last

    def _is_no_text(self, line: str) -> bool:
        if not line.strip(" \t") or labels.only_links(line, self.draft.head.arxiv_id):
            return True
        is_of_paper = self.draft.head.arxiv_id in marks.ids(line) or run_ins.says_nothing(line)
        return is_of_paper and (run_ins.only_leads(line) or run_ins.says_nothing(line))

    def rest(self, end: int) -> Chunk | None:
        """Return the lines that a section left over."""
        begin, end = self.draft.bounds(self.draft.at, end)
        return Chunk(chunks.LITERAL, begin, end) if begin < end else None


def _begin_of_heading(line: str, mark: Mark) -> int:
    """Return where the text of a heading begins, with its number if it has one."""
    if not line.startswith("#"):
        return mark.begin
    begin = line.index(" ") if "\t" not in line else len(mark.shape)
    return begin + len(line[begin:]) - len(line[begin:].lstrip(" \t"))
