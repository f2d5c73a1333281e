"""Writes the body of a file: a form is filled with the values of a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from digest.jekyll.files.body import structure
from digest.jekyll.files.document import PaperItem, SectionItem, usual_heading
from digest.jekyll.files.form import forms, pictures, spelling
from digest.jekyll.files.form.forms import ALWAYS, Form, Hole, Own, Shape, Spelling
from digest.jekyll.files.lines import escape
from digest.jekyll.files.markup import images
from digest.jekyll.files.outline import Structure, guard, tidy
from digest.jekyll.files.spans import (
    ABSTRACT,
    ID,
    NOTE,
    NUMBER,
    ORGANIZATION,
    OVERVIEW,
    SECTION,
    TITLE,
    UPVOTES,
)
from papers import kinds

_BLOCKS = re.compile(
    r"\n\n|\A[ \t]*(?:[-*+>|<#$~`]|[0-9]+[.)]).*\n|\n[ \t]*(?:[-*+>|<#$~`=]|[0-9]+[.)])"
)
"""Found in a text that is more than one plain paragraph."""

Overview = Callable[[str], str]


def body(
    intro: str,
    papers: Sequence[PaperItem],
    form: Form,
    overview_url: Overview,
    *,
    guarded: bool,
) -> str:
    """Return the text below the front matter.

    ``guarded`` says that lines of texts that look like structure are guarded, unless the text is
    still written as it stood in the file.
    """
    intro = images.put_back(intro, form.images.get("", {}).get(NOTE, ()))
    papers = [pictures.back_in(each, form.images.get(each.arxiv_id, {})) for each in papers]
    intro = _spelled_or(intro, form.intro, structure.of_intro, guarded=guarded)
    pieces = [intro] if intro else []
    pending = dict(_pending(papers, form))
    for number, paper in enumerate(papers, start=1):
        before = form.before.get(paper.arxiv_id)
        if pieces:
            before = form.gap if before is None else before
        pieces += [*pending.get(paper.arxiv_id, ()), before or ""]
        pieces.append(Filling(form, paper, number, overview_url, guarded=guarded).text())
    pieces += pending.get("", ())
    text = form.lead + "".join(pieces) + form.tail
    blank = len(form.tail) - len(form.tail.rstrip("\n"))
    return text.rstrip("\n") + "\n" * (1 + blank)


def _pending(papers: Sequence[PaperItem], form: Form) -> Iterator[tuple[str, list[str]]]:
    """Yield texts that stood before papers that are gone, with the id of the next one that is not.

    The id is "" after the last one.
    """
    there = {paper.arxiv_id for paper in papers}
    texts: list[str] = []
    for name in form.order:
        if name in there:
            yield name, texts
            texts = []
        elif form.before.get(name, "").strip():
            texts = [*texts, form.before[name].rstrip("\n")]
    yield "", texts


def _spelled_or(value: str, found: Spelling | None, structure: Structure, *, guarded: bool) -> str:
    as_it_was = forms.spelled(value, found)
    if as_it_was is not None:
        return as_it_was
    return guard(value, structure) if guarded and value else tidy(value)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece that was written, and the section in it if there is one."""

    text: str
    section: SectionItem | None = None


