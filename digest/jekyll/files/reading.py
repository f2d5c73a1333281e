"""Reads a Jekyll post's file (bytes -> Document). It evaluates, fetches and trusts nothing."""

import re
from collections.abc import Collection
from datetime import datetime, tzinfo

from digest.jekyll.files import contents
from digest.jekyll.files.document import (
    LISTING_DATE,
    Document,
    Fault,
    FileRefused,
    Notice,
)
from digest.jekyll.files.head import dates, front_matter, front_remarks, gists, names, syntaxes
from digest.jekyll.files.head.front_matter import FrontMatter
from digest.jekyll.files.head.front_remarks import Blog
from digest.jekyll.files.head.names import FileName, NotAPost
from digest.jekyll.files.head.syntaxes import Syntax
from digest.jekyll.files.outline import Page
from papers import clock
from papers.text.cleaning import clean

__all__ = ["FileRefused", "NotAPost", "read"]

MAX_BYTES = 4 * 1024 * 1024
MAX_DAYS_APART = 1
"""A digest may go public on the day after the one it lists. More days are a mistake in the file,
unless the file also names its day with `LISTING_DATE`. Jekyll takes such a file and shows it under
the day of its front matter; here the day decides which papers a digest lists, and neither is
better than the other."""

_NO_LINE_END = re.compile("[\r\v\f\x85\u2028\u2029]")


def read(
    data: bytes,
    path: str,
    zone: tzinfo,
    *,
    built_in: tzinfo | None = None,
    languages: Collection[str] = (),
    now: datetime | None = None,
) -> Document:
    """Read a post's file.

    ``data`` is the file as it is, at most 4 MiB of UTF-8. ``path`` is its path below the blog's
    folder, such as ``papers/_posts/YYYY-MM-DD-slug.md``, or its name alone. A date without an
    offset is local in the zone where the old blog was built, ``built_in``, or else in ``zone``.
    The returned ``published_at`` is in ``zone``. ``languages`` are the codes that the site has.
    A post that is dated after ``now`` is not public.
    White space at line ends, blank lines around a text and hidden characters are left out. Titles
    and headings are folded to one line with single spaces.

    Raises FileRefused, and NotAPost for a file that is to be skipped: one that is no post by its
    name, unless its front matter has a date and papers are found. A single paper that cannot be
    read is a `Refusal` in the returned document.
    """
    name = names.of_any_builder(path)
    try:
        return _document(
            _text(data), name, Blog(zone, built_in or zone, languages, now or clock.now())
        )
    except Fault as fault:
        if not name.is_jekylls:
            reason = f"name is not YYYY-MM-DD-slug, and line {fault.line}: {fault}"
            raise names.skipped(name.path, reason) from None
        raise FileRefused(f"{name.path}: line {fault.line}: {fault}") from None


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


def _document(text: str, name: FileName, blog: Blog) -> Document:
    lines = text.split("\n")
    syntax, end = _bounds_of_front_matter(lines)
    front = front_matter.parse("\n".join(lines[1:end]), syntax)
    published_at = _published_at(front, name, blog)
    day = name.day or published_at.date()
    page = Page.of(lines[end + 1 :], first_line=end + 2)
    title = front.title or names.title_of(name.written_slug)
    body = contents.read(page, title)
    papers, left_out = gists.given(body.papers, front.gists)
    told = front_remarks.of(front, name, blog, published_at)
    document = Document(
        day=day,
        slug=name.slug,
        title=title,
        published_at=published_at.astimezone(blog.zone),
        tags=front.tags,
        front_matter=front.keys,
        intro=body.intro,
        papers=papers,
        refusals=body.refusals,
        notices=(*told.notices, *_notices(page), *left_out, *body.notices),
        layout=body.layout,
        form=body.form,
        remainder=body.remainder,
        images=body.images,
        written_slug=name.written_slug if name.written_slug != name.slug else "",
        folders=name.folders,
        is_public=told.is_public,
        language=told.language,
    )
    return front_matter.formed(document, "\n".join(lines[1:end]), front, syntax)


def _bounds_of_front_matter(lines: list[str]) -> tuple[Syntax, int]:
    """Return the language of the front matter, and the line that ends it."""
    syntax = syntaxes.opened_by(lines[0])
    if lines[0].rstrip(" \t") == "{":
        raise Fault(1, "front matter: expected YAML, which `hugo convert toYAML` makes of it")
    if syntax is None:
        raise Fault(1, "front matter: expected --- on the first line")
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip(" \t") in syntax.ENDS:
            return syntax, index
    raise Fault(len(lines), f"front matter: no second {syntax.FENCE} ends it")


def _published_at(front: FrontMatter, name: FileName, blog: Blog) -> datetime:
    """Return when the old blog showed the post, in the zone where that was built."""
    day, line = name.day, front.lines.get("date", 1)
    if day is None and not front.date:
        what = "a draft" if name.is_draft else "name is not YYYY-MM-DD-slug, and the file is"
        raise names.skipped(name.path, f"{what} without a date: add a line date: YYYY-MM-DD")
    try:
        published_at = dates.moment(front.date or f"{day}", blog.built_in).at
    except (ValueError, OverflowError):
        raise Fault(line, "date: expected YYYY-MM-DD HH:MM:SS, with +HHMM if not local") from None
    late = day and abs((published_at.date() - day).days) > MAX_DAYS_APART
    if late and not name.is_draft and dict(front.keys).get(LISTING_DATE) != f"{day}":
        remedy = f"if both are right, add a line {LISTING_DATE}: {day}"
        raise Fault(line, f"date: {published_at.date()}, but the file name says {day}: {remedy}")
    return published_at


def _notices(page: Page) -> list[Notice]:
    notices = [
        Notice(page.number(opened), "code block: never closed, taken as text up to the heading")
        for opened in page.outline.cut
    ]
    if page.outline.closer:
        text = "code block: never closed, all that follows is its text"
        notices.append(Notice(page.number(page.outline.opened), text))
    return notices
