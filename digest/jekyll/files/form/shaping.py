"""Makes the form of a file of the spans that were read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.jekyll.files.document import PaperItem
from digest.jekyll.files.form import spelling
from digest.jekyll.files.form.forms import Form, Hole, Own, Part, Shape, Spelling
from digest.jekyll.files.lines import escape, unescape
from digest.jekyll.files.spans import ID, NOTE, NUMBER, SECTION, TITLE, Span
from papers import kinds
from papers.text.cleaning import fold

_MOST_IDS = 50  # mentions of a paper's id in the literal text around its fields
_ROW = re.compile(r"[ \t]*(?:\||<tr\b)")
_TAG = re.compile(r"</?(?:hr|li|[uo]l|br|div|p)\b[^<>\n]{0,200}>")
_LONGEST_GAP = 1_000
_AFTER_ID = re.compile(r"(?:v[1-9][0-9]{0,3})?(?![0-9])")
_BEFORE_ID = ("", *"/:.[( \"'={`")
_MARKS = re.compile(r"(\n*)([ \t]*)(#{1,6}|\*\*|[-*+]|[0-9]{1,3}[.)])?")


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """A paper with its spans, and the text between the paper before it and its own."""

    item: PaperItem
    spans: Sequence[Span]
    before: str


@dataclass(frozen=True, slots=True)
class _Shaped:
    """A paper's shape, and how its values are spelled, by the piece's index."""

    shape: Shape
    spellings: Mapping[int, Spelling]


def form_of(
    papers: Sequence[ReadPaper], lead: str, intro: Spelling | None, tail: str, level: int
) -> Form:
    """Return the form of a file. ``level`` is that of a heading of a section that is added."""
    shaped = [_shaped(paper, number) for number, paper in enumerate(papers, start=1)]
    counts = Counter(each.shape for each in shaped)
    shapes = tuple(counts)
    common = max(shapes, key=lambda shape: (counts[shape], len(shape)))
    at = {shape: index for index, shape in enumerate(shapes)}
    own = {
        paper.item.arxiv_id: Own(at[each.shape], each.spellings)
        for paper, each in zip(papers, shaped, strict=True)
        if each.shape != common or each.spellings
    }
    usual = "\n" if isinstance(common[0], str) and _ROW.match(common[0]) else "\n\n"
    gap = _common((paper.before for paper in papers[1:]), usual)
    before = {
        paper.item.arxiv_id: paper.before
        for number, paper in enumerate(papers)
        if paper.before != (gap if number or paper.before else "")
    }
    order = any(text.strip() for text in before.values())
    return Form(
        shapes=shapes,
        paper=at[common],
        own=own,
        lead=lead,
        intro=intro,
        gap=gap,
        before=before,
        order=tuple(paper.item.arxiv_id for paper in papers) if order else (),
        section=_section_style(papers, level),
        tail=tail,
    )


def _common(gaps: Iterable[str], usual: str) -> str:
    """Return what most often stands between two papers: no words, but rules and tags of HTML.

    It is ``usual`` if there are words between all of them.
    """
    short = (gap for gap in gaps if len(gap) <= _LONGEST_GAP)
    plain = [gap for gap in short if not re.search(r"\w", _TAG.sub("", gap))]
    return Counter(plain).most_common(1)[0][0] if plain else usual


def _shaped(paper: ReadPaper, number: int) -> _Shaped:
    pieces: list[Part] = []
    spellings: dict[int, Spelling] = {}
    values = _Values(paper.item, number)
    for span in _with_ids(paper.spans, paper.item.arxiv_id):
        if span.name:
            hole, found = values.hole(span)
            if found:
                spellings[len(pieces)] = found
            pieces.append(hole)
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += span.text
        elif span.text:
            pieces.append(span.text)
    return _Shaped(tuple(pieces), spellings)


def _with_ids(spans: Iterable[Span], identifier: str) -> Iterable[Span]:
    """Yield the spans, with the id of the paper as spans of its own in literal text."""
    room = _MOST_IDS
    for span in spans:
        if span.name:
            yield span
            continue
        at = 0
        while room and (begin := span.text.find(identifier, at)) >= 0:
            end = begin + len(identifier)
            room -= 1
            version = _AFTER_ID.match(span.text, end)
            if version and span.text[begin - 1 : begin] in _BEFORE_ID:
                yield Span(span.text[at:begin])
                yield Span(span.text[begin : version.end()], ID, identifier)
                at = version.end()
            else:
                yield Span(span.text[at:end])
                at = end
        yield Span(span.text[at:])


class _Values:
    """The values of a paper, and how far its spans have told each of them."""

    def __init__(self, item: PaperItem, number: int) -> None:
        self.item, self.number = item, number
        self.told: dict[tuple[str, str], int] = {}

    def hole(self, span: Span) -> tuple[Hole, Spelling | None]:
        """Return the hole for a span, and the spelling of its value if it is not the usual one."""
        if span.name not in (NOTE, SECTION):
            value = self._plain(span)
            return _hole(span), _spelled(span, value, value, None)
        key = (span.kind or NOTE, span.column or _folded(span.heading))
        whole = self._whole(span)
        begin = max(whole.find(span.value, self.told.get(key, 0)), 0)
        hole = replace(_hole(span), is_more=key in self.told, is_kept=not span.value)
        self.told[key] = begin + len(span.value)
        part = (begin, self.told[key])
        is_whole = part == (0, len(whole)) and not hole.is_more
        return hole, _spelled(span, whole, span.value, None if is_whole else part)

    def _plain(self, span: Span) -> str:
        """Return what is written in a hole if nothing special is known of it."""
        if span.name == NUMBER:
            return str(self.number)
        return escape(self.item.title) if span.name == TITLE else span.value

    def _whole(self, span: Span) -> str:
        """Return the value that a span of a note or a section tells, maybe in part."""
        if span.name == NOTE:
            return self.item.note
        heading = span.column or _folded(span.heading)
        of_kind = (each for each in self.item.sections if each.kind == span.kind)
        texts = (e.markdown for e in of_kind if e.kind != kinds.OTHER or e.heading == heading)
        return next(texts, span.value)


def _folded(heading: str) -> str:
    return fold(unescape(heading))


def _hole(span: Span) -> Hole:
    return Hole(
        span.name,
        span.before,
        span.after,
        span.kind,
        span.middle,
        span.indent,
        heading=span.column,
    )


def _spelled(span: Span, whole: str, value: str, part: tuple[int, int] | None) -> Spelling | None:
    """Return how a span's value is spelled, or None if it is written as any value is."""
    found = Spelling(spelling.checksum(whole), part)
    is_usual = part is None and _looks_same(span, value) and not _is_outside(span, value)
    if not is_usual and (edits := spelling.edits(value, span.text)) is not None:
        found = replace(found, edits=tuple(edits))
    elif not is_usual:
        is_usual = True  # It cannot be spelled as it was: its words differ.
    heading = escape(_folded(span.heading))
    if heading != span.heading and (edits := spelling.edits(heading, span.heading)):
        found = replace(found, headed=spelling.checksum(heading), heading=tuple(edits))
        is_usual = False
    return None if is_usual else found


