"""Reads our own layout: ``# N. [Title](https://arxiv.org/abs/ID)``, then ``## Section`` headings.

The alphaXiv link below a paper's heading is dropped, because it follows from the id. Any other text
before the first section is the paper's note.
"""

import re
from dataclasses import replace
from itertools import pairwise

from digest.jekyll.files.document import (
    Contents,
    Fault,
    Notice,
    PaperItem,
    Refusal,
    SectionItem,
    usual_heading,
)
from digest.jekyll.files.lines import unescape
from digest.jekyll.files.outline import PAPER, SECTION, Page
from papers import arxiv_id, kinds
from papers.text.cleaning import fold
from papers.text.rendering import MAX_LENGTH

MAX_TITLE_CHARS = 500
MAX_HEADING_CHARS = 200
MAX_SECTIONS = 100

_HEADING = re.compile(
    r"#[ \t]+(?:[0-9]{1,3}[.)])?[ \t]*\[(?P<title>.*)\]"
    r"\((?P<link>https?://(?:www\.|export\.)?arxiv\.org/[^()\s]*)(?:[ \t]+\"[^\"]*\")?\)"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_OVERVIEW = re.compile(
    r">[ \t]*\[alphaxiv\]\(https?://[^()\s]+/overview/([^()\s]+)\)", re.IGNORECASE
)


def read(page: Page) -> Contents:
    """Read the papers under the headings of the page. There must be at least one such heading."""
    starts = page.starts(PAPER)
    papers: dict[str, PaperItem] = {}
    refusals: list[Refusal] = []
    notices: list[Notice] = []
    for begin, end in pairwise([*starts, len(page.lines)]):
        try:
            paper = _paper(page, begin, end, notices)
            add(papers, paper)
        except Fault as fault:
            refusals.append(Refusal(fault.line, str(fault)))
    intro = page.text(0, starts[0], PAPER)
    return Contents(intro, tuple(papers.values()), tuple(refusals), tuple(notices))


def add(papers: dict[str, PaperItem], paper: PaperItem) -> None:
    """Add the paper by its id. Raises Fault if the file had it before: the first one is kept."""
    if first := papers.get(paper.arxiv_id):
        raise Fault(paper.line, f"{paper.arxiv_id}: again, the paper of line {first.line} is kept")
    papers[paper.arxiv_id] = paper


def checked_title(title: str, line: int) -> str:
    """Return the title on one line. Raises Fault if it is missing or too long."""
    title = fold(title)
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


def checked_id(link: str, line: int) -> str:
    """Return the id that an arXiv URL names. Raises Fault if it names none."""
    try:
        return arxiv_id.parse(link)
    except arxiv_id.InvalidArxivId as error:
        raise Fault(line, str(error)) from None


def _paper(page: Page, begin: int, end: int, notices: list[Notice]) -> PaperItem:
    line = page.number(begin)
    heading = _HEADING.match(page.lines[begin])
    if heading is None:
        raise Fault(line, "paper: expected # N. [Title](https://arxiv.org/abs/ID)")
    title = checked_title(unescape(heading["title"]), line)
    identifier = checked_id(heading["link"], line)
    if heading["rest"].strip(" \t#"):
        notices.append(Notice(line, "text after the paper's link: left out"))
    heads = page.starts(SECTION, begin + 1, end)
    if len(heads) > MAX_SECTIONS:
        raise Fault(line, f"paper: {len(heads):,} sections, limit {MAX_SECTIONS}")
    return PaperItem(
        arxiv_id=identifier,
        title=title,
        raw_title=heading["title"],
        sections=_sections(page, [*heads, end], notices),
        note=_note(page, begin + 1, heads[0] if heads else end, identifier),
        line=line,
    )


def _note(page: Page, begin: int, end: int, identifier: str) -> str:
    first = next((index for index in range(begin, end) if page.lines[index].strip(" \t")), end)
    if first < end and _is_overview(page.lines[first].rstrip(" \t"), identifier):
        begin = first + 1
    return checked_text(page.text(begin, end, PAPER, SECTION), "note", page.number(begin))


def _is_overview(line: str, identifier: str) -> bool:
    link = _OVERVIEW.fullmatch(line)
    try:
        return link is not None and arxiv_id.parse(link[1]) == identifier
    except arxiv_id.InvalidArxivId:
        return False


def _sections(page: Page, bounds: list[int], notices: list[Notice]) -> tuple[SectionItem, ...]:
    sections: dict[tuple[str, str], SectionItem] = {}
    for begin, end in pairwise(bounds):
        section = _section(page, begin, end)
        own = kinds.of(section.kind).has_own_heading
        key = (section.kind, section.heading if own else "")
        if first := sections.get(key):
            text = f"section repeated: joined to the one of line {first.line}"
            notices.append(Notice(section.line, text))
            texts = filter(None, (first.markdown, section.markdown))
            section = replace(first, markdown="\n\n".join(texts))
        checked_text(section.markdown, "section", section.line)
        sections[key] = section
    return tuple(sections.values())


def _section(page: Page, begin: int, end: int) -> SectionItem:
    line = page.number(begin)
    written = page.lines[begin][2:].strip(" \t")
    heading = fold(unescape(re.sub(r"(?<=[^ \t])[ \t]+#+$", "", written)))
    if len(heading) > MAX_HEADING_CHARS:
        raise Fault(line, f"section: heading of {len(heading):,} chars, limit {MAX_HEADING_CHARS}")
    kind = kinds.by_heading(heading)
    if heading == usual_heading(kind) and not kinds.of(kind).has_own_heading:
        heading = ""
    return SectionItem(kind, heading, page.text(begin + 1, end, PAPER, SECTION), line)
