"""Other renderings of a page that LaTeXML made: what another converter might make of the paper.

The public stylesheets of LaTeXML say which element of a page is what. The changes keep that, and
change what a reader of pages should not depend on: names, the way of writing, what is optional.
"""

from collections.abc import Callable
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from papers.fulltext.html_tree import walk

VOID_TAGS = "area base br col embed hr img input link meta param source track wbr"
VOID = frozenset(VOID_TAGS.split())
Attributes = dict[str, str]
Rewrite = Callable[[LexborNode, Attributes], tuple[str, Attributes] | None]
"""Takes an element and its attributes. Returns its new name and attributes, or None to leave its
tags out."""

_NOT_SHOWN = (
    ".ltx_note_mark, .ltx_note_type, .ltx_tag_note, .ltx_tag_item, .ltx_tag_equation,"
    " .ltx_tag_equationgroup, .ltx_listing_data, .ltx_ERROR, .ltx_rdf, .ltx_document > .ltx_note"
)


def xhtml(page: str) -> str:
    """Return the page as XHTML, its names with another prefix and sign, formulas by annotation."""
    return _written(LexborHTMLParser(page), _renamed)


def bare(page: str) -> str:
    """Return the page as XHTML without a single class: elements, nesting and standard roles."""
    tree = LexborHTMLParser(page)
    for node in tree.css(_NOT_SHOWN):
        node.decompose()
    return _written(tree, _without_classes)


def _renamed(node: LexborNode, attributes: Attributes) -> tuple[str, Attributes]:
    names = attributes.get("class", "").split()
    named = [
        f"lx-{name.removeprefix('ltx_').replace('_', '-')}" if name.startswith("ltx_") else name
        for name in names
    ]
    attributes.pop("alttext", None)
    return node.tag or "", attributes | ({"class": " ".join(named)} if named else {})


def _without_classes(node: LexborNode, attributes: Attributes) -> tuple[str, Attributes] | None:
    names = set(attributes.pop("class", "").split())
    attributes.pop("id", None)
    if "ltx_document" in names:
        return "main", attributes
    if "ltx_bibliography" in names:
        return "section", {"role": "doc-bibliography"}
    if "ltx_note" in names:
        return "span", {"role": "doc-footnote"}
    if "ltx_p" in names:
        return "p" if node.tag == "p" else "div", attributes
    return node.tag or "", attributes


def _written(tree: LexborHTMLParser, rewrite: Rewrite) -> str:
    written = ['<?xml version="1.0" encoding="utf-8"?>\n']
    open_tags: dict[int, str] = {}
    for node, entering in walk(tree.root):
        if node.is_text_node and entering:
            written.append(escape(node.text_content or "", quote=False))
        elif node.is_element_node and node.tag not in {"script", "style"}:
            written.append(_tag(node, entering, rewrite, open_tags))
    return "".join(written)


def _tag(node: LexborNode, entering: bool, rewrite: Rewrite, open_tags: dict[int, str]) -> str:
    if not entering:
        name = open_tags.pop(node.mem_id)
        return f"</{name}>" if name else ""
    attributes = {name: value or "" for name, value in node.attributes.items()}
    if node.tag == "html":
        attributes["xmlns"] = "http://www.w3.org/1999/xhtml"
    new = rewrite(node, attributes)
    if new is None:
        open_tags[node.mem_id] = ""
        return ""
    name, kept = new
    is_empty = node.first_child is None
    open_tags[node.mem_id] = "" if is_empty else name
    told = "".join(f' {key}="{escape(value)}"' for key, value in kept.items())
    return f"<{name}{told}{'/' if is_empty else ''}>"
