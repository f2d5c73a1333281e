"""Parses arXiv's own HTML (LaTeXML 0.8.0 to 0.8.8) into a paper's text."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from papers.fulltext.base import Kind, ParseFailed, Text, require_text
from papers.fulltext.headings import without_number
from papers.fulltext.outline import Level, Outline
from papers.text.cleaning import fold

_DROPPED = ", ".join(
    [
        *("script", "style", "noscript", "template", "nav", "header", "footer", "button", "form"),
        *(".ltx_page_navbar", ".ltx_page_header", ".ltx_page_footer", ".ltx_TOC", ".ltx_rdf"),
        *(".ltx_title_document", ".ltx_subtitle", ".ltx_authors", ".ltx_date", ".ltx_dates"),
        *(".ltx_keywords", ".ltx_classification", ".ltx_bibliography", ".ltx_index"),
        # A note directly under the paper says whom to write to.
        *(".ltx_document > .ltx_note", ".ltx_role_thanks", ".ltx_role_institutetext"),
        *(".ltx_note_mark", ".ltx_note_type", ".ltx_tag_note", ".ltx_tag_item"),
        *(".ltx_tag_equation", ".ltx_tag_equationgroup", ".ltx_listing_data", ".ltx_ERROR"),
        *(f".ltx_tag_{level.name.lower()}" for level in Level),
        *(".ltx_tag_part", ".ltx_tag_appendix", ".ltx_tag_subparagraph"),
    ]
)
_LEVELS = {f"ltx_title_{level.name.lower()}": level for level in Level} | {
    "ltx_title_part": Level.CHAPTER,
    "ltx_title_appendix": Level.SECTION,
    "ltx_title_subparagraph": Level.PARAGRAPH,
    "ltx_title_abstract": Level.INSET,
    "ltx_title_acknowledgements": Level.INSET,
    "ltx_title_bibliography": Level.SECTION,
}
_KINDS = {
    "ltx_title_appendix": Kind.APPENDIX,
    "ltx_title_abstract": Kind.ABSTRACT,
    "ltx_title_acknowledgements": Kind.OTHER,
}
_INSETS = {"ltx_abstract", "ltx_acknowledgements"}
_BLOCKS = {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
    ),
    *(
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
    ),
    *("table", "tr", "ul"),
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_TEX_BREAK = re.compile(r"(?<!\\)%\n\s*")


def parse_html(data: bytes) -> Text:
    """Return the text in LaTeXML's HTML. Raises ParseFailed if there is no paper in it."""
    try:
        tree = LexborHTMLParser(data.decode("utf-8", "replace"))
    except SelectolaxError as error:
        raise ParseFailed(f"cannot be read as HTML: {error}") from error
    document = tree.css_first(".ltx_document")
    if document is None:
        raise ParseFailed("is not arXiv's HTML: there is no LaTeXML document in it")
    for node in document.css("math"):
        node.replace_with(_tex(node))
    for node in document.css(_DROPPED):
        node.decompose()
    reader = _Reader()
    for node, entering in _walk(document):
        reader.read(node, entering=entering)
    return require_text(Text(reader.outline.parts(), "html"))


def _tex(math: LexborNode) -> str:
    """Return a formula's TeX in dollar signs, without arXiv's line wraps."""
    tex = _TEX_BREAK.sub("", math.attributes.get("alttext") or "")
    tex = tex.strip().removeprefix(r"\displaystyle").strip()
    return f"${tex}$" if tex else math.text()


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Yield each node on entering and on leaving. It loops, because nesting may be hostile."""
    node = root
    while True:
        yield node, True
        child = node.first_child
        while child is None:
            yield node, False
            if node.mem_id == root.mem_id:
                return
            child = node.next
            if child is None and node.parent is not None:
                node = node.parent
        node = child


class _Reader:
    """Fills an outline while the document is walked."""

    def __init__(self) -> None:
        self.outline = Outline()
        self._line: list[str] = []
        self._outer: list[list[str]] = []  # lines interrupted by a footnote
        self._notes: list[str] = []
        self._rows = 0

    def read(self, node: LexborNode, *, entering: bool) -> None:
        if node.is_element_node:
            self._element(node, entering=entering)
        elif node.is_text_node and entering:
            self._line.append(node.text_content or "")

    def _element(self, node: LexborNode, *, entering: bool) -> None:
        classes = (node.attributes.get("class") or "").split()
        if "ltx_note" in classes:
            self._note(entering=entering)
        elif node.tag in _HEADINGS and not _LEVELS.keys().isdisjoint(classes):
            self._heading(classes, entering=entering)
        elif "ltx_td" in classes or node.tag == "br":
            self._line.append(" " if entering or node.tag == "br" else " | ")
        elif node.tag in _BLOCKS or "ltx_p" in classes:
            self._block(node.tag == "tr", entering=entering)
            if not entering and not _INSETS.isdisjoint(classes):
                self.outline.close(Level.INSET)

    def _block(self, row: bool, *, entering: bool) -> None:
        """End the line. A table row and a footnote stay one line whatever is in them."""
        if row and entering:
            self._end_line()
        self._rows += row * (1 if entering else -1)
        self._end_line()

    def _end_line(self) -> None:
        if self._rows or self._outer:
            self._line.append(" ")
            return
        self.outline.add(fold("".join(self._line)).removesuffix("|").rstrip())
        for note in self._notes:
            self.outline.add(note)
        self._line, self._notes = [], []

    def _note(self, *, entering: bool) -> None:
        """Put a footnote after the line that it would interrupt."""
        if entering:
            self._outer.append(self._line)
            self._line = []
        else:
            self._notes.append(fold("".join(self._line)))
            self._line = self._outer.pop()

    def _heading(self, classes: list[str], *, entering: bool) -> None:
        if entering or self._rows or self._outer:
            self._end_line()
            return
        role = next(name for name in classes if name in _LEVELS)
        heading = without_number(fold("".join(self._line))).rstrip(" .:")
        self._line = []
        self.outline.head(_LEVELS[role], heading, _KINDS.get(role))
