"""Reads the posts that a paper stands in, stood in, or could have stood in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from digest.models import Correction, Entry, Post
from papers.way import Rows

_TEXTS = ("post__intro", "post__intro_html", "post__public_intro", "post__public_intro_html")
_NOTES = ("note", "note_html", "public_note", "public_note_html")


@dataclass(frozen=True, slots=True)
class PostRows:
    """What is stored about a paper's places in posts. Each list has the oldest first."""

    entries: list[Entry] = field(default_factory=list)
    """With their posts."""
    placings: list[dict[str, Any]] = field(default_factory=list)
    """The stored versions of its entries, also of those that are gone."""
    steps: list[dict[str, Any]] = field(default_factory=list)
    """The stored versions of all posts that it stands or stood in."""
    corrections: list[Correction] = field(default_factory=list)
    of_its_days: list[Post] = field(default_factory=list)
    """The posts of the days that list it."""

    @classmethod
    def read(cls, rows: Rows) -> PostRows:
        if rows.paper is None:
            return cls()
        entries = Entry.objects.filter(paper=rows.paper).select_related("post")
        found = rows.cut.newest(entries.defer(*_TEXTS, *_NOTES).order_by("-pk"))
        placings = rows.cut.newest(_placings(rows.paper.pk))
        posts = {entry.post_id for entry in found} | {each["post"] for each in placings}
        return cls(
            entries=found,
            placings=placings,
            steps=rows.cut.newest(_steps(posts), 200),
            corrections=rows.cut.newest(_corrections(rows.paper.pk, posts)),
            of_its_days=list(_of_days(rows)),
        )


def _placings(paper: int) -> Any:
    versions = Entry.history.filter(paper=paper).order_by("-history_date", "-history_id")
    return versions.values(
        "id", "post", "position", "history_type", "history_date", "history_user__username"
    )


def _steps(posts: set[int]) -> Any:
    versions = Post.history.filter(id__in=posts).order_by("-history_date", "-history_id")
    return versions.values(
        "id",
        "title",
        "date",
        "state",
        "scheduled_at",
        "published_at",
        "updated_at",
        "history_date",
        "history_change_reason",
        "history_user__username",
    )


def _corrections(paper: int, posts: set[int]) -> Any:
    about = Q(paper=paper) | Q(post__in=posts, paper=None)
    told = Correction.objects.filter(about).select_related("post", "corrected_by")
    return told.only(
        "text",
        "corrected_at",
        "taken_back_at",
        "post__title",
        "post__date",
        "corrected_by__username",
    )


def _of_days(rows: Rows) -> Any:
    days = {listing.day for listing in rows.listings}
    posts = Post.objects.filter(date__in=days).order_by("date", "pk")
    return posts.only("date", "title", "slug", "state", "published_at")
