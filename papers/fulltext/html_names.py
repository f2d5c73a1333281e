"""What the elements of a paper's page are, by the class names of LaTeXML's stylesheets.

arXiv's converters share them, each perhaps with a prefix of its own ("ltx_section"). The prefix is
read from the page. A page without such names is read by its structure alone.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from papers.fulltext.base import Kind
from papers.fulltext.outline import Level

_DOCUMENT = re.compile(r"([a-z]{1,8}[_-])document")
_ELEMENTS = "script, style, noscript, template, nav, footer, button, form, iframe, object, canvas"
# The roles of digital publishing and of ARIA (w3.org/TR/dpub-aria).
_ROLES = ("doc-bibliography", "doc-toc", "doc-index", "doc-noteref", "doc-backlink", "navigation")
_DROPPED = [
    *("page_navbar", "page_header", "page_footer", "TOC", "rdf"),
    *("title_document", "subtitle", "authors", "date", "dates"),
    *("keywords", "classification", "bibliography", "index"),
    *("role_thanks", "role_institutetext"),
    *("note_mark", "note_type", "tag_note", "tag_item"),
    *("tag_equation", "tag_equationgroup", "listing_data", "ERROR"),
    *(f"tag_{level.name.lower()}" for level in Level),
    *("tag_part", "tag_appendix", "tag_subparagraph"),
]
_LEVELS = {f"title_{level.name.lower()}": level for level in Level} | {
    "title_part": Level.CHAPTER,
    "title_appendix": Level.SECTION,
    "title_subparagraph": Level.PARAGRAPH,
    "title_abstract": Level.INSET,
    "title_acknowledgements": Level.INSET,
    "title_bibliography": Level.SECTION,
}
_KINDS = {
    "title_appendix": Kind.APPENDIX,
    "title_abstract": Kind.ABSTRACT,
    "title_acknowledgements": Kind.OTHER,
}


class Names:
    """The class names of one page, without their prefix."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        """ "" if the page has no such names."""
        self._known: dict[str, list[str]] = {}

    @classmethod
    def of(cls, tree: LexborHTMLParser) -> Names:
        for node in tree.css("[class*=document]"):
            for name in (node.attributes.get("class") or "").split():
                found = _DOCUMENT.fullmatch(name)
                # Any page may have a "document": another prefix counts if it names titles too.
                if found and (name == "ltx_document" or tree.css_first(f".{found[1]}title")):
                    return cls(found[1])
        return cls("")

    def __bool__(self) -> bool:
        return bool(self._prefix)

    def selector(self, *names: str) -> str:
        """Return the CSS selector of the elements with one of these names, or ""."""
        return ", ".join(f".{self._prefix}{self._joined(name)}" for name in names if self)

    def css(self, root: LexborNode, name: str) -> list[LexborNode]:
        """Return the elements below `root` that have a name."""
        return root.css(self.selector(name)) if self else []

    def of_node(self, node: LexborNode) -> list[str]:
        """Return the names of an element, as LaTeXML writes them."""
        classes = node.attributes.get("class")
        if not classes or not self:
            return []
        if classes not in self._known:
            self._known[classes] = self._named(classes)
        return self._known[classes]

    def _named(self, classes: str) -> list[str]:
        start, sign = len(self._prefix), self._prefix[-1]
        names = (name for name in classes.split() if name.startswith(self._prefix))
        return [name[start:].replace(sign, "_") for name in names]

    def dropped(self) -> str:
        """Return the selector of what is no text of the paper."""
        roles = [f"[role={role}]" for role in _ROLES]
        if not self:
            return ", ".join([_ELEMENTS, *roles])
        # A note directly under the paper says whom to write to.
        contact = f"{self.selector('document')} > {self.selector('note')}"
        header = f"header:not(:has({self.selector('abstract')}))"
        return ", ".join([_ELEMENTS, header, *roles, self.selector(*_DROPPED), contact])

    def _joined(self, name: str) -> str:
        return name.replace("_", self._prefix[-1])


def level_of(names: list[str]) -> Level | None:
    """Return the level of a heading that has a name, or None."""
    return next((_LEVELS[name] for name in names if name in _LEVELS), None)


def kind_of(names: list[str]) -> Kind | None:
    """Return the kind of a heading whose name tells it, or None."""
    return next((_KINDS[name] for name in names if name in _KINDS), None)
