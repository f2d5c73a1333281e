"""What runs, loads or sends something in an HTML page though nobody of ours wrote it there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

MARK = "alert(1)"
"""Each attempt contains it, so that it is told from the page's own scripts and forms."""
ACTING = (
    f"'\"><img src=x onerror={MARK}><script>{MARK}</script></title></textarea></style></script>"
    f"<script>{MARK}</script>--><svg onload={MARK}><a href='javascript:{MARK}'>x</a>"
    f"<form action='//evil.example/{MARK}'><iframe src='javascript:{MARK}'></iframe>"
    f"<base href='//evil.example/{MARK}/'><meta http-equiv=refresh content='0;url=//e/{MARK}'>"
    f"{{{{ {MARK} }}}} {{% {MARK} %}} ${{{MARK}}} x-init='{MARK}' "
)
_DATA = ("application/json", "application/ld+json")
_ADDRESS = frozenset(
    ("href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href")
)
_ELSEWHERE = re.compile(r"\s*(?:javascript|vbscript|data:text|(?:https?:)?//e)", re.IGNORECASE)
_HANDLER = re.compile(r"on|x-|@|:|hx-on|srcdoc|style")


def acting(page: str) -> list[str]:
    """Return each attempt in a page that a browser would carry out. A page of text has none."""
    tree = LexborHTMLParser(page)
    return [found for node in tree.css("*") for found in _acts(node)]


def _acts(node: LexborNode) -> Iterator[str]:
    for name, value in node.attributes.items():
        refreshes = name == "content" and "http-equiv" in node.attributes
        if MARK in (value or "") and (refreshes or _acts_as(name, value or "")):
            yield f"<{node.tag} {name}={(value or '')[:60]!r}>"
    if node.tag in {"script", "style"} and MARK in (node.text() or "") and not _is_data(node):
        yield f"<{node.tag}> {(node.text() or '')[:60]!r}"


def _acts_as(name: str, value: str) -> bool:
    return bool(_HANDLER.match(name)) or (name in _ADDRESS and bool(_ELSEWHERE.match(value)))


def _is_data(node: LexborNode) -> bool:
    """Return whether a script is data that no browser runs, and whole."""
    try:
        json.loads(node.text() or "")
    except ValueError:
        return False
    return node.attributes.get("type") in _DATA
