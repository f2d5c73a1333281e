"""Takes papers out of a source's answer, which is stored as it came. Everything else stays."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext_noop

from papers import arxiv_id

_ENTRY, _ENTRY_ENDS = "<entry", "</entry>"
GONE = gettext_noop("taken down")


def without(pages: Iterable[str], ids: Collection[str]) -> list[str]:
    """Return the pages without what they say of papers, by arXiv id. Items keep their places.

    A page of no known form that names one of them is emptied.
    """
    return [_without(page, ids) if any(each in page for each in ids) else page for page in pages]


def _without(page: str, ids: Collection[str]) -> str:
    try:  # An abstract in a list may write of entries, too.
        said = json.loads(page)
    except (ValueError, RecursionError):
        return _of_a_feed(page, ids) if _ENTRY in page else ""
    if not isinstance(said, list):
        return ""
    return json.dumps([_item(each, ids) for each in said], ensure_ascii=False)


def _item(item: Any, ids: Collection[str]) -> Any:
    """Return an item, or its id alone if it is of one of the papers."""
    known = _id_of(item)
    return {"paper": {"id": known}, "removed": GONE} if known in ids else item


def _id_of(item: Any) -> str:
    paper = item.get("paper", item) if isinstance(item, dict) else None
    try:
        return arxiv_id.parse(paper.get("id") if isinstance(paper, dict) else None)
    except arxiv_id.InvalidArxivId:
        return ""


def _of_a_feed(page: str, ids: Collection[str]) -> str:
    head, *entries = page.split(_ENTRY)
    return head + "".join(_entry(each, ids) for each in entries)


def _entry(entry: str, ids: Collection[str]) -> str:
    """Return an entry, or one with nothing in it if it is of one of the papers."""
    named = re.compile("|".join(rf"(?:arXiv\.org:|abs/){re.escape(each)}(?![0-9])" for each in ids))
    content, end, rest = entry.partition(_ENTRY_ENDS)
    if named.search(content):
        return f"{_ENTRY}><id>{GONE}</id>{end}{rest}"
    return _ENTRY + entry
