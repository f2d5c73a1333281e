"""Walks a page and fills an outline with its headings, paragraphs, rows, captions and notes."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from papers.fulltext.base import Kind
from papers.fulltext.headings import without_number
from papers.fulltext.html_headings import Heading, Headings, Numbers
from papers.fulltext.html_names import Names
from papers.fulltext.outline import Level, Outline
from papers.text.cleaning import fold

_BLOCK_TAGS = """address article aside blockquote caption dd div dl dt figcaption figure
    h1 h2 h3 h4 h5 h6 hr li main ol p pre section table tr ul"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_FLOATS = frozenset(["figure", "table", "aside"])
_MARK = re.compile(r"[•◦∙▪‣]\s*")
_EQUATION = re.compile(r"[| ]*(\$[^$]+\$)[| ]*")


class Reader:
    """Reads the nodes of one page, each on entering and on leaving."""

    def __init__(self, found: Headings, names: Names, numbers: Numbers) -> None:
        self.outline = Outline()
        self.numbers = numbers
        self._is_typed = not numbers.seen
        """Whether the sections' numbers stand in their titles, not in elements of their own."""
        self._found, self._names = found, names
        self._line: list[str] = []
        self._outer: list[list[str]] = []  # lines interrupted by a footnote
        self._floats: list[list[str]] = []  # lines interrupted by a figure, or empty ones
        self._notes: list[str] = []
        self._rows = 0
        self._is_item = False
        self._insets: set[int | None] = set()

    def read(self, node: LexborNode, *, entering: bool) -> None:
        if node.is_element_node:
            self._element(node, entering=entering)
        elif node.is_text_node and entering:
            self._line.append(node.text_content or "")

    def _element(self, node: LexborNode, *, entering: bool) -> None:
        names = self._names.of_node(node)
        if "note" in names or node.attributes.get("role") == "doc-footnote":
            self._note(entering=entering)
        elif heading := self._found.get(node):
            self._heading(heading, entering=entering)
        elif self._is_cell(node, names) or node.tag == "br":
            self._line.append(" " if entering or node.tag == "br" else " | ")
        elif node.tag in _FLOATS and not self._rows and not self._outer:
            self._float(entering=entering)
        elif node.tag in _BLOCKS or "p" in names:
            self._block(node, entering=entering)
        if not entering and node.mem_id in self._insets:
            self.outline.close(Level.INSET)

    def _is_cell(self, node: LexborNode, names: list[str]) -> bool:
        return "td" in names if self._names else node.tag in {"td", "th"}

    def _block(self, node: LexborNode, *, entering: bool) -> None:
        """End the line. A table row and a footnote stay one line whatever is in them."""
        row = node.tag == "tr"
        if row and entering:
            self._end_line()
        self._rows += row * (1 if entering else -1)
        if entering or not _is_cut(node):
            self._end_line()
        if node.tag == "li":
            self._is_item = entering

    def _float(self, *, entering: bool) -> None:
        """Put a figure or table after the paragraph that it would interrupt."""
        if entering:
            if not "".join(self._line).strip():
                self._end_line()
            self._floats.append(self._line)
            self._line = []
        else:
            self._end_line()
            self._line = self._floats.pop()

    def _end_line(self) -> None:
        if self._rows or self._outer:
            self._line.append(" ")
            return
        line = fold("".join(self._line)).removesuffix("|").rstrip()
        self._line = []
        if any(self._floats):
            self._notes.append(line)
            return
        self.outline.add(line if self._names else self._plain(line))
        for note in self._notes:
            self.outline.add(note)
        self._notes = []

    def _plain(self, line: str) -> str:
        """Return a line without the mark of a list's item and the cells around an equation."""
        if equation := _EQUATION.fullmatch(line):
            return equation[1]
        if line and self._is_item:
            self._is_item = False
            return _MARK.sub("", line, count=1)
        return line

    def _note(self, *, entering: bool) -> None:
        """Put a footnote after the line that it would interrupt."""
        if entering:
            self._outer.append(self._line)
            self._line = []
        else:
            self._notes.append(fold("".join(self._line)))
            self._line = self._outer.pop()

    def _heading(self, heading: Heading, *, entering: bool) -> None:
        if entering or self._rows or self._outer:
            self._end_line()
            return
        title, kind = self._title(heading)
        self._line = []
        self._insets.add(heading.ends_with)
        self.outline.head(heading.level, title.rstrip(" .:"), kind)

    def _title(self, heading: Heading) -> tuple[str, Kind | None]:
        title = fold("".join(self._line))
        if heading.level == Level.SECTION and self._is_typed and not heading.kind:
            self.numbers.note(title)
        if self._names or heading.level != Level.SECTION:
            return without_number(title), heading.kind
        title, kind = self.numbers.strip(title)
        return title, heading.kind or kind


def _is_cut(node: LexborNode) -> bool:
    """Return whether a figure in a paragraph has ended it: a parser of HTML ends it there."""
    if node.tag != "p":
        return False
    inside = _next(node)
    if inside is None or inside.tag not in _FLOATS:
        return False
    after = _next(inside)
    return after is not None and not after.is_element_node


def _next(node: LexborNode) -> LexborNode | None:
    """Return what follows, white space and comments aside."""
    after = node.next
    while after is not None and not after.is_element_node and not after.text().strip():
        after = after.next
    return after
