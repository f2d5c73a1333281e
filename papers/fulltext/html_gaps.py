"""The signs that a page is not the whole paper. A converter that fails still makes a page."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from papers.fulltext.html_names import Names
from papers.fulltext.html_tree import walk

# What ar5iv and arXiv write into a page of which the conversion broke off. A paper may quote it.
_FATAL = re.compile(
    r"Conversion to HTML had a Fatal error|This document may be truncated or damaged"
)
_FAILED = ".ltx_page_error, .ar5iv-severity-fatal"
_SILENT = frozenset(["script", "style", "template"])
_PARAGRAPHS = frozenset(["p", "para", "abstract", "caption", "note", "bibblock", "td"])
_OPENED = re.compile(r"<html[\s>]", re.IGNORECASE)
_CLOSED = re.compile(r"</html\s*>", re.IGNORECASE)
_TAIL = 20_000
"""Characters at the end of a page in which its end is looked for."""


def broken(page: str, body: LexborNode, root: LexborNode, names: Names) -> str:
    """Return what in the page says that its conversion or its transfer broke off, or ""."""
    if body.css_first(_FAILED) or (_FATAL.search(page) and _has_failed(body, names)):
        return "says that its conversion failed"
    if _OPENED.search(page, 0, _TAIL) and not _CLOSED.search(page[-_TAIL:]):
        return "breaks off before its end"
    errors = names.css(root, "ERROR")
    if errors and not _is_followed(errors[-1], root):
        return "ends in an error of its conversion"
    return ""


def _has_failed(body: LexborNode, names: Names) -> bool:
    """Return whether text outside the paper's paragraphs says that the conversion failed."""
    depth = 0
    for node, entering in walk(body):
        if node.is_element_node and _is_quoting(node, names):
            depth += 1 if entering else -1
        elif node.is_text_node and not depth and _FATAL.search(node.text_content or ""):
            return True
    return False


def _is_quoting(node: LexborNode, names: Names) -> bool:
    if names:
        return node.tag in _SILENT or not _PARAGRAPHS.isdisjoint(names.of_node(node))
    return node.tag in _SILENT or node.tag in {"p", "li", "td", "figcaption", "blockquote", "pre"}


def _is_followed(node: LexborNode, root: LexborNode) -> bool:
    """Return whether text stands after an element, within the paper."""
    while node.mem_id != root.mem_id:
        after = node.next
        while after is not None:
            if after.text().strip():
                return True
            after = after.next
        if node.parent is None:
            return False
        node = node.parent
    return False
