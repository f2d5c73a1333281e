"""Checks stored HTML before a page shows it: damaged HTML must not change the rest of the page."""

import re

from papers.text.rendering import MAX_HTML
from papers.text.sanitising import sanitise

_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)(?: [^<>]*)?>")
_VOID = ("br", "hr")


def presentable(html: str) -> str:
    """Return the HTML as stored, or sanitised again if its tags do not match.

    Return "" for HTML that is longer than anything the renderer makes.
    """
    if len(html) > MAX_HTML:
        return ""
    return html if _is_whole(html) else sanitise(html)


def _is_whole(html: str) -> bool:
    """Return whether each "<" begins a tag, and the open tags are closed in the right order."""
    tags, standing = _TAG.findall(html), []
    if len(tags) != html.count("<"):
        return False
    for closing, name in tags:
        if not closing:
            if name not in _VOID:
                standing.append(name)
        elif not standing or standing.pop() != name:
            return False
    return not standing
