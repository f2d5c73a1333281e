"""Reads one paper of a page: the line that begins it, labelled facts, its note, its sections."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from digest.jekyll.files.body.drafts import Draft, checked_text, checked_title
from digest.jekyll.files.body.headed import Headed
from digest.jekyll.files.body.leads import Lead
from digest.jekyll.files.body.title_lines import TitleLine
from digest.jekyll.files.document import Fault, PaperItem
from digest.jekyll.files.spans import ABSTRACT, NOTE, ORGANIZATION, SECTION, UPVOTES

MAX_SECTIONS = 100


class Block:
    """The lines of one paper. ``read`` returns what they say; the draft has how they stand.

    ``afterword`` is where text begins that may be the page's, or -1.
    """

    def __init__(self, draft: Draft) -> None:
        """Take the paper, of which nothing is read yet."""
        self.draft, self.afterword = draft, -1

    def read(self) -> PaperItem:
        """Return the paper. Raises Fault if it cannot be taken."""
        title, raw_title = TitleLine(self.draft).read()
        self._texts()
        if self.draft.is_title_below and self.draft.title_below:
            title, raw_title = self.draft.title_below
        return self._item(checked_title(title, self.draft.line), raw_title)

    def _texts(self) -> None:
        """Add what stands below the title: chunks, then sections with headings."""
        lead, headed = Lead(self.draft), Headed(self.draft)
        headings = headed.headings()
        found = lead.chunks(headings[0] if headings else self.draft.end)
        self._check_number([*headings, *(each for each in found if each.name == SECTION)])
        for chunk in found:
            lead.add(chunk)
        self.afterword = -1 if headings else lead.afterword(found)
        for begin, end in pairwise([*headings, self.draft.end]):
            headed.add(begin, end)
            if rest := headed.rest(end):
                lead.add_literal(rest)

    def _check_number(self, sections: Sequence[object]) -> None:
        if len(sections) > MAX_SECTIONS:
            reason = f"paper: {len(sections):,} sections, limit {MAX_SECTIONS}"
            raise Fault(self.draft.line, reason)

    def _item(self, title: str, raw_title: str) -> PaperItem:
        values, line = self.draft.values, self.draft.line
        votes = values.get(UPVOTES)
        return PaperItem(
            arxiv_id=self.draft.head.arxiv_id,
            title=title,
            raw_title=raw_title,
            sections=tuple(self.draft.sections.values()),
            abstract=values.get(ABSTRACT, ""),
            upvotes=int(votes) if votes else None,
            organization=values.get(ORGANIZATION, ""),
            note=checked_text(values.get(NOTE, ""), "note", line + 1),
            line=line,
        )
