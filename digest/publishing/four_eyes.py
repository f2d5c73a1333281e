"""FOUR_EYES: nobody alone makes public what they wrote.

A part of a post (its title and introduction, the place and note of a paper, a section, the choice
of its evidence) is its authors': all who changed it since readers last saw it, as its history says.
Its second person is not one of them: who takes the step, or who reviewed the post after the part
was last changed. Tags, facts and corrections are live (`publishing.live`), and have no parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F, TextField
from django.db.models.functions import MD5, Cast, JSONObject

from digest.models import VERDICTS, Comment, CommentKind, Entry, Post
from digest.publishing import approval
from papers.models import Evidence, Section

_ADDRESS = {"date": "date", "slug": "slug", "language": "language"}
_PUBLIC: dict[Any, dict[str, str]] = {
    Post: {"title": "public_title", "intro": "public_intro", **_ADDRESS},
    Entry: {"position": "public_position", "note": "public_note"},
    Section: {"markdown": "public_markdown"},
}
"""The working text of each model, and where readers see it."""


@dataclass(slots=True)
class Part:
    """One row of what goes public with a post."""

    post: int
    authors: set[int] = field(default_factory=set)
    changed_at: datetime | None = None
    """When anybody or a machine last changed it."""


def alone(posts: Iterable[Post], user: User | AnonymousUser | None) -> set[int]:
    """Return the ids of the posts that this person may not make public alone.

    Without a person nobody looks at it: then each part needs a review. It takes 8 queries, and
    none where FOUR_EYES is off.
    """
    ids = [post.pk for post in posts] if settings.FOUR_EYES else []
    if not ids:
        return set()
    reviews = _reviews(ids)
    return {part.post for part in _parts(ids) if _lacks(part, user, reviews[part.post])}


def _lacks(part: Part, user: User | AnonymousUser | None, reviews: list[tuple[int, Any]]) -> bool:
    """Return whether all who looked at a part are its authors."""
    if not part.authors or (user is not None and user.pk not in part.authors):
        return False
    return not any(
        by not in part.authors and (part.changed_at is None or at >= part.changed_at)
        for by, at in reviews
    )


def _reviews(posts: list[int]) -> dict[int, list[tuple[int, Any]]]:
    """Return whose newest verdict about each post is that it is right, and of when it is.

    It counts while the person may review posts.
    """
    verdicts = Comment.objects.filter(
        post__in=posts, kind__in=VERDICTS, author__in=approval.reviewers().values("pk")
    )
    newest = verdicts.order_by("post", "author", "-made_at", "-pk").distinct("post", "author")
    found: dict[int, list[tuple[int, Any]]] = defaultdict(list)
    for post, by, at, kind in newest.values_list("post", "author", "made_at", "kind"):
        if kind == CommentKind.REVIEWED:
            found[post].append((by, at))
    return found


def _parts(posts: list[int]) -> Iterator[Part]:
    placed = {"paper__entries__post__in": posts, "paper__entries__position__isnull": False}
    sections = Section.objects.changed().filter(**placed)
    yield from _written(Post, Post.objects.filter(pk__in=posts), "pk")
    yield from _written(Entry, Entry.objects.filter(post__in=posts), "post")
    yield from _written(Section, sections, "paper__entries__post", posts)
    in_sections = {f"section__{name}": value for name, value in placed.items()}
    chosen = Evidence.objects.edited().filter(**in_sections, chosen_by__isnull=False)
    for post, by, at in chosen.values_list(
        "section__paper__entries__post", "chosen_by", "chosen_at"
    ):
        if post in posts:
            yield Part(post, {by}, at)


def _written(model: Any, rows: Any, path: str, posts: list[int] | None = None) -> Iterator[Part]:
    """Yield the rows of a model as parts, in two queries. A row may stand in several posts."""
    names = _PUBLIC[model]
    of: dict[int, list[int]] = defaultdict(list)
    public: dict[int, str] = {}
    for pk, post, text in rows.order_by().values_list("pk", path, _checksum(names)):
        public[pk] = text
        if posts is None or post in posts:
            of[pk].append(post)
    for pk, (authors, at) in _authors(model, public).items():
        for post in of[pk]:
            yield Part(post, authors, at)


def _authors(model: Any, public: dict[int, str]) -> dict[int, tuple[set[int], datetime | None]]:
    """Return who changed each row since its text was the public one, and when it last changed."""
    history = model.history.model.objects.filter(id__in=list(public))
    columns = ("id", "history_user_id", "history_date", _checksum({n: n for n in _PUBLIC[model]}))
    found: dict[int, tuple[set[int], datetime | None]] = {pk: (set(), None) for pk in public}
    before: dict[int, str] = {}
    for pk, by, at, text in history.order_by("history_date", "history_id").values_list(*columns):
        if text == public[pk]:
            found[pk] = (set(), None)
        elif text != before.get(pk):
            found[pk] = (found[pk][0] | ({by} if by else set()), at)
        before[pk] = text
    return found


def _checksum(names: dict[str, str]) -> Any:
    """Return the expression of a checksum of the fields, which each side calls the same."""
    said = JSONObject(**{name: F(where) for name, where in names.items()})
    return MD5(Cast(said, TextField()))
