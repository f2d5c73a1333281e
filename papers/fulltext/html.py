"""Parses the HTML of a paper, as arXiv's converters make it, into the paper's text."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from papers.fulltext.base import ParseFailed, Text, require_text
from papers.fulltext.gaps import missing
from papers.fulltext.html_gaps import broken
from papers.fulltext.html_headings import Headings, Numbers
from papers.fulltext.html_names import Names
from papers.fulltext.html_pictures import drop_labels
from papers.fulltext.html_reader import Reader
from papers.fulltext.html_tree import generator_of, tree_of, walk
from papers.text.cleaning import fold

FACE = 200  # characters; a shorter line before all headings is a title or names
SECTIONS = 2  # headings that a page without known names needs, to count as a paper
_TEX_BREAK = re.compile(r"(?<!\\)%\n\s*")


def parse_html(data: bytes) -> Text:
    """Return the text of a paper's HTML or XHTML. Raises ParseFailed if there is no paper in it."""
    page = data.decode("utf-8", "replace")
    tree = tree_of(page)
    names = Names.of(tree)
    root = _root(tree, names)
    drop_labels(root)
    _write_formulas(root)
    gap = broken(page, tree.body or root, root, names)
    reader, has_references = _read(root, names)
    parts = reader.outline.parts()
    gap = gap or missing(reader.outline, reader.numbers.seen, has_references=has_references)
    return require_text(Text(parts, "html", generator_of(page, tree), gap))


def _write_formulas(root: LexborNode) -> None:
    """Put TeX in the place of each formula. One within another goes with the whole."""
    inner: set[int | None] = set()
    for node in root.css("math"):
        if node.mem_id not in inner:
            inner.update(each.mem_id for each in node.css("math"))
            node.replace_with(_tex(node))


def _root(tree: LexborHTMLParser, names: Names) -> LexborNode:
    """Return the element that the paper is in."""
    for selector in filter(None, [names.selector("document"), "article", "main", "[role=main]"]):
        if (node := tree.css_first(selector)) is not None:
            return node
    if tree.body is None:
        raise ParseFailed("is not a paper's page: it has no body")
    return tree.body


def _read(root: LexborNode, names: Names) -> tuple[Reader, bool]:
    """Return the reader of a whole page, and whether the page has references by their name."""
    numbers = Numbers()
    for tag in names.css(root, "tag_section"):
        numbers.note(fold(tag.text()))
    has_references = bool(names.css(root, "bibliography") or root.css("[role=doc-bibliography]"))
    for node in root.css(names.dropped()):
        node.decompose()
    found = Headings(root, names)
    if not names and len(found) < SECTIONS:
        raise ParseFailed("is not a paper's page: there are no sections in it")
    reader = Reader(found, names, numbers)
    for node, entering in walk(root):
        reader.read(node, entering=entering)
    if not names:
        reader.outline.drop_face(FACE)
    return reader, has_references


def _tex(math: LexborNode) -> str:
    """Return a formula's TeX in dollar signs, without arXiv's line wraps, else what it shows."""
    tex = math.attributes.get("alttext") or ""
    notes = math.css("annotation, annotation-xml")
    if not tex:  # A formula within the formula has its own note, before that of the whole.
        tex = next((note.text() for note in reversed(notes) if _is_tex(note)), "")
    tex = _TEX_BREAK.sub("", tex).strip().removeprefix(r"\displaystyle").strip()
    if tex:
        return f"${tex}$"
    for note in notes:
        note.decompose()
    return math.text()


def _is_tex(annotation: LexborNode) -> bool:
    return "tex" in (annotation.attributes.get("encoding") or "").lower()
