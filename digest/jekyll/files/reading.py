"""Reads a Jekyll post's file (bytes -> Document). It evaluates, fetches and trusts nothing."""

import re
from datetime import date, datetime, tzinfo
from unicodedata import normalize

from digest.jekyll.files import front_matter, gists, reading_headings, reading_list
from digest.jekyll.files.document import (
    GISTS,
    LISTING_DATE,
    Contents,
    Document,
    Fault,
    FileRefused,
    Notice,
)
from digest.jekyll.files.front_matter import FrontMatter
from digest.jekyll.files.outline import PAPER, Page
from papers.text.cleaning import clean

__all__ = ["FileRefused", "read"]

MAX_BYTES = 4 * 1024 * 1024
MAX_PAPERS = 1_000
MAX_DAYS_APART = 1
"""A digest may go public on the day after the one it lists. More days are a mistake in the file,
unless the file also names its day with `LISTING_DATE`."""

_NO_LINE_END = re.compile("[\r\v\f\x85\u2028\u2029]")
_NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-([\w-]{1,100})\.(?:md|markdown)")


def read(data: bytes, name: str, zone: tzinfo) -> Document:
    """Read a post's file.

    ``data`` is the file as it is, at most 4 MiB of UTF-8. ``name`` is its name without a path,
    ``YYYY-MM-DD-slug.md``. A date without an offset is local in ``zone``, and so is the returned
    ``published_at``. White space at line ends, blank lines around a text and hidden characters are
    left out. Titles and headings are folded to one line with single spaces.

    Raises FileRefused. A single paper that cannot be read is a `Refusal` in the returned document.
    """
    day, slug = _named(name)
    try:
        return _document(_text(data), day, slug, zone)
    except Fault as fault:
        raise FileRefused(f"{name}: line {fault.line}: {fault}") from None


def _named(name: str) -> tuple[date, str]:
    match = _NAME.fullmatch(normalize("NFC", name))
    try:
        if match is not None:
            return date.fromisoformat(match[1]), match[2]
    except ValueError:
        pass
    shown = name if name.isprintable() else ascii(name)
    raise FileRefused(f"{shown}: name must be YYYY-MM-DD-slug.md")


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        line = data.count(b"\n", 0, MAX_BYTES) + 1
        raise Fault(line, f"file: {len(data):,} bytes, limit 4 MiB")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Fault(line, f"not UTF-8: byte {data[error.start]:#04x}") from None
    # `clean` would break lines at these characters. A paper could then begin inside a line.
    return clean(_NO_LINE_END.sub(" ", text))


def _document(text: str, day: date, slug: str, zone: tzinfo) -> Document:
    lines = text.split("\n")
    end = _end_of_front_matter(lines)
    front = front_matter.parse("\n".join(lines[1:end]))
    published_at = _published_at(front, day, zone)
    page = Page.of(lines[end + 1 :], first_line=end + 2)
    contents = _contents(page)
    papers, left_out = gists.given(contents.papers, front.gists)
    return Document(
        day=day,
        slug=slug,
        title=front.title or _title_from(slug),
        published_at=published_at,
        tags=front.tags,
        front_matter=front.keys,
        intro=contents.intro,
        papers=papers,
        refusals=contents.refusals,
        notices=(*_notices(front, page, day, published_at), *left_out, *contents.notices),
    )


def _end_of_front_matter(lines: list[str]) -> int:
    if lines[0].rstrip(" \t") != "---":
        raise Fault(1, "front matter: expected --- on the first line")
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip(" \t") in ("---", "..."):
            return index
    raise Fault(len(lines), "front matter: no second --- ends it")


def _title_from(slug: str) -> str:
    """Return the title that Jekyll gives a post without one."""
    return " ".join(word.capitalize() for word in slug.split("-")).strip() or slug


def _published_at(front: FrontMatter, day: date, zone: tzinfo) -> datetime:
    line = front.lines.get("date", 1)
    try:
        published_at = front_matter.moment(front.date or day.isoformat(), zone)
    except (ValueError, OverflowError):
        raise Fault(line, "date: expected YYYY-MM-DD HH:MM:SS, with +HHMM if not local") from None
    late = abs((published_at.date() - day).days) > MAX_DAYS_APART
    if late and dict(front.keys).get(LISTING_DATE) != day.isoformat():
        raise Fault(line, f"date: {published_at.date()}, but the file name says {day}")
    return published_at


def _contents(page: Page) -> Contents:
    headings, items = page.starts(PAPER), page.starts(reading_list.ITEM)
    starts = headings or items
    if not starts:
        raise Fault(page.first_line, "no paper below the front matter")
    if len(starts) > MAX_PAPERS:
        raise Fault(page.number(starts[MAX_PAPERS]), f"over {MAX_PAPERS:,} papers")
    contents = reading_headings.read(page) if headings else reading_list.read(page)
    reading_headings.checked_text(contents.intro, "intro", page.first_line)
    if not contents.papers:
        first = contents.refusals[0]
        raise Fault(first.line, f"no paper: {first.reason}")
    return contents


def _notices(front: FrontMatter, page: Page, day: date, published_at: datetime) -> list[Notice]:
    notices = []
    if published_at.date() != day:
        text = f"date: public on {published_at.date()}, listed on {day} by the file name"
        notices.append(Notice(front.lines["date"], text))
    if dict(front.keys).get(GISTS):
        text = f"{GISTS}: expected a line of text for each arXiv id, not read"
        notices.append(Notice(front.lines[GISTS], text))
    if page.outline.closer:
        text = "code block: never closed, all that follows is its text"
        notices.append(Notice(page.number(page.outline.opened), text))
    return notices
