"""Reads what stands below the front matter: introduction, papers, and the form of it all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from digest.jekyll.files import layouts
from digest.jekyll.files.body import facts, run_ins, structure
from digest.jekyll.files.body.blocks import Block
from digest.jekyll.files.body.drafts import Draft, checked_text
from digest.jekyll.files.body.paper_ends import Ends
from digest.jekyll.files.body.run_ins import RunIns, is_tags
from digest.jekyll.files.document import Contents, Fault, Notice, PaperItem, Refusal
from digest.jekyll.files.finding import additions, evidence, long_rows, side_by_side, tables
from digest.jekyll.files.finding.evidence import Head
from digest.jekyll.files.finding.mentions import LABELLED, Mention
from digest.jekyll.files.finding.page_marks import Marks
from digest.jekyll.files.finding.survey import Survey
from digest.jekyll.files.form import forms, pictures, rendering, shaping, spelling
from digest.jekyll.files.form.forms import Spelling
from digest.jekyll.files.form.pictures import Pieces
from digest.jekyll.files.form.shaping import ReadPaper
from digest.jekyll.files.markup import image_marks
from digest.jekyll.files.outline import Page
from papers import arxiv_id, kinds
from papers.languages import ENGLISH, KOREAN

MAX_PAPERS = 5_000
MAX_LITERAL = 500_000
"""Characters of text of a file that no field holds."""

UNSEEN = "readers do not see it, an export has it in its place"
EXPECTED = "# N. [Title](https://arxiv.org/abs/ID)"

_OVERVIEW_URLS = [
    partial(arxiv_id.alphaxiv_url, language=language) for language in (KOREAN, ENGLISH)
]
_PICTURE = re.compile(r"<img\b[^<>\n]{0,2000}>")
_ADDRESS = re.compile(r"\]\(([^()\s]{1,300})")


def read(page: Page, post_title: str = "") -> Contents:
    """Return what the page says. Raises Fault if no paper can be read.

    ``post_title`` is the paper's if the page is about one paper.
    """
    survey, heads = _found(page)
    page, page_marks = survey.page, survey.marks
    if not heads:
        text = f"no paper below the front matter: expected one such as {EXPECTED}"
        raise Fault(page.first_line, text)
    if len(heads) > MAX_PAPERS:
        raise Fault(page.number(heads[MAX_PAPERS].index), f"over {MAX_PAPERS:,} papers")
    reader = _Reader(page_marks, heads, additions.of_review(post_title))
    reader.read()
    reader.name_doubtful(evidence.doubtful(survey, heads))
    reader.name_others(survey.mentions)
    if not reader.papers:
        first = reader.refusals[0]
        raise Fault(first.line, f"no paper: {first.reason}")
    return reader.contents()


def _found(page: Page) -> tuple[Survey, list[Head]]:
    """Return what the page says of papers, and the lines that begin them, each with its own."""
    page = long_rows.joined(page)
    parted = side_by_side.parted(page)
    survey = Survey(Marks(parted))
    heads = evidence.heads(survey)
    if parted is page:
        return survey, heads
    begun = side_by_side.numbers(parted, [(head.index, head.mark) for head in heads])
    survey = Survey(Marks(side_by_side.parted(page, begun)))
    return survey, evidence.heads(survey)


_MOST_NAMED = 20  # papers that a page about one names
_MOST_BLANK = 5  # blank lines at the end of a file that it gets back


class _Reader:
    """Reads the papers one after the other, and keeps what stands between them."""

    def __init__(self, page_marks: Marks, heads: Sequence[Head], post_title: str) -> None:
        page = page_marks.page
        self.page, self.marks, self.heads = page, page_marks, heads
        self.papers: list[ReadPaper] = []
        self.refusals: list[Refusal] = []
        self.notices: list[Notice] = []
        self._ends = Ends(page_marks, heads)
        self._lines: dict[str, int] = {}
        self._post_title = post_title
        self._run_ins = None if page_marks.is_ours else RunIns(page.lines[heads[0].index :])
        self._counted = facts.has_counts(page.lines)
        self._room = MAX_LITERAL
        self._unread: list[str] = []  # The addresses of images in text that no field holds.
        filled = [n for n in range(heads[0].index) if page.lines[n].strip(" \t")]
        self._intro = (filled[0], filled[-1] + 1) if filled else (heads[0].index, heads[0].index)
        if heads[0].mark.shape == "|":
            self._intro = self._without_table(*self._intro)
        if not page_marks.is_ours:
            self._intro = self._without_marks(*self._intro)
        self._columns = tables.columns(page.lines)
        self._at = self._intro[1]  # The first line that has no place yet.
        self._tail = ""
        self._has_afterwords = False

    def read(self) -> None:
        """Read all papers, and what stands after the last one."""
        ends = [head.index for head in self.heads[1:]] + [len(self.page.lines)]
        for head, following in zip(self.heads, ends, strict=True):
            end = self._ends.end(head, following)
            try:
                self._paper(head, end)
            except Fault as fault:
                self.refusals.append(Refusal(fault.line, str(fault)))
        tail = self._between(len(self.page.lines))
        text = tail.rstrip("\n")
        blank = len(tail) - len(text) - 2  # The last text and the file end their lines, too.
        self._tail = text + "\n" * min(max(blank, 0), _MOST_BLANK)

    def name_doubtful(self, heads: Sequence[Head]) -> None:
        """Name headings that may be those of papers, but are read as text of another one."""
        for head in heads:
            text = f"heading: it names {head.arxiv_id}, but is read as text of the paper above it"
            self.notices.append(Notice(self.page.number(head.index), text))

    def name_others(self, mentions: Sequence[Mention]) -> None:
        """Name the papers that the page of one paper says where to find, as if it had several."""
        if len(self.heads) > 1 or not self.papers:
            return
        own = self.papers[0].item.arxiv_id
        ranks = (each.rank for each in mentions if each.arxiv_id == own)
        rank = LABELLED if self.heads[0].mark.level else max(ranks, default=LABELLED)
        others = [each for each in mentions if each.rank >= rank and each.arxiv_id != own]
        if others:
            names = ", ".join(dict.fromkeys(each.arxiv_id for each in others[:_MOST_NAMED]))
            text = f"read as a page about {own} alone: papers that it names are text of it: {names}"
            self.notices.append(Notice(self.page.number(others[0].index), text))

    def _paper(self, head: Head, end: int) -> None:
        if not head.arxiv_id:
            raise Fault(self.page.number(head.index), self._why_no_id(head, end))
        block, item = self._block(head, end)
        if first := self._lines.get(item.arxiv_id):
            reason = f"{item.arxiv_id}: again, the paper of line {first} is kept"
            raise Fault(item.line, reason)
        before = self._between(head.index)
        if not self.papers and self._intro[0] == self._intro[1]:
            before = before.removeprefix("\n")  # No line before it ends there.
        spans = [long_rows.restored(span) for span in block.draft.spans]
        self.papers.append(ReadPaper(long_rows.read(item), spans, before))
        self.notices += block.draft.notices
        literal = "".join(span.text for span in spans if not span.name)
        self._tell_of_pictures(literal, item.line)
        self._lines[item.arxiv_id] = item.line
        self._at = block.draft.at

    def _block(self, head: Head, end: int) -> tuple[Block, PaperItem]:
        """Return what was read of a paper. The last one ends where none of the others goes on."""
        draft = Draft(
            self.marks,
            head,
            end,
            counted=self._counted,
            columns=self._columns,
            run_ins=self._run_ins,
            post_title=self._post_title,
        )
        block = Block(draft)
        item = block.read()
        is_last = head is self.heads[-1] and len(self.heads) > 1
        if is_last and block.afterword > 0 and not self._has_afterwords:
            return self._block(head, block.afterword)
        self._has_afterwords = self._has_afterwords or block.afterword > 0
        return block, item

    def _without_table(self, begin: int, end: int) -> tuple[int, int]:
        """Return the bounds of the introduction without the head of a table at its end."""
        while end > begin and self._is_head(self.page.lines[end - 1]):
            end -= 1
        while end > begin and not self.page.lines[end - 1].strip(" \t"):
            end -= 1
        return begin, end

    def _is_head(self, line: str) -> bool:
        return line.startswith("|") or is_tags(line) or tables.is_html_head(line)

    def _without_marks(self, begin: int, end: int) -> tuple[int, int]:
        """Return the bounds of the introduction without what belongs to the paper below it.

        That is the beginning of an element of HTML, or a list of attributes.
        """
        end = run_ins.before_picture(self.page.lines, begin, end)
        while end > begin and self._is_mark(self.page.lines[end - 1]):
            end -= 1
        return begin, end

    def _is_mark(self, line: str) -> bool:
        is_list = line.startswith("{:") and not line.startswith("{:toc")
        is_begin = is_list or is_tags(line) or run_ins.opens(line)
        return is_begin or run_ins.is_blank(line)

    def _between(self, end: int) -> str:
        """Return the text from the last paper to a line, with the ends of lines around it."""
        lines = [line.rstrip(" \t") for line in self.page.lines[self._at : end]]
        text = self.page.between(self._at, end)
        if not text.strip():
            return text
        self._tell(lines, end)
        for offset, line in enumerate(text.split("\n"), start=-1):
            self._tell_of_pictures(line, self.page.number(self._at) + offset)
        self._room -= len(text)
        return text if self._room >= 0 else "\n\n"

    def _without_heads(self, end: int) -> list[str]:
        """Return the lines that have no place yet, without the names of columns of tables."""
        rows = range(self._at, end)
        heads = {n for n in rows if self._columns.get(n) and tables.is_rule(self.page.lines[n])}
        heads |= {n - 1 for n in heads}
        lines = ((n, self.page.lines[n]) for n in rows if n not in heads)
        return [line for _, line in lines if not tables.is_html_head(line)]

    def _tell(self, lines: list[str], end: int) -> None:
        filled = [number for number, line in enumerate(lines) if line]
        first = next((number for number in filled if not is_tags(lines[number])), filled[0])
        line = self.page.number(self._at + first)
        is_refused = any(line <= each.line for each in self.refusals)
        if self._room < sum(map(len, lines)):
            self.notices.append(Notice(line, "text of no paper: too much of it, left out"))
        elif any(map(_has_words, self._without_heads(end))) and not is_refused:
            self.notices.append(Notice(line, f"text of no paper: {UNSEEN}"))

    def _tell_of_pictures(self, text: str, line: int) -> None:
        """Name the images in text that no field holds."""
        may_have = any(mark in text for mark in ("![", "<img", "{%", "{{"))
        for span in image_marks.spans(text) if may_have else ():
            self._unread += span.addresses
            self._tell_of_images(span.addresses, line)

    def _tell_of_images(self, addresses: Iterable[str], line: int) -> None:
        texts = (f"image: {UNSEEN}: {address[:200]}" for address in addresses)
        self.notices += [Notice(line, text) for text in texts]

    def _why_no_id(self, head: Head, end: int) -> str:
        """Return why a paper has no id: it has no link, or one that names none."""
        for line in self.page.lines[head.index : min(end, head.index + 50)]:
            for address in _ADDRESS.findall(line[:2_000]):
                if "://arxiv.org/" in address:
                    try:
                        arxiv_id.parse(address)
                    except arxiv_id.InvalidArxivId as error:
                        return str(error)
        if head.mark.level:
            return f"paper: expected {EXPECTED}"
        return "paper: no link to arxiv.org"

    def contents(self) -> Contents:
        """Return all that was read."""
        begin, end = self._intro
        intro = self.page.text(begin, end, structure.of_intro)
        checked_text(intro, "intro", self.page.first_line)
        written = self.page.written(begin, end)
        found = None
        if written != intro and (edits := spelling.edits(intro, written)):
            found = Spelling(spelling.checksum(intro), None, tuple(edits))
        lead = "\n" * begin
        first = self.heads[0].mark
        level = min(first.level + 1, 6) if first.level else 0
        form = shaping.form_of(self.papers, lead, found, self._tail, level)
        remainder = shaping.remainder(form)
        intro, taken = pictures.of_intro(intro)
        images: dict[str, Pieces] = {"": taken} if taken else {}
        self._tell_of(taken, self.page.number(begin))
        papers = [self._without_images(paper.item, images) for paper in self.papers]
        is_plain = self._is_plain(intro, papers, images)
        form = replace(layouts.form(layouts.SEED) if is_plain else form, images=images)
        return Contents(
            intro=intro,
            papers=tuple(papers),
            refusals=tuple(self.refusals),
            notices=tuple(self.notices),
            layout=_layout(first.shape),
            form={} if is_plain and not images else {forms.BODY: form.dump()},
            remainder=remainder + pictures.size(images),
            images=(*_addresses(images), *self._unread),
        )

    def _without_images(self, paper: PaperItem, images: dict[str, Pieces]) -> PaperItem:
        rest, taken = pictures.of_paper(paper)
        if taken:
            images[paper.arxiv_id] = taken
        self._tell_of(taken, paper.line)
        return rest

    def _tell_of(self, taken: Pieces, line: int) -> None:
        """Name what was taken out of the texts of a paper or the introduction."""
        for piece in chain.from_iterable(taken.values()):
            self._tell_of_images(piece.addresses, line)
            if not piece.addresses:
                shown = " ".join(piece.written.split())[:200]
                text = f"Liquid or a list of attributes: {UNSEEN}: {shown}"
                self.notices.append(Notice(line, text))

    def _is_plain(
        self, intro: str, papers: Sequence[PaperItem], images: Mapping[str, Pieces]
    ) -> bool:
        """Return whether the page is just as our own layout is written from stored values."""
        form = replace(layouts.form(layouts.SEED), images=images)
        papers = [*map(_as_stored, papers)]
        text = _normalised(self.page.written(0, len(self.page.lines)))
        return self.heads[0].mark.shape == "#" and any(
            _normalised(rendering.body(intro, papers, form, url, guarded=True)) == text
            for url in _OVERVIEW_URLS
        )


def _addresses(images: Mapping[str, Pieces]) -> Iterator[str]:
    """Yield the addresses of the images among what was taken out."""
    for taken in images.values():
        for pieces in taken.values():
            for piece in pieces:
                yield from piece.addresses


def _has_words(line: str) -> bool:
    text = _PICTURE.sub("", line)
    return bool(re.search(r"\w", text)) and not run_ins.says_nothing(text)


def _as_stored(paper: PaperItem) -> PaperItem:
    """Return the paper without what no row has: headings of known kinds as a file has them."""
    sections = (
        each if kinds.of(each.kind).has_own_heading else replace(each, heading="")
        for each in paper.sections
    )
    return replace(paper, sections=tuple(sections))


def _normalised(text: str) -> str:
    """Return a body without runs of spaces in titles, and white space at line ends and the end."""
    lines = (line.rstrip(" \t") for line in text.rstrip().split("\n"))
    return "\n".join(" ".join(line.split()) if line.startswith("#") else line for line in lines)


def _layout(shape: str) -> str:
    if shape == "#":
        return layouts.SEED
    return layouts.LIST if shape == "1.**" else kinds.OTHER
