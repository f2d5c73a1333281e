"""Divides the lines between a paper's title and its first heading into chunks of one meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from digest.jekyll.files.body import labels, run_ins
from digest.jekyll.files.body.labels import Label
from digest.jekyll.files.body.run_ins import RunIns
from digest.jekyll.files.finding import html_lists, lookup, mentions, side_by_side, tables
from digest.jekyll.files.finding.html_lists import HtmlLists
from digest.jekyll.files.outline import Page, is_guarded
from digest.jekyll.files.spans import ABSTRACT, NOTE, ORGANIZATION, SECTION, UPVOTES

LITERAL = "literal"
_HTML_LIST = re.compile(r"[ \t]*</?(?:ul|ol|li)\b[^<>\n]{0,200}>[ \t]*\Z")
_LONGEST = 300  # characters of a line of tags that is looked at


@dataclass(slots=True)
class Chunk:
    """The lines from ``begin`` to ``end``. ``name`` is the field that holds them, or `LITERAL`."""

    name: str
    begin: int
    end: int
    label: Label | None = None


class Divider:
    """Goes through the lines once. ``identifier`` is the paper's id."""

    def __init__(
        self,
        page: Page,
        identifier: str,
        *,
        in_item: bool,
        in_html: bool,
        in_quote: bool,
        run_ins: RunIns | None,
        lists: HtmlLists,
        columns: Mapping[int, list[str]] | None = None,
    ) -> None:
        """Prepare for a paper. ``in_item`` says that it is an item of a list.

        ``run_ins`` are the labels of a stranger's page, None if it is in a layout of ours.
        """
        self.page, self.identifier, self.in_item = page, identifier, in_item
        self.in_quote, self.run_ins, self.lists = in_quote, run_ins, lists
        self.in_html = in_html
        self.columns = columns or {}
        self.chunks: list[Chunk] = []
        self._names: set[str] = set()

    def divide(self, begin: int, end: int) -> list[Chunk]:
        """Return the chunks of these lines. Blank lines between them are in none."""
        for index in range(begin, end):
            if self.page.lines[index].strip(" \t"):
                self._line(index, self.page.lines[index])
        return self.chunks

    def _line(self, index: int, line: str) -> None:
        live = self.page.outline.live[index] and not is_guarded(line)
        label = self._label(index, line) if live else None
        if live and self._is_literal(index, line, label):
            self._begin(LITERAL, index, label)
        elif label and label.fact == lookup.TITLE:
            self._begin(lookup.TITLE, index, label)
        elif live and UPVOTES not in self._names and labels.votes(line, label):
            self._begin(UPVOTES, index, label)
        elif label and self._is_news(label):
            self._begin(label.fact or SECTION, index, label)
        elif self.chunks and self._continues(self.chunks[-1], index, line):
            self.chunks[-1].end = index + 1
        else:
            self._begin(NOTE, index)

    def _label(self, index: int, line: str) -> Label | None:
        if self.run_ins is None:
            return labels.of(line) or self._heading(index, line)
        return self.run_ins.label(line) or self._heading(index, line)

    def _is_literal(self, index: int, line: str, label: Label | None) -> bool:
        """Return whether a line says what follows from the paper's id, or nothing."""
        if labels.only_links(line, self.identifier):
            return True
        if self.run_ins is None:
            return False
        if index in self.columns and self._is_of_table(index, line, label):
            return True
        if label:
            return label.fact == lookup.FACT and not mentions.is_long(line[label.begin :])
        if self._goes_on_as_html(line):
            return False
        return run_ins.only_leads(line) or run_ins.says_nothing(line)

    def _goes_on_as_html(self, line: str) -> bool:
        """Return whether a line begins or ends a list of HTML that is part of a section's text."""
        if not self.chunks or self.chunks[-1].name != SECTION:
            return False
        return bool(_HTML_LIST.match(line[:_LONGEST])) and not self._ends_item(line)

    def _ends_item(self, line: str) -> bool:
        """Return whether a line ends the item of HTML whose label began the section above it."""
        chunk = self.chunks[-1]
        if not html_lists.begins_item(self.page.lines[chunk.begin]):
            return False
        is_within = self.lists.depth[chunk.end] > self.lists.depth[chunk.begin]
        return html_lists.step(line) <= 0 and not is_within

    def _is_of_table(self, index: int, line: str, label: Label | None) -> bool:
        """Return whether a row is the head of a table of labels, or one of a table of facts."""
        if tables.is_rule(line):
            return self._has_rows(index - 1) or tables.has_facts(self.columns[index])
        if self._has_rows(index):
            return True
        return label is None and tables.has_facts(self.columns[index])

    def _has_rows(self, index: int) -> bool:
        """Return whether the row at ``index`` is the head of a table of labels and texts."""
        rule, following = (*self.page.lines[index + 1 : index + 3], "", "")[:2]
        if not tables.is_rule(rule):
            return False
        return following.startswith("|") and self._label(index + 2, following) is not None

    def _heading(self, index: int, line: str) -> Label | None:
        """Return the label of a bullet of an item, with text below it."""
        below = self.page.lines[index + 1] if index + 1 < len(self.page.lines) else ""
        if not below.strip() or labels.indent(below) <= labels.indent(line):
            return None
        label = labels.known(line) if self.run_ins else None
        return label or (labels.heading(line) if self.in_item else None)

    def _begin(self, name: str, index: int, label: Label | None = None) -> None:
        self.chunks.append(Chunk(name, index, index + 1, label))
        self._names.add(name)

    def _is_news(self, label: Label) -> bool:
        """Return whether a label begins a section, or a fact that was not there before."""
        return label.fact != lookup.UPVOTES and (not label.fact or label.fact not in self._names)

    def _continues(self, chunk: Chunk, index: int, line: str) -> bool:
        """Return whether a line without a label goes on with the chunk above it."""
        if self.run_ins:
            if self._is_one_line(chunk):
                return False
            if self.in_html and side_by_side.opened(line):
                return chunk.name != NOTE
            if chunk.label and self._is_alone(chunk, chunk.label):
                return True
        return self._is_more(chunk, index, line)

    def _is_one_line(self, chunk: Chunk) -> bool:
        """Return whether nothing can go on with a chunk: a line of facts, a row of a table."""
        is_row = chunk.label is not None and chunk.label.end is not None
        return self.in_quote or is_row or chunk.name in (LITERAL, lookup.TITLE)

    def _is_alone(self, chunk: Chunk, label: Label) -> bool:
        """Return whether a label stands alone on its line, so that its text begins below."""
        line = self.page.lines[chunk.begin].rstrip(" \t")
        return chunk.end == chunk.begin + 1 and label.begin >= len(line)

    def _is_more(self, chunk: Chunk, index: int, line: str) -> bool:
        follows = index == chunk.end
        deeper = labels.indent(line) > (chunk.label.indent if chunk.label else 0)
        bulleted = labels.lead(line)[1]
        if chunk.name == ORGANIZATION:
            return follows and deeper
        if chunk.name == ABSTRACT:
            return follows and (deeper or not bulleted) and not labels.is_lead(line)
        if chunk.name == SECTION and chunk.label and chunk.label.has_bullet:
            return deeper or (follows and not bulleted)
        if chunk.name == LITERAL:
            return self.in_item and follows and not bulleted
        if chunk.name == UPVOTES:
            return False
        if not self.in_item or not bulleted:
            return True
        first = self.page.lines[chunk.begin]
        return labels.lead(first)[1] and labels.indent(line) > labels.indent(first)
