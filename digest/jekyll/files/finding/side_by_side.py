"""Parts lines of HTML in which papers stand side by side, so that each begins a line of its own.

Strangers write a whole list in one line: ``<ul><li>…</li><li>…</li></ul>``. Such a line is read as
if a tag of a block began a line. The page remembers what stands between the parts, so that an
export joins them again. A line in which no paper begins but at its first tag stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from digest.jekyll.files.finding import marks, mentions, tables
from digest.jekyll.files.finding.marks import Mark
from digest.jekyll.files.finding.titles import Title
from digest.jekyll.files.outline import Page, is_guarded

_TAGS = "p|div|td|dt|dd|section|article"
"""The tags of blocks that can be one paper."""
_OPENER = rf"(?:<(?:{_TAGS})\b[^<>\n]{{0,300}}>[ \t]*+)"
_PLACE = re.compile(
    r"(?<![ \t])[ \t]*"
    r"(?=<(?:[uo]l|li|p|div|details|section|article|table|thead|tbody|tr|dl|dt|dd|h[1-6])\b"
    r"|</(?:[uo]l|details|table|thead|tbody|dl)>)"
    r"|(?:(?<=</summary>)|(?<=</h[1-6]>)|(?<=</p>))[ \t]*(?=[^\W\d_]|<[a-z])"
    r"|(?:(?<=<br>)|(?<=<br/>)|(?<=<br />))[ \t]*(?=<(?:a|b|strong)\b|\[|\*\*)"
)
_BLOCK = re.compile(
    rf"[ \t]{{0,20}}(?P<tags>{_OPENER}*+)"
    r"(?=(?:[^\w\s<>\[*]{1,4}|[0-9]{1,3}[.)])?[ \t]{0,8}(?:<(?:a|b|strong|em)\b|\[|\*\*))"
)
_LIST = re.compile(r"<[uo]l\b")
_HEADING = re.compile(r"<(?:h[1-6]|summary)\b")
_TAG = re.compile(r"<[^<>\n]{0,500}>")
_LINK = re.compile(r"(?:\*\*|__)?\]\([^()\s]{1,500}")
_OPENERS = re.compile(rf"[ \t]*{_OPENER}+")
_CLOSER = re.compile(rf"[ \t]*</(?P<tag>{_TAGS}|tr|details)>[ \t]*\Z")
_NEXT = re.compile(r"[ \t]*</(?P<tag>details|section|article|div)>[ \t]*<(?P=tag)\b")
_MOST_CLOSERS = 20
_LONGEST_END = 300  # characters of the end of a text that is looked at
_LONGEST = 1_000_000  # characters of a line that is parted
_MOST = 20_000  # parts of one line


def parted(page: Page, only: Collection[int] | None = None) -> Page:
    """Return a page whose lines are parted, or ``only`` those with these numbers.

    It is the same page if there is no such line.
    """
    lines: list[str] = []
    breaks: dict[int, str] = {}
    for index, line in enumerate(page.lines):
        is_wanted = (only is None or page.number(index) in only) and not _speaks_of_one(line)
        found = _parts(line) if is_wanted and _has_blocks(page, index) else [("\n", line)]
        for number, (space, part) in enumerate(found):
            if number:
                breaks[len(lines)] = space
            lines.append(part)
    return Page.of(lines, page.first_line, breaks) if breaks else page


def _has_blocks(page: Page, index: int) -> bool:
    """Return whether a line names a paper among tags, or ends one and begins another."""
    line = page.lines[index]
    is_live = page.outline.live[index] and not is_guarded(line)
    has_tags = line.count("<") > 1 and len(line) <= _LONGEST
    names_one = bool(next(marks.ids(line), "")) or _NEXT.match(line)
    return is_live and has_tags and bool(names_one)


def _speaks_of_one(line: str) -> bool:
    """Return whether a line names a paper in words before a list: the list has other papers.

    The first part that names a paper tells, unless it is below a title.
    """
    begin = _LIST.search(line)
    if begin is None or len(line) > _LONGEST or _HEADING.search(line, 0, begin.start()):
        return False
    parts = (part for _, part in _parts(line[: begin.start()]))
    first = next((part for part in parts if next(marks.ids(part), "")), "")
    return mentions.in_words(first) and not tables.is_html(first) and not _BLOCK.match(first)


def _parts(line: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a line, each with the white space before it."""
    begin, space = 0, ""
    for match in list(_PLACE.finditer(line))[:_MOST]:
        if line[begin : match.start()].strip(" \t"):
            yield space, line[begin : match.start()]
            begin, space = match.end(), match[0]
    yield space, line[begin:]


def block(page: Page, index: int) -> tuple[int, int] | None:
    """Return the span of the text of a line that is a block of HTML and begins with a title.

    A part of a line need have no tag.
    """
    line = page.lines[index]
    match = _BLOCK.match(line)
    is_part = index in page.breaks or index + 1 in page.breaks
    if match is None or not (match["tags"] or is_part):
        return None
    return match.end(), match.end() + len(closed(line[match.end() :])[0])


def begins(text: str, found: Title) -> bool:
    """Return whether a block begins with its title, but for tags and marks."""
    lead = _TAG.sub("", text[: found.begin])
    return found.begin < found.end and not re.search(r"[^\W\d]", lead)


def is_title(text: str, found: Title) -> bool:
    """Return whether a block has a title, perhaps with a count, and no other words."""
    rest = _TAG.sub("", text[found.end :])
    return begins(text, found) and not re.search(r"[^\W\d]", rest)


def linked(text: str, found: Title) -> str:
    """Return the id to which the title of a block is a link, or ""."""
    link = _LINK.match(text, found.end)
    lead = text[: found.begin].rpartition("<a ")
    inside = f"{link[0] if link else ''} {lead[2] if lead[1] and '</a>' not in lead[2] else ''}"
    return next(marks.ids(inside), "")


def opened(line: str) -> int:
    """Return where the text of a line begins, after the tags of blocks."""
    match = _OPENERS.match(line)
    return match.end() if match else 0


def closed(text: str) -> tuple[str, str]:
    """Return a text without the tags that end blocks which begin before it, and these tags."""
    end = len(text)
    for _ in range(_MOST_CLOSERS):
        match = _CLOSER.search(text[max(end - _LONGEST_END, 0) : end])
        if match is None:
            break
        begin = max(end - _LONGEST_END, 0) + match.start()
        if text.count(f"<{match['tag']}", 0, begin) > text.count(f"</{match['tag']}>", 0, begin):
            break
        end = begin
    return text[:end], text[end:]


def numbers(page: Page, heads: Iterable[tuple[int, Mark]]) -> set[int]:
    """Return the numbers of the lines that are to be parted: papers begin in their parts.

    An item or a row that has a line for itself is read as a whole.
    """
    whole = (marks.HTML_ITEM, "|")
    return {
        page.number(index)
        for index, mark in heads
        if index in page.breaks or (index + 1 in page.breaks and mark.shape not in whole)
    }