def _is_outside(span: Span, value: str) -> bool:
    """Return whether further lines of an item are not indented as its edited text would be."""
    return "\n" in value and _hole(span).column != span.indent


def _looks_same(span: Span, value: str) -> bool:
    if span.name == TITLE:
        return re.sub(" +", " ", value) == re.sub(" +", " ", span.text)
    indented = re.sub(r"\n(?=[^\n])", "\n" + " " * span.indent, value)
    return [line.rstrip() for line in indented.split("\n")] == span.text.split("\n")


def _section_style(papers: Sequence[ReadPaper], level: int) -> tuple[str, str]:
    """Return what stands around the heading of a section, as most sections of the file have it."""
    styles = Counter(
        style
        for paper in papers
        for span in paper.spans
        if span.name == SECTION and (style := _style(span.before, span.middle))
    )
    if styles:
        return styles.most_common(1)[0][0]
    return f"\n\n{'#' * level} " if level else "\n   - ", "\n" if level else ": "


def _style(before: str, middle: str) -> tuple[str, str] | None:
    match = _MARKS.match(before)
    if match is None or not match[3]:
        return None
    lead = f"{match[1]}{match[2]}{match[3]}"
    if match[3].startswith("#"):
        ends = before[len(before.rstrip("\n")) :] or middle[len(middle.rstrip("\n")) :]
        return f"{lead} ", ends or "\n"
    return (lead, ":** ") if match[3] == "**" else (f"{lead} ", ": ")


def remainder(form: Form) -> int:
    """Return the bytes of words that only the form holds, without what papers share."""
    shared = Counter(_words(form.shapes[form.paper]))
    words: list[str] = [*form.tail.split()]
    for text in form.before.values():
        words += text.split()
    for own in form.own.values():
        if own.shape != form.paper:
            words += (Counter(_words(form.shapes[own.shape])) - shared).elements()
        for found in own.spellings.values():
            for _, _, text in (*found.edits, *found.heading):
                words += text.split()
    return sum(len(word.encode()) for word in words)


def _words(shape: Shape) -> Iterator[str]:
    for piece in shape:
        texts = (piece,) if isinstance(piece, str) else (piece.before, piece.middle, piece.after)
        for text in texts:
            yield from text.split()
