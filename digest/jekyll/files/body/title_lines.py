"""Reads the line that begins a paper: its title, and what stands beside it."""

from __future__ import annotations

import re

from digest.jekyll.files.body import labels, run_ins
from digest.jekyll.files.body.drafts import Draft, checked_title
from digest.jekyll.files.document import Fault, SectionItem
from digest.jekyll.files.finding import lookup, marks, tables, titles
from digest.jekyll.files.finding.evidence import WHOLE
from digest.jekyll.files.outline import BREAK
from digest.jekyll.files.spans import (
    ABSTRACT,
    NOTE,
    NUMBER,
    ORGANIZATION,
    SECTION,
    TITLE,
    UPVOTES,
    Span,
)
from papers import kinds
from papers.text.cleaning import fold

MAX_TITLE_LINES = 5

_LINK_END = re.compile(
    r"\](?:\([^()\s]{1,500}(?:[ \t]+\"[^\"]{0,200}\")?\)|\[[^\[\]\n]{0,60}\])"
    r"|(?:</(?:a|b|strong)>)+|[ \t]?\[\^[^\[\]\n]{1,40}\]"
)
_BEFORE_WORDS = re.compile(
    rf"(?:[ \t{BREAK}\-–—:：|·•,.。*_)\]]|</(?:a|b|strong|em|i|span)>|<br[ \t]*/?>)*+"
)
_CATEGORY = re.compile(r"\[[a-z-]{2,10}(?:\.[A-Za-z-]{2,6})?\][)）\]]?")
_UNIT = re.compile(r"[ \t]*(?:👍|upvotes?|likes?|votes?|추천)(?=[ \t]*(?:</|[)\]|·,]|\Z))", re.I)
_LABEL_BEFORE = re.compile(r"[ \t]*[-–—(\[|·•,]*[^*)\]\w]*\Z")