class Filling:
    """One paper's values in its shape."""

    def __init__(
        self, form: Form, paper: PaperItem, number: int, overview_url: Overview, *, guarded: bool
    ) -> None:
        """Prepare for a paper, the ``number``-th of the post."""
        self.form, self.paper, self.guarded = form, paper, guarded
        self.own = form.own.get(paper.arxiv_id) or Own(form.paper)
        self.shape: Shape = form.shapes[self.own.shape]
        self.values = {
            NUMBER: str(number),
            TITLE: escape(paper.title),
            ID: paper.arxiv_id,
            OVERVIEW: overview_url(paper.arxiv_id),
            UPVOTES: "" if paper.upvotes is None else str(paper.upvotes),
            ORGANIZATION: paper.organization,
            ABSTRACT: paper.abstract,
            NOTE: paper.note,
        }
        columns = {hole.heading for hole in _holes(self.shape, SECTION)}
        others = (each for each in paper.sections if each.kind == kinds.OTHER)
        self._others = (each for each in others if each.heading not in columns)

    def text(self) -> str:
        """Return the paper's text."""
        parts = [self._part(index, piece) for index, piece in enumerate(self.shape)]
        if self.paper.note and not any(_holes(self.shape, NOTE)):
            self._insert(parts, None, _Part(self._default_note()))
        written = {id(part.section) for part in parts}
        for before, section in pairwise([None, *self.paper.sections]):
            if section is not None and id(section) not in written:
                self._insert(parts, before, _Part(self._default_section(section), section))
        return "".join(part.text for part in parts)

    def _insert(self, parts: list[_Part], before: SectionItem | None, part: _Part) -> None:
        """Insert what the shape lacks below the section ``before``, or above the first one."""
        if before is None:
            at = next((n for n, each in enumerate(parts) if each.section), len(parts))
        else:
            at = max((n for n, each in enumerate(parts) if each.section is before), default=-1) + 1
        parts.insert(at, part)

    def _part(self, index: int, piece: str | Hole) -> _Part:
        if isinstance(piece, str):
            return _Part(piece)
        found = self.own.spellings.get(index)
        if piece.name == SECTION:
            return self._section(piece, found)
        text = self._value(piece, self.values[piece.name], found)
        if not text and piece.name not in ALWAYS:
            return _Part("")
        return _Part(f"{piece.before}{text}{piece.after}")

    def _value(self, hole: Hole, value: str, found: Spelling | None) -> str:
        """Return what is written in a hole."""
        as_it_was = forms.spelled(value, found)
        if as_it_was is not None:
            return as_it_was
        if hole.is_more:
            return ""
        if hole.name not in (NOTE, SECTION):
            return value if hole.before.endswith("\n") else " ".join(value.split())
        if hole.name == NOTE and "\n\n" not in value:
            bullets = (each.before for each in _holes(self.shape, NOTE) if each.is_more)
            bullet = next((before for before in bullets if not re.search(r"\w", before)), "\n")
            if bullet != "\n":
                return self._guarded(hole, value).replace("\n", bullet)
        return _indented(self._guarded(hole, value), hole.column)

    def _guarded(self, hole: Hole, value: str) -> str:
        of = structure.of_section if "#" in hole.before else structure.of_note
        return guard(value, of) if self.guarded and value else tidy(value)

    def _section(self, hole: Hole, found: Spelling | None) -> _Part:
        section = self._of_kind(hole, found)
        if section is None:
            return _Part(hole.before.rstrip("\n") if hole.is_kept and not hole.middle else "")
        text = self._value(hole, section.markdown, found)
        if not text and hole.is_more and not hole.is_kept:
            return _Part("")
        heading = self._heading(section, found) + hole.middle if hole.middle else ""
        lead = f"{hole.before}{heading}"
        if forms.spelled(section.markdown, found) is None:
            lead = _lead(lead, hole, section.markdown)
        written = f"{lead}{text}{hole.after}"
        return _Part(written if text else written.rstrip(" \n"), section)

    def _of_kind(self, hole: Hole, found: Spelling | None) -> SectionItem | None:
        """Return the section for a hole. Unknown ones are taken in their order."""
        of_kind = (each for each in self.paper.sections if each.kind == hole.kind)
        if hole.heading:
            return next((each for each in of_kind if each.heading == hole.heading), None)
        if hole.kind != kinds.OTHER:
            return next(of_kind, None)
        if not hole.is_more:
            return next(self._others, None)
        return next(
            (each for each in of_kind if found and spelling.checksum(each.markdown) == found.of),
            None,
        )

    def _heading(self, section: SectionItem, found: Spelling | None) -> str:
        heading = escape(section.heading) or usual_heading(section.kind)
        if found and found.heading and found.headed == spelling.checksum(heading):
            return spelling.apply(found.heading, heading)
        return heading

    def _default_section(self, section: SectionItem) -> str:
        before, middle = self.form.section
        indent = _indent_below(before)
        hole = self._hole_for(section) or Hole(SECTION, before, middle=middle, indent=indent)
        text = self._guarded(hole, section.markdown)
        heading = escape(section.heading) or usual_heading(section.kind)
        if hole.middle.startswith(":"):
            heading = heading.rstrip(":：")
        lead = hole.before if not hole.middle else f"{hole.before}{heading}{hole.middle}"
        return f"{_lead(lead, hole, text)}{_indented(text, hole.column)}".rstrip("\n")

    def _hole_for(self, section: SectionItem) -> Hole | None:
        """Return the hole that other papers of the file have for such a section."""
        found = _holes(self.form.shapes[self.form.paper], SECTION)
        return next((each for each in found if each.kind == section.kind), None)

    def _default_note(self) -> str:
        found = _holes(self.form.shapes[self.form.paper], NOTE)
        hole = next(found, None) or Hole(NOTE, "\n\n")
        text = guard(self.paper.note, structure.of_note) if self.guarded else tidy(self.paper.note)
        return f"{hole.before}{_indented(text, hole.column)}"


def _holes(shape: Shape, name: str) -> Iterator[Hole]:
    """Yield the holes of a shape for a field."""
    return (piece for piece in shape if isinstance(piece, Hole) and piece.name == name)


def _lead(lead: str, hole: Hole, text: str) -> str:
    """Return what stands before a text. Several blocks stand below the label of their item."""
    is_item = hole.column and not hole.indent and not lead.endswith("\n")
    if not is_item or not _BLOCKS.search(text):
        return lead
    return f"{lead.rstrip(' ')}\n{' ' * hole.column}"


def _indent_below(before: str) -> int:
    """Return the spaces before the lines of a section that stands below a bullet."""
    bullet = re.fullmatch(r"\n*([ \t]*[-*+] )", before)
    return len(bullet[1]) if bullet else 0


def _indented(text: str, indent: int) -> str:
    """Return the text with each line but the first and blank ones indented."""
    return re.sub(r"\n(?=[^\n])", "\n" + " " * indent, text) if indent else text
