"""What has been read of one paper: its spans, values, sections, and notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from digest.jekyll.files.body import facts
from digest.jekyll.files.body.run_ins import RunIns
from digest.jekyll.files.document import Fault, Notice, SectionItem
from digest.jekyll.files.finding import marks
from digest.jekyll.files.finding.evidence import Head
from digest.jekyll.files.finding.page_marks import Marks
from digest.jekyll.files.lines import unescape, without_entities
from digest.jekyll.files.spans import NOTE, UPVOTES, Span
from papers import kinds
from papers.text.cleaning import fold
from papers.text.rendering import MAX_LENGTH

MAX_TITLE_CHARS = 500


class Draft:
    """The lines of one paper, and what was read of them. ``at`` is the first line in no span."""

    def __init__(
        self,
        page_marks: Marks,
        head: Head,
        end: int,
        *,
        counted: bool,
        columns: Mapping[int, list[str]] | None = None,
        run_ins: RunIns | None = None,
        post_title: str = "",
    ) -> None:
        """Take the lines up to ``end``.

        ``counted`` says that institutions end with counts. ``columns`` are those of tables' rows.
        ``post_title`` is for a page about one paper.
        ``run_ins`` are the labels of a page that is in no layout of ours.
        """
        self.marks, self.page, self.head, self.end = page_marks, page_marks.page, head, end
        self.counted, self.columns = counted, columns or {}
        self.run_ins, self.post_title = run_ins, post_title
        self.line = self.page.number(head.index)
        self.in_item = head.mark.shape in marks.ITEMS or self._is_indented()
        self.in_html = bool(self.page.breaks) or head.mark.shape == marks.HTML_BLOCK
        self.spans: list[Span] = []
        self.notices: list[Notice] = []
        self.values: dict[str, str] = {}
        self.sections: dict[tuple[str, str], SectionItem] = {}
        self.at, self.first = head.index, head.index + 1
        self.is_title_below = False
        self.title_below: tuple[str, str] | None = None

    def _is_indented(self) -> bool:
        """Return whether the text of a box stands at a margin of its own: ``!!! note "A Tool"``."""
        is_box = self.head.mark.shape == marks.BOX
        return is_box and self.page.lines[self.head.index].lstrip().startswith(("!", "?", "="))

    def votes(self, text: str, line: int) -> str:
        """Return the number of upvotes as text, and keep it. It is "" if there can be no such."""
        if (votes := facts.upvotes(text)) is None:
            self.notices.append(Notice(line, "upvotes: no such number, left empty"))
            return ""
        self.values[UPVOTES] = str(votes)
        return str(votes)

    def ends_before(self, index: int) -> str:
        """Return the ends of lines since the last span."""
        return self.page.between(self.at, index)

    def bounds(self, begin: int, end: int) -> tuple[int, int]:
        """Return the bounds of the lines without the blank ones around them."""
        filled = [index for index in range(begin, end) if self.page.lines[index].strip(" \t")]
        return (filled[0], filled[-1] + 1) if filled else (begin, begin)

    def folded(self, raw: str) -> str:
        """Return a title without escapes. Strangers write entities of HTML too."""
        text = unescape(raw)
        return fold(without_entities(text) if self.run_ins else text)

    def add_note(self, text: str, joint: str) -> None:
        """Keep a part of the note. ``joint`` stands between it and the part before."""
        before = self.values.get(NOTE)
        self.values[NOTE] = text if before is None else f"{before}{joint}{text}"

    def keep(self, section: SectionItem) -> None:
        """Keep a section. One that was there before gets its text joined, with a notice."""
        own = kinds.of(section.kind).has_own_heading
        key = (section.kind, section.heading if own else "")
        if first := self.sections.get(key):
            text = f"section repeated: joined to the one of line {first.line}"
            self.notices.append(Notice(section.line, text))
            texts = filter(None, (first.markdown, section.markdown))
            section = replace(first, markdown="\n\n".join(texts))
        checked_text(section.markdown, "section", section.line)
        self.sections[key] = section


def checked_title(title: str, line: int) -> str:
    if not title:
        raise Fault(line, "title: missing")
    if len(title) > MAX_TITLE_CHARS:
        raise Fault(line, f"title: {len(title):,} chars, limit {MAX_TITLE_CHARS}")
    return title


def checked_text(markdown: str, name: str, line: int) -> str:
    """Return the Markdown unchanged. Raises Fault if it is too long to be stored."""
    if len(markdown) > MAX_LENGTH:
        raise Fault(line, f"{name}: {len(markdown):,} chars, limit {MAX_LENGTH:,}")
    return markdown
