"""Parses a paper's PDF into its text.

Headings are recognised with caution. A missed heading costs less than a made-up one, because its
text stays in the part before.
"""

from papers.fulltext import headings
from papers.fulltext.base import Kind, Text, require_text
from papers.fulltext.outline import Level, Outline
from papers.fulltext.pdf_capitals import mended
from papers.fulltext.pdf_figures import without_figures
from papers.fulltext.pdf_headings import Finder, Heading, merge_broken
from papers.fulltext.pdf_lines import Line, read_lines
from papers.fulltext.pdf_paragraphs import Joiner, references_start, unlabelled_abstract


def parse_pdf(data: bytes) -> Text:
    """Return the text of a PDF's text layer. Raises ParseFailed if it has none or is no PDF."""
    lines, told = read_lines(data)
    text = read_text(merge_broken(mended(without_figures(lines))))
    return text._replace(generator=told.generator, gap=told.gap or text.gap)


def read_text(lines: list[Line]) -> Text:
    """Sort a paper's lines into parts. They come in reading order, without page furniture."""
    outline, finder, joiner = Outline(), Finder(lines), Joiner(lines)
    pending: list[Line] = []
    for line in lines[: references_start(lines)]:
        heading = finder.find(line)
        if heading is None:
            pending.append(line)
            continue
        if finder.count == 1:
            pending = _face(outline, heading, pending)
        _add(outline, joiner, pending)
        outline.head(heading.level, heading.title, heading.kind)
        pending = [line._replace(text=heading.rest)] if heading.rest else []
    _add(outline, joiner, pending)
    return require_text(Text(outline.parts(), "pdf", gap=finder.gap))


def _face(outline: Outline, heading: Heading, lines: list[Line]) -> list[Line]:
    """Return the lines before the first heading that are text, without title and authors."""
    kind = heading.kind or headings.kind_of(heading.title)
    if kind == Kind.ABSTRACT:
        return []
    if kind == Kind.INTRODUCTION or heading.is_first:
        outline.head(Level.SECTION, "", Kind.ABSTRACT)
        return unlabelled_abstract(lines)
    return lines


def _add(outline: Outline, joiner: Joiner, lines: list[Line]) -> None:
    for paragraph in joiner.paragraphs(lines):
        outline.add(paragraph)