class TitleLine:
    """The line that begins a paper, as a row of a table or as any other."""

    def __init__(self, draft: Draft) -> None:
        """Take the paper, of which nothing is read yet."""
        self.draft = draft
        self._has_values = False

    def read(self) -> tuple[str, str]:
        """Return the title, folded and as written. A page about one paper has that of its post."""
        shape = self.draft.head.mark.shape
        if shape == WHOLE:
            self.draft.first, self.draft.at, self.draft.is_title_below = 0, 1, True
            return self.draft.post_title, self.draft.post_title
        found = self._row() if shape == "|" else self._title()
        if self.draft.head.mark.lines > 1:
            self.draft.spans.append(Span("\n" + self.draft.page.lines[self.draft.at].rstrip(" \t")))
            self.draft.at += 1
        self.draft.first = self.draft.at
        return found

    def _title(self) -> tuple[str, str]:
        """Return the title, folded and as written."""
        text, end = self._title_text()
        found = titles.find(text)
        raw = text[found.begin : found.end]
        title = self.draft.folded(raw)
        self.draft.is_title_below = titles.is_ordinal(title) and self.draft.run_ins is not None
        if not self.draft.is_title_below:
            checked_title(title, self.draft.line)
        line, mark = self.draft.page.lines[self.draft.head.index], self.draft.head.mark
        number_begin, number_end = mark.number or (mark.begin, mark.begin)
        self.draft.spans.append(Span(line[:number_begin]))
        if mark.number:
            self.draft.spans.append(Span(line[number_begin:number_end], NUMBER))
        self.draft.spans.append(Span(line[number_end : mark.begin]))
        self._spans_of_title(text, found, title)
        if end == self.draft.head.index + 1:
            self.draft.spans.append(Span(line[mark.end :].rstrip(" \t")))
        self.draft.at = end
        return title, raw

    def _title_text(self) -> tuple[str, int]:
        """Return the text of the head, and the index after it. A bold title may have some lines."""
        index, mark = self.draft.head.index, self.draft.head.mark
        text = self.draft.page.lines[index][mark.begin : mark.end].rstrip(" \t")
        if not mark.shape.endswith("**") or text.count("**") > 1:
            return text, index + 1
        for stop in range(index + 2, min(index + MAX_TITLE_LINES, self.draft.end) + 1):
            lines = [each.rstrip(" \t") for each in self.draft.page.lines[index + 1 : stop]]
            if "**" in lines[-1]:
                return "\n".join([text, *lines]), stop
        raise Fault(self.draft.line, "title: expected N. **Title** - 👍 COUNT")

    def _spans_of_title(self, text: str, found: titles.Title, title: str) -> None:
        pieces = [] if self.draft.is_title_below else [(found.begin, found.end, TITLE, title)]
        if found.upvotes and (
            votes := self.draft.votes(text[slice(*found.upvotes)], self.draft.line)
        ):
            pieces.append((*found.upvotes, UPVOTES, votes))
        at = 0
        for begin, end, name, value in sorted(pieces):
            label = _label_before(text[at:begin]) if name == UPVOTES else ""
            self.draft.spans.append(Span(text[at : begin - len(label)]))
            self.draft.spans.append(Span(text[begin:end], name, value, before=label))
            at = end
        if unit := _UNIT.match(text, at) if found.upvotes else None:
            self.draft.spans.append(Span(unit[0]))
            at = unit.end()
        self._rest_of_title(text[at:])

    def _rest_of_title(self, rest: str) -> None:
        """Add what follows a title on its line. It is a note, unless it only says where to look."""
        begin = _begin_of_words(rest, self._end_of_links(rest))
        text = rest[begin:].rstrip(" \t")
        is_mark = text.startswith(("{:", "{#")) and text.endswith("}")
        is_empty = not text or is_mark or run_ins.says_nothing(_CATEGORY.sub("", text))
        if "\n" in text or is_empty or labels.says_only_where(text, self.draft.head.arxiv_id):
            self.draft.spans.append(Span(rest))
            return
        before = rest[:begin].rstrip(" \t-–—:：|·•,.。")
        self.draft.spans.append(Span(before))
        self.draft.add_note(text, "\n\n")
        self.draft.spans.append(Span(text, NOTE, text, rest[len(before) : begin]))

    def _end_of_links(self, rest: str) -> int:
        """Return where the links to the paper end that follow its title."""
        link = _LINK_END.match(rest)
        begin = end = link.end() if link else 0
        for _, mention_end, _ in list(marks.found(rest))[:10]:
            stop = mention_end + len(rest[mention_end:]) - len(rest[mention_end:].lstrip(")]"))
            if labels.only_links(rest[begin:stop], self.draft.head.arxiv_id):
                end = stop
        return end

    def _row(self) -> tuple[str, str]:
        """Return the title of a row, folded and as written, after adding its cells."""
        line = self.draft.page.lines[self.draft.head.index].rstrip(" \t")
        names = self.draft.columns.get(self.draft.head.index, [])
        titled = tables.title(line, names)
        title = raw = ""
        at = 0
        self._has_values = tables.has_values(names)
        for number, (begin, end) in enumerate(tables.cells(line)):
            text = line[begin:end]
            self.draft.spans.append(Span(line[at:begin]))
            if (begin, end) == titled:
                found = titles.find(text)
                raw = text[found.begin : found.end]
                title = self.draft.folded(raw)
                self._spans_of_title(text, found, title)
            else:
                self._cell(text, names[number] if number < len(names) else "")
            at = end
        self.draft.spans.append(Span(line[at:]))
        self.draft.at = self.draft.head.index + 1
        return title, raw

    def _cell(self, text: str, column: str) -> None:
        """Add a cell that does not have the title."""
        fact, kind = lookup.fact(column), lookup.kind(column)
        says_more = not labels.only_links(text) and not (column and lookup.other_fact(column))
        has_words = bool(re.search(r"[^\W\d]", text)) and says_more
        if fact == UPVOTES and text and (votes := self.draft.votes(text, self.draft.line)):
            self.draft.spans.append(Span(text, UPVOTES, votes))
        elif fact in (ORGANIZATION, ABSTRACT) and fact not in self.draft.values:
            self.draft.values[fact] = fold(text)
            self.draft.spans.append(Span(text, fact, fold(text)))
        elif text.isdecimal() and not self.draft.spans[1:]:
            self.draft.spans.append(Span(text, NUMBER))
        elif has_words and self.draft.run_ins and kind != kinds.OTHER:
            self.draft.spans.append(Span(text, SECTION, text, kind=kind))
            self.draft.keep(SectionItem(kind, "", text, self.draft.line))
        elif says_more and self._is_value(text, column, has_words=has_words):
            heading = tables.heading(column)
            self.draft.spans.append(Span(text, SECTION, text, kind=kind, column=heading))
            self.draft.keep(SectionItem(kind, heading, text, self.draft.line))
        elif has_words and NOTE not in self.draft.values:
            self.draft.values[NOTE] = text
            self.draft.spans.append(Span(text, NOTE, text))
        else:
            self.draft.spans.append(Span(text))

    def _is_value(self, text: str, column: str, *, has_words: bool) -> bool:
        """Return whether a cell tells what its column is named for: in words it may be a note."""
        is_told = self._has_values or not has_words
        return is_told and self.draft.run_ins is not None and tables.is_value(text, column)


def _label_before(text: str) -> str:
    """Return what stands and falls with the count that follows it: `` - 👍 ``."""
    match = _LABEL_BEFORE.search(text[-40:])
    return match[0] if match else ""


def _begin_of_words(rest: str, begin: int) -> int:
    """Return where the words begin in what follows a title and its link."""
    match = _BEFORE_WORDS.match(rest, begin)
    end = match.end() if match else begin
    opening = len(rest[begin:end].rstrip("*_")) + begin
    # Emphasis that follows a blank begins there. Otherwise it is the end of the title's.
    return opening if rest[max(opening - 1, begin) : opening].isspace() else end
