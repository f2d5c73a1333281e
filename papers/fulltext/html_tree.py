"""Makes the tree of a page, in HTML or XHTML, and finds the program that made the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from papers.fulltext.base import GENERATOR_LENGTH, ParseFailed
from papers.text.cleaning import clean, fold

# An HTML parser takes "<div/>", which XHTML means to be empty, for the beginning of a division. No
# part of the pattern can give back what it took, so its time grows with the page and no faster.
_SELF_CLOSED = re.compile(
    r"""<(?P<name>[a-zA-Z][a-zA-Z0-9:]*+)
    (?P<attributes>(?:\s(?:(?!/>)[^<>"']|"[^"<]*+"|'[^'<]*+')*+)?+)/>""",
    re.VERBOSE,
)
_VOID_TAGS = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_TAGS.split())
_GENERATED = re.compile(r"<!--\s*Generated (?:on [^<>]{1,60}? )?by (?P<name>[^<>]{1,100})")
_ADDRESS = re.compile(r"\s*(?:https?://|-*$).*", re.DOTALL)
_VERSION = re.compile(r"\s*\(version ([^()\s]{1,30})\)")
_HEAD = 20_000
"""Characters at the start of a page in which its generator is looked for."""


def tree_of(page: str) -> LexborHTMLParser:
    """Return the tree of a page. Raises ParseFailed if there can be none."""
    try:
        return LexborHTMLParser(_SELF_CLOSED.sub(_closed, page))
    except SelectolaxError as error:
        raise ParseFailed(f"cannot be read as HTML: {error}") from error


def _closed(tag: re.Match[str]) -> str:
    name = tag["name"]
    return tag[0] if name.lower() in _VOID else f"<{name}{tag['attributes']}></{name}>"


def generator_of(page: str, tree: LexborHTMLParser) -> str:
    """Return the program that made the page, with its version, as the page says, or ""."""
    for meta in tree.css("meta[name][content]"):
        if (meta.attributes["name"] or "").lower() == "generator":
            return named(meta.attributes["content"] or "")
    said = _GENERATED.search(page, 0, _HEAD)
    return named(_ADDRESS.sub("", said["name"], count=1)) if said else ""


def named(generator: str) -> str:
    """Return "LaTeXML 0.8.8" of "LaTeXML (version 0.8.8)"."""
    name = _VERSION.sub(r" \1", generator[: 2 * GENERATOR_LENGTH])
    return fold(clean(name))[:GENERATOR_LENGTH].strip()


def walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
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
