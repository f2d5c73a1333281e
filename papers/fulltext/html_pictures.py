"""Takes the labels of drawn pictures out of a page: an axis is no sentence of the paper."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

PROSE = 100  # characters; a framed box of text is drawn as a picture too, and it is text
_LABELS = "svg text, svg title, svg desc, svg style, svg script, svg metadata"


def drop_labels(root: LexborNode) -> None:
    for node in root.css("svg foreignobject"):
        if len((node.text() or "").strip()) < PROSE:
            node.decompose()
    for node in root.css(_LABELS):
        node.decompose()
