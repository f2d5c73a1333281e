"""What goes public with a post, as the pages that ask about it show it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from digest.models import Post, State
from digest.publishing.changes import changes, changes_elsewhere
from papers.admin.base import written_sections


def going_public(post: Post) -> dict[str, Any]:
    """Return the differences for readers, and the papers of a post that is not public."""
    published = post.state == State.PUBLISHED
    return {
        "changes": changes(post) if published else changes_elsewhere(post),
        "entries": [] if published else _entries(post),
    }


def _entries(post: Post) -> list[Any]:
    """Return the entries in their order, whose papers have their `written` sections.

    Each knows how many of them are `in_its_language`, the post's.
    """
    placed = post.entries.filter(position__isnull=False).select_related("paper")
    sections: Any = Prefetch("paper__sections", written_sections(), "written")
    entries: list[Any] = list(placed.order_by("position", "id").prefetch_related(sections))
    for entry in entries:
        entry.in_its_language = sum(each.language == post.language for each in entry.paper.written)
    return entries
