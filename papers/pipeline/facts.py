"""Decodes the TeX in facts as sources give them. The raw title and abstract are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from papers.text.rendering import plain_line
from papers.text.tex import printed

_AS_GIVEN = {"title": "raw_title", "abstract": "raw_abstract"}
_LINES = ("comment", "journal_ref", "organization")
DECODED = (*_AS_GIVEN, *_LINES, "authors", "keywords")
"""The facts that may have TeX in them."""


def decoded(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts with their TeX as what it prints. Facts without TeX stay as they are."""
    told = dict(facts)
    for name, raw in _AS_GIVEN.items():
        if name in facts:
            told[raw] = facts.get(raw, facts[name])
            told[name] = printed(facts[name])
    for name in _LINES:
        if name in facts:
            told[name] = printed(facts[name])
    if "authors" in facts:
        told["authors"] = list(map(printed, facts["authors"]))
    if "keywords" in facts:
        told["keywords"] = [plain_line(printed(keyword)) for keyword in facts["keywords"]]
    return told
