"""Tells by which mark a line of Markdown begins: heading, list item, bold text, link, table row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from papers import arxiv_id

HEADINGS = tuple("#" * level for level in range(1, 7))
NESTED = ("  -**", "  -", "    -**", "    -")
"""Items of lists in items of lists, by their depth."""
ITEMS = ("1.**", "1)**", "1.", "1)", "-**", "-", *NESTED)
SUMMARY, HTML_ITEM, HTML_BLOCK, QUOTE, TERM, CARD = "<summary>", "<li>", "<p>", ">", ":", "---"
TITLED, BOX, SIGNED = "title:", ":::", "<b>"
_OTHERS = (QUOTE, CARD, TERM, TITLED, BOX)
SHAPES = (*HEADINGS, SUMMARY, "**", *ITEMS, SIGNED, HTML_ITEM, "[", "|", *_OTHERS, HTML_BLOCK)
"""The shapes a paper's first line can have, the outermost first.

A block of HTML can be a text that speaks of a paper: it is last, wherever it stands.
"""
PARAGRAPH = "p"
"""The shape of the first line of a paragraph. It counts where no other shape has papers."""

_NUMBER = r"(?P<number>[0-9]{1,5})(?:[.)](?![0-9])|[ \t]+[-–—:](?=[ \t]))[ \t]*"
_HEADING = re.compile(rf"(?P<marks>#{{1,6}})(?:[ \t]+(?:{_NUMBER})?|\Z)")
_ITEM = re.compile(r" ?(?:(?P<number>[0-9]{1,5})(?P<end>[.)])|[-*+])[ \t]+(?=[^ \t])")
_BOLD = re.compile(rf"(?=\*\*[^ \t*])(?:\*\*(?={_NUMBER}))?")
_WRITTEN = re.compile(
    r"(?:(?<![\w.])arxiv(?:[ _-]?(?:id|no\.?|number|번호))?[\"'*_`\]]{0,3}[ \t]*[:：=]?"
    r"[\"'*_`\[({ \t]{0,5}|\{\{[<%][ \t]*[\w/-]{1,30}[ \t]+[\"'])"
    rf"(?P<id>{arxiv_id.PATTERN})(?:v[1-9][0-9]{{0,3}})?(?![0-9.])",
    re.IGNORECASE,
)
"""An id that a label or a shortcode says to be one: ``**arXiv ID**: `ID` ``, ``{{< arxiv "ID"``."""
_TAG = re.compile(r"(?P<code>`{1,3})[^`\n]*(?P=code)|<[A-Za-z][^<>\n]{0,1000}>|\{[^{}\n]{0,1000}\}")
_ATTRIBUTE = re.compile(
    r"(?<![\w-])(?:data-)?(?:(?:arxiv|paper)(?:[_-]?id)?|id|eprint)=[\"'{]{1,2}"
    rf"(?P<id>{arxiv_id.PATTERN})(?:v[1-9][0-9]{{0,3}})?(?![0-9.])",
    re.IGNORECASE,
)
"""An id that an attribute of a tag or a shortcode says to be one: ``<X id="ID">``."""
_CLOSING = re.compile(r"(?<=[ \t])#+[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class Mark:
    """How a line begins. Its text is ``line[begin:end]``; ``number`` is the span of its number.

    ``lines`` is 2 for a heading that the next line underlines.
    """

    shape: str
    begin: int
    end: int
    number: tuple[int, int] | None = None
    lines: int = 1

    @property
    def level(self) -> int:
        """Return the level of a heading, 0 for any other line."""
        return len(self.shape) if self.shape in HEADINGS else 0


def of(line: str) -> Mark | None:
    """Return the mark of a line, or None if it is plain text."""
    first = line[:2].lstrip(" ")[:1]
    if first == "#":
        return _heading(line)
    if first.isdecimal() or first in tuple("-*+"):
        return _item(line) or _bold(line)
    if line[:1] in ("[", "|"):
        return Mark(line[0], 0, len(line))
    return None


def _heading(line: str) -> Mark | None:
    if (match := _HEADING.match(line)) is None:
        return None
    closing = _CLOSING.search(line, match.end("marks"))
    is_closed = closing and line[match.end() : closing.start()].strip(" \t")
    end = closing.start() if closing and is_closed else len(line)
    begin = min(match.end(), end)
    number = match.span("number") if match["number"] else None
    return Mark(match["marks"], begin, len(line[:end].rstrip(" \t")), number)


def _item(line: str) -> Mark | None:
    if (match := _ITEM.match(line)) is None:
        return None
    shape = f"1{match['end']}" if match["number"] else "-"
    bold = "**" if line.startswith("**", match.end()) else ""
    number = match.span("number") if match["number"] else None
    return Mark(shape + bold, match.end(), len(line), number)


def _bold(line: str) -> Mark | None:
    return Mark("**", 0, len(line)) if _BOLD.match(line) else None


def ids(line: str) -> Iterator[str]:
    """Yield the arXiv ids that a line names, each once."""
    yield from dict.fromkeys(name for _, _, name in found(line))


def found(line: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a line names arXiv ids, and which, as `arxiv_id.found` does.

    Strangers' labels and attributes name them too.
    """
    lower = line.casefold()
    usual = list(arxiv_id.found(line)) if "iv" in lower or "papers/" in lower else []
    if "iv" not in lower and "=" not in line and "{{" not in line:
        yield from usual
        return
    taken = {begin for start, end, _ in usual for begin in range(start, end)}
    others = (
        (match.start("id"), match.end(), match["id"].lower())
        for match in (*_WRITTEN.finditer(line), *_attributes(line))
        if match.start("id") not in taken
    )
    yield from sorted({*usual, *others})


def _attributes(line: str) -> Iterator[re.Match[str]]:
    for tag in _TAG.finditer(line) if "=" in line else ():
        if not tag["code"]:
            yield from _ATTRIBUTE.finditer(line, *tag.span())
