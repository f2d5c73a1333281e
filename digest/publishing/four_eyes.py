"""FOUR_EYES: nobody alone makes public what they wrote.

A part of a post (its title and introduction, the place and note of a paper, that a paper is gone, a
section, the choice of its evidence) is its authors': all who changed it since readers last saw it,
as its history says. Its second person is not one of them: who takes the step, or who was shown the
part after it was last changed, reviewed the post, and has requested no changes since. Tags, facts
and corrections are live (`publishing.live`), and have no parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, F, OuterRef, TextField
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
    """When anybody or a machine last changed it, or last put its paper into the post."""


def alone(posts: Iterable[Post], user: User | AnonymousUser | None) -> set[int]:
    """Return the ids of the posts that this person may not make public alone.

    Without a person nobody looks at it: then each part needs a review. It takes 9 queries, and
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
    placings = _Placings(posts)
    yield from placings.gone
    placed = {"paper__entries__post__in": posts, "paper__entries__position__isnull": False}
    sections = Section.objects.changed().filter(**placed)
    yield from _written(Post, Post.objects.filter(pk__in=posts), "pk")
    yield from _written(Entry, Entry.objects.filter(post__in=posts), "post")
    yield from _written(Section, sections, "paper__entries__post", placings)
    in_sections = {f"section__{name}": value for name, value in placed.items()}
    chosen = Evidence.objects.edited().filter(**in_sections, chosen_by__isnull=False)
    for post, paper, by, at in chosen.values_list(
        "section__paper__entries__post", "section__paper", "chosen_by", "chosen_at"
    ):
        if post in posts:
            yield Part(post, {by}, placings.latest(post, paper, at))


class _Placings:
    """When each paper of some posts was put in or taken out, in one query.

    Who reviewed a post while a paper was not in it was not shown the texts of that paper.
    """

    def __init__(self, posts: list[int]) -> None:
        self.posts = posts
        self._moved: dict[tuple[int, int], datetime] = {}
        deleted: dict[tuple[int, int], Part] = {}
        standing: set[tuple[int, int]] = set()
        for post, paper, by, at, is_in, may_be_gone in _records_of_entries(posts):
            place = (post, paper)
            if is_in == (place in standing) and not may_be_gone:
                continue
            self._moved[place] = at
            if is_in:
                standing.add(place)
                deleted.pop(place, None)
            else:
                standing.discard(place)
                if may_be_gone:
                    deleted[place] = Part(post, {by} if by else set(), at)
        self.gone = list(deleted.values())
        """The papers that were taken out, and that no entry tells of."""

    def latest(self, post: int, paper: int, at: datetime | None) -> datetime | None:
        """Return the later moment: `at`, or when the paper last came into the post."""
        return max(filter(None, [at, self._moved.get((post, paper))]), default=None)


def _records_of_entries(posts: list[int]) -> Iterator[tuple[int, int, int | None, Any, bool, bool]]:
    """Yield post, paper, person, moment, whether it stood there then, and whether it may be gone.

    It is gone if it was deleted since the post was last made public, and has no entry now.
    """
    now_in = Entry.objects.filter(post=OuterRef("post"), paper=OuterRef("paper"))
    records = Entry.history.filter(post__in=posts).annotate(has_entry=Exists(now_in))
    columns = ("post", "paper", "history_user", "history_date", "position", "history_type")
    rows = records.order_by("history_date", "history_id").values_list(
        *columns, "has_entry", "post__made_public_at"
    )
    for post, paper, by, at, position, kind, has_entry, public_at in rows:
        is_deleted = kind == "-" and not has_entry and (public_at is None or at > public_at)
        yield post, paper, by, at, kind != "-" and position is not None, is_deleted


def _written(model: Any, rows: Any, path: str, placings: _Placings | None = None) -> Iterator[Part]:
    """Yield the rows of a model as parts, in two queries. A row may stand in several posts."""
    names = _PUBLIC[model]
    of: dict[int, list[tuple[int, int]]] = defaultdict(list)
    public: dict[int, str] = {}
    paper = "paper" if placings else "pk"
    for pk, post, text, about in rows.order_by().values_list("pk", path, _checksum(names), paper):
        public[pk] = text
        if placings is None or post in placings.posts:
            of[pk].append((post, about))
    for pk, (authors, at) in _authors(model, public).items():
        for post, about in of[pk]:
            yield Part(post, authors, placings.latest(post, about, at) if placings else at)


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
