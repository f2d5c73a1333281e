"""Reads the layout of a blog made with the Chirpy theme: one numbered list, Korean labels.

::

    1. **Title** - 👍 86
       - 기관: Institution
       - [HF 페이지](https://huggingface.co/papers/ID)
       - [논문 링크](https://arxiv.org/abs/ID)
       - Abstract: ...

Its texts were scraped from web pages. A missing institution is ``·8 authors``. Later posts have the
page's counts at the end of it (``Google2``, ``·5 authors11``). An abstract may be the head of the
page instead. Such values are not read as institutions or abstracts.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from digest.jekyll.files.document import Contents, Fault, Notice, PaperItem, Refusal
from digest.jekyll.files.outline import PAPER, Page, tidy
from digest.jekyll.files.reading_headings import add, checked_id, checked_text, checked_title
from papers.text.cleaning import fold

MAX_ABSTRACT_CHARS = 20_000
MAX_ORGANIZATION_CHARS = 200
MAX_UPVOTES = 1_000_000
MAX_TITLE_LINES = 5

ITEM = re.compile(r"[0-9]{1,3}\.[ \t]+\*\*")

_TITLE = re.compile(
    r"[0-9]{1,3}\.[ \t]+\*\*(?P<title>.*)\*\*[ \t]*(?:-[ \t]*👍[ \t]*(?P<upvotes>[0-9,]+))?[ \t]*",
    re.DOTALL,
)
_FIELD = re.compile(r"[ \t]+[-*][ \t]+(?P<text>.*)")
_LINK = re.compile(r"\[[^\]]*\]\((?P<link>https?://[^()\s]*)\)")
_LABEL = re.compile(r"(?P<label>기관|Institution|Organization|Abstract|초록):[ \t]*", re.IGNORECASE)
_NOT_AN_ABSTRACT = re.compile(r"Papers arxiv:|Papers\b.{0,600}\bUpvote [0-9]+", re.IGNORECASE)
_AUTHORS = re.compile(r"·[ \t]*[0-9,]+ authors?(?P<count>[0-9.k]*)")
_COUNT = re.compile(r"(?<=[^\W\d_]|\))[0-9]+(?:\.[0-9]+)?k?[0-9]*$")


@dataclass(slots=True)
class _Fields:
    """The bullets of one item, each with its line. The first of a kind counts."""

    link: str = ""
    organization: str = ""
    abstract: str = ""
    note: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def read(page: Page) -> Contents:
    """Read the papers of the numbered list. There must be at least one item."""
    starts = page.starts(ITEM)
    counted = any(match["count"] for match in map(_AUTHORS.search, page.lines) if match)
    papers: dict[str, PaperItem] = {}
    refusals: list[Refusal] = []
    notices: list[Notice] = []
    for begin, end in pairwise([*starts, len(page.lines)]):
        try:
            add(papers, _paper(page, begin, end, counted, notices))
        except Fault as fault:
            refusals.append(Refusal(fault.line, str(fault)))
    intro = page.text(0, starts[0], PAPER)
    return Contents(intro, tuple(papers.values()), tuple(refusals), tuple(notices))


def _paper(page: Page, begin: int, end: int, counted: bool, notices: list[Notice]) -> PaperItem:
    line = page.number(begin)
    head, rest = _head(page, begin, end)
    fields = _fields(page, rest, end, notices)
    if not fields.link:
        raise Fault(line, "paper: no link to arxiv.org")
    return PaperItem(
        arxiv_id=checked_id(fields.link, fields.lines["link"]),
        title=checked_title(head["title"], line),
        raw_title=head["title"],
        abstract=_abstract(fields, notices),
        upvotes=_upvotes(head["upvotes"], line, notices),
        organization=_organization(fields, counted, notices),
        note=checked_text(tidy("\n".join(fields.note)), "note", line),
        line=line,
    )


def _head(page: Page, begin: int, end: int) -> tuple[re.Match[str], int]:
    """Return the title, which may have some lines, and the index of the line after it."""
    for stop in range(begin + 1, min(begin + MAX_TITLE_LINES, end) + 1):
        if head := _TITLE.fullmatch("\n".join(page.lines[begin:stop])):
            return head, stop
    raise Fault(page.number(begin), "title: expected N. **Title** - 👍 COUNT")


def _fields(page: Page, begin: int, end: int, notices: list[Notice]) -> _Fields:
    fields = _Fields()
    for index, text in _bullets(page, begin, end, notices):
        name, value = _named(text)
        if name == "note" or (name != "page" and getattr(fields, name)):
            fields.note.append(text)
        elif name != "page":
            setattr(fields, name, value)
            fields.lines[name] = page.number(index)
    return fields


def _bullets(page: Page, begin: int, end: int, notices: list[Notice]) -> list[tuple[int, str]]:
    """Return each bullet with its continuation lines. Text at the margin is not part of an item."""
    bullets: list[tuple[int, list[str]]] = []
    outside: list[Notice] = []
    for index in range(begin, end):
        line = page.lines[index].rstrip(" \t")
        if bullet := _FIELD.fullmatch(line):
            bullets.append((index, [bullet["text"]]))
        elif line[:1] in (" ", "\t"):
            bullets = bullets or [(index, [])]
            bullets[-1][1].append(line.strip(" \t"))
        elif line:
            outside.append(Notice(page.number(index), "text outside the list: left out"))
    notices += outside[:1]
    return [(index, "\n".join(lines)) for index, lines in bullets]


def _named(text: str) -> tuple[str, str]:
    """Return which field a bullet is, and its value.

    ``page`` is a link to Hugging Face, and ``note`` a bullet of no known field.
    """
    if label := _LABEL.match(text):
        is_abstract = label["label"].casefold() in ("abstract", "초록")
        return "abstract" if is_abstract else "organization", text[label.end() :]
    if link := _LINK.fullmatch(text):
        host = link["link"].split("/")[2].lower()
        if host == "arxiv.org" or host.endswith(".arxiv.org"):
            return "link", link["link"]
        if host in ("huggingface.co", "hf.co"):
            return "page", link["link"]
    return "note", text


def _abstract(fields: _Fields, notices: list[Notice]) -> str:
    abstract = fold(fields.abstract)
    if _NOT_AN_ABSTRACT.match(abstract):
        text = "abstract: the head of a web page, not taken"
        notices.append(Notice(fields.lines["abstract"], text))
        return ""
    if len(abstract) > MAX_ABSTRACT_CHARS:
        text = f"abstract: {len(abstract):,} chars, limit {MAX_ABSTRACT_CHARS:,}"
        raise Fault(fields.lines["abstract"], text)
    return abstract


def _upvotes(text: str | None, line: int, notices: list[Notice]) -> int | None:
    if text is None:
        return None
    digits = text.replace(",", "")
    if len(digits) <= len(str(MAX_UPVOTES)) and digits and int(digits) <= MAX_UPVOTES:
        return int(digits)
    notices.append(Notice(line, "upvotes: no such number, left empty"))
    return None


def _organization(fields: _Fields, counted: bool, notices: list[Notice]) -> str:
    """Return the institution. A count at its end is removed if the file has scraped counts."""
    name = fold(fields.organization)
    if not name or _AUTHORS.fullmatch(name):
        return ""
    line = fields.lines["organization"]
    if len(name) > MAX_ORGANIZATION_CHARS:
        notices.append(Notice(line, f"institution: {len(name):,} chars, left empty"))
        return ""
    if not _COUNT.search(name):
        return name
    kept = _COUNT.sub("", name) if counted else name
    notices.append(Notice(line, f"institution: {name!r} taken as {kept!r}"))
    return kept
