"""Reads the lines between a title and the first heading: facts, notes, labelled sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from digest.jekyll.files.body import chunks, facts, labels, run_ins, structure
from digest.jekyll.files.body.chunks import Chunk
from digest.jekyll.files.body.drafts import Draft
from digest.jekyll.files.body.labels import Label
from digest.jekyll.files.document import Notice, SectionItem
from digest.jekyll.files.finding import html_lists, lookup, marks, side_by_side, tables, titles
from digest.jekyll.files.lines import unescape
from digest.jekyll.files.outline import unguard
from digest.jekyll.files.spans import (
    ABSTRACT,
    NOTE,
    ORGANIZATION,
    SECTION,
    TITLE,
    UPVOTES,
    Span,
)
from papers import kinds
from papers.text.cleaning import fold

MAX_HEADING_CHARS = 200
_LONGEST_FACTS = 500  # characters of a line that is looked at for a count


class Lead:
    """The lines before the first heading, as spans of the paper."""

    def __init__(self, draft: Draft) -> None:
        """Take the paper, of which the title is read."""
        self.draft = draft

    def chunks(self, end: int) -> list[Chunk]:
        """Return the chunks of the lines up to ``end``."""
        divider = chunks.Divider(
            self.draft.page,
            self.draft.head.arxiv_id,
            in_item=self.draft.in_item,
            in_html=self.draft.in_html,
            in_quote=self.draft.head.mark.shape == marks.QUOTE,
            run_ins=self.draft.run_ins,
            lists=self.draft.marks.lists,
            columns=self.draft.columns,
        )
        return divider.divide(self.draft.first, end)

    def add(self, chunk: Chunk) -> None:
        """Add the spans and values of a chunk."""
        if chunk.name == UPVOTES and UPVOTES not in self.draft.values:
            self._vote(chunk)
        elif chunk.name in (ORGANIZATION, ABSTRACT):
            self._fact(chunk)
        elif chunk.name == lookup.TITLE and chunk.label and self._is_missing_title():
            self._titled(chunk, chunk.label)
        elif chunk.name == SECTION and chunk.label:
            self._labelled(chunk, chunk.label)
        elif chunk.name == NOTE or chunk.name == UPVOTES:
            self._note(chunk)
        else:
            self.add_literal(chunk)

    def _is_missing_title(self) -> bool:
        return self.draft.is_title_below and self.draft.title_below is None

    def _titled(self, chunk: Chunk, label: Label) -> None:
        """Add the line that has the title of a paper whose head is only a number."""
        line = self.draft.page.lines[chunk.begin].rstrip(" \t")
        text = line[label.begin : label.end]
        found = titles.find(text)
        raw = text[found.begin : found.end]
        begin, end = label.begin + found.begin, label.begin + found.end
        before = self.draft.ends_before(chunk.begin) + line[:begin]
        title = self.draft.folded(raw)
        self.draft.spans += [Span(before), Span(raw, TITLE, title), Span(line[end:])]
        self.draft.title_below = title, raw
        self.draft.at = chunk.end

    def _labelled(self, chunk: Chunk, label: Label) -> None:
        """Add a section that begins with a label."""
        heading = ""
        if label.kind == kinds.OTHER:
            written = self.draft.page.lines[chunk.begin][slice(*label.heading)]
            heading = fold(unescape(written))[:MAX_HEADING_CHARS]
        at = len(self.draft.ends_before(chunk.begin))
        value = self._add(chunk, label.begin, SECTION, kind=label.kind)
        if heading:
            self._set_heading(label, at)
        self.draft.keep(
            SectionItem(label.kind, heading, value, self.draft.page.number(chunk.begin))
        )

    def _set_heading(self, label: Label, at: int) -> None:
        """Take the label out of what stands before the last span: it is the section's heading.

        ``at`` is the column there at which the label's line begins.
        """
        span = self.draft.spans[-1]
        begin, end = at + label.heading[0], at + label.heading[1]
        self.draft.spans[-1] = replace(
            span,
            before=span.before[:begin],
            heading=span.before[begin:end],
            middle=span.before[end:],
        )

    def _note(self, chunk: Chunk) -> None:
        line = self.draft.page.lines[chunk.begin]
        begin = labels.lead(line)[0] if self.draft.in_item and line[:1] in (" ", "\t") else 0
        if self.draft.head.mark.shape == marks.QUOTE:
            begin = len(line) - len(line.lstrip("> \t"))
        if self.draft.in_html and chunk.end == chunk.begin + 1:
            begin = side_by_side.opened(line)
        if self.draft.run_ins and line.lstrip(" ").startswith("<"):
            begin = max(begin, len(line) - len(line.lstrip(" ")))  # As Markdown it would be code.
            if line.startswith("<p>", begin) and chunk.end == chunk.begin + 1:
                begin += len("<p>")
        adjacent = self.draft.at == chunk.begin
        value = self._add(chunk, begin, NOTE)
        self.draft.add_note(value, "\n" if adjacent and not side_by_side.opened(line) else "\n\n")

    def _fact(self, chunk: Chunk) -> None:
        line = self.draft.page.number(chunk.begin)
        lines = self._lines(chunk, chunk.label.begin if chunk.label else 0)
        self._cut_end(chunk, lines, chunk.label.begin if chunk.label else 0)
        text = "\n".join(lines)
        if chunk.name == ABSTRACT:
            value, notice = facts.abstract(text, line)
        else:
            value, notice = facts.organization(text, counted=self.draft.counted)
        if notice:
            self.draft.notices.append(Notice(line, notice))
        self.draft.values[chunk.name] = value
        if value and chunk.label:
            self._add(chunk, chunk.label.begin, chunk.name, value=value)
        else:
            self.add_literal(chunk)

    def _vote(self, chunk: Chunk) -> None:
        line = self.draft.page.lines[chunk.begin].rstrip(" \t")
        begin, end = labels.votes(line, chunk.label) or (0, 0)
        if value := self.draft.votes(line[begin:end], self.draft.page.number(chunk.begin)):
            before = self.draft.ends_before(chunk.begin) + line[:begin]
            self.draft.spans.append(Span(line[begin:end], UPVOTES, value, before, line[end:]))
            self.draft.at = chunk.end
        else:
            self.add_literal(chunk)

    def add_literal(self, chunk: Chunk) -> None:
        """Add lines that no field holds, but for a count or an institution in them."""
        text = self.draft.ends_before(chunk.begin)
        text += self.draft.page.written(chunk.begin, chunk.end)
        self.draft.at = chunk.end
        for begin, end, name, value in self._values_in(chunk, text):
            self.draft.values[name] = value
            self.draft.spans.append(Span(text[:begin]))
            self.draft.spans.append(Span(text[begin:end], name, value))
            text = text[end:]
        self.draft.spans.append(Span(text))

    def _values_in(self, chunk: Chunk, text: str) -> Iterator[tuple[int, int, str, str]]:
        """Yield the first value in a line of facts that the paper does not have yet."""
        if self.draft.run_ins is None or chunk.end > chunk.begin + 1:
            return
        names = self.draft.columns.get(chunk.begin, [])
        lead = len(text) - len(text.lstrip("\n"))
        for (begin, end), name in zip(tables.cells(text[lead:]), names, strict=False):
            is_value = (
                lookup.fact(name) == ORGANIZATION and fold(text[lead + begin : lead + end]) != name
            )
            if (
                is_value
                and ORGANIZATION not in self.draft.values
                and not tables.is_rule(text[lead:])
            ):
                yield lead + begin, lead + end, ORGANIZATION, text[lead + begin : lead + end]
                return
        span = titles.upvotes(text[:_LONGEST_FACTS]) if UPVOTES not in self.draft.values else None
        if span and (votes := facts.upvotes(text[slice(*span)])) is not None:
            yield *span, UPVOTES, str(votes)

    def _lines(self, chunk: Chunk, begin: int) -> list[str]:
        first, *others = (
            line.rstrip(" \t") for line in self.draft.page.lines[chunk.begin : chunk.end]
        )
        return [first[begin:], *others]

    def _add(
        self, chunk: Chunk, begin: int, name: str, *, kind: str = "", value: str | None = None
    ) -> str:
        """Add a field whose text begins at a column of the chunk's first line. Return its value."""
        lines = self._lines(chunk, begin)
        after = self._cut_end(chunk, lines, begin)
        is_deeper = begin > 0 and not self.draft.page.lines[chunk.begin][:begin].strip(" ")
        indent = _indent(lines[1:]) if self.draft.in_item or chunk.label or is_deeper else 0
        before = self.draft.ends_before(chunk.begin) + self.draft.page.lines[chunk.begin][:begin]
        while len(lines) > 1 and not lines[0]:
            before += self.draft.page.breaks.get(chunk.end - len(lines) + 1, "\n")
            lines = [lines[1][indent:], *lines[2:]] if lines[1] else lines[1:]
            before += " " * indent if lines[0] else ""
        if value is None:
            read = [lines[0], *(line[indent:] for line in lines[1:])]
            live = self.draft.page.outline.live[chunk.end - len(lines) : chunk.end]
            value = unguard(read, live, structure.of_note)
        text = self.draft.page.join(chunk.end, lines)
        self.draft.spans.append(Span(text, name, value, before, after, indent, kind))
        self.draft.at = chunk.end
        return value

    def _cut_end(self, chunk: Chunk, lines: list[str], begin: int) -> str:
        """Cut from the lines what ends them and is no text: the bar of a cell, a tag of HTML."""
        if chunk.label and chunk.label.end is not None:
            lines[0], after = (
                lines[0][: chunk.label.end - begin],
                lines[0][chunk.label.end - begin :],
            )
            return after
        if self.draft.run_ins is None:
            return ""
        is_item = html_lists.begins_item(self.draft.page.lines[chunk.begin])
        is_labelled = bool(begin and chunk.label)
        in_item = is_labelled if is_item else self.draft.head.mark.shape == marks.HTML_ITEM
        lines[-1], after = run_ins.closed(lines[-1], in_item=in_item)
        if self.draft.in_html or self._is_folded(chunk, begin):
            lines[-1], of_block = side_by_side.closed(lines[-1])
            after = of_block + after
        return after

    def _is_folded(self, chunk: Chunk, begin: int) -> bool:
        """Return whether a label is the summary of a `<details>` that its text ends."""
        first, *others = self.draft.page.lines[chunk.begin : chunk.end]
        return "<details" in first[:begin] and not any("<details" in each for each in others)

    def afterword(self, found: Sequence[Chunk]) -> int:
        """Return where text at the margin begins, alone, after all that is labelled, or -1."""
        last = max((n for n, each in enumerate(found) if each.name != NOTE), default=-1)
        rest = found[last + 1 :]
        says_more = any(each.name in (NOTE, SECTION, ABSTRACT) for each in found[: last + 1])
        if last < 0 or not rest or not self.draft.run_ins:
            return -1
        if self.draft.head.mark.level and not says_more:
            return -1  # Below a heading and links it is all that is said of the paper.
        begin = rest[0].begin
        is_alone = not self.draft.page.lines[begin - 1].strip(" \t")
        return begin if is_alone and self.draft.page.lines[begin][:1].strip() else -1


def _indent(lines: list[str]) -> int:
    """Return the number of white space characters that all lines with text begin with."""
    return min((len(line) - len(line.lstrip(" \t")) for line in lines if line), default=0)
