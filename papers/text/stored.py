"""Stored HTML on its way to a page: what another hand has damaged must not leave its place."""

import re

from papers.text.rendering import MAX_HTML
from papers.text.sanitising import sanitise

_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)(?: [^<>]*)?>")
_VOID = ("br", "hr")


def presentable(html: str) -> str:
    """The HTML as it is stored, or sanitised anew where its tags do not match.

    "" for what is longer than anything that we have rendered.
    """
    if len(html) > MAX_HTML:
        return ""
    return html if _is_whole(html) else sanitise(html)


def _is_whole(html: str) -> bool:
    """Whether each tag is one, and each that is opened is closed in its turn."""
    tags, standing = 0, []
    for closing, name in _TAG.findall(html):
        tags += 1
        if not closing:
            if name not in _VOID:
                standing.append(name)
        elif not standing or standing.pop() != name:
            return False
    return not standing and tags == html.count("<")
