"""What goes public with a post, as the pages that ask about it show it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from digest.models import Entry, Post, State
from digest.publishing.changes import changes, changes_elsewhere
from papers.admin.base import written_sections


def going_public(post: Post) -> dict[str, Any]:
    """Return the differences for readers, and the papers of a post that is not public."""
    published = post.state == State.PUBLISHED
    return {
        "changes": changes(post) if published else changes_elsewhere(post),
        "entries": [] if published else _entries(post),
    }


def _entries(post: Post) -> QuerySet[Entry]:
    """Return the entries in their order, whose papers have their `written` sections."""
    entries = post.entries.filter(position__isnull=False).select_related("paper")
    sections: Any = Prefetch("paper__sections", written_sections(), "written")
    return entries.order_by("position", "id").prefetch_related(sections)
