"""Checks that only people who may publish decided what a scheduled post says at its time.

The history shows who edited it since it was scheduled: by a form, a proposal or a restored version,
or as a machine. An edit without a person is a machine's, or was made by an account that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from digest.models import Entry, Post, PostQuerySet, State
from papers.models import Evidence, Finding, Paper, Section

PERMISSION = "digest.publish_post"
REVIEW = "digest.review_post"
BACKEND = "django.contrib.auth.backends.ModelBackend"
"""The one that knows permissions."""
TEXT = {
    Post: ("title", "intro", "language", "date", "slug"),
    Entry: ("position", "note"),
    Section: ("markdown",),
}
"""The fields that go public with a post, by model."""


def scheduled_with(paper: Paper) -> PostQuerySet:
    """Return the scheduled posts that contain a paper."""
    shown = Post.objects.filter(entries__paper=paper, entries__position__isnull=False)
    return shown.filter(state=State.SCHEDULED).distinct()


def edited_unapproved(posts: Iterable[Post]) -> set[int]:
    """Return the ids of the posts that anybody who may not publish changed since their approval.

    They edited a text, accepted a finding or chose other evidence. Machines may not publish. With
    FOUR_EYES nobody's edit or choice counts; accepting a finding changes no text.
    Releases before approvals stored none when scheduling: then no edit counts as approved. It is
    one query.
    """
    approved = {post.pk: post.approved_at or post.created_at for post in posts}
    if not approved:
        return set()
    # The first of these moments is a constant, by which the database leaves out what is older.
    ids, first = list(approved), min(approved.values())
    edits = [_edits(model, path, ids, first) for model, path in _POST_OF.items()]
    return set(_acceptances(ids, first).union(_choices(ids, first), *edits))


def last_edits(since: Mapping[int, datetime]) -> dict[int, datetime]:
    """Return when what a post says was last changed by anybody, for those changed since a moment.

    `since` has the moment of each post. It is one query, and none without posts.
    """
    if not since:
        return {}
    first = min(since.values())
    edits = [
        _differing(model, path, list(since), first).values_list(path, "history_date")
        for model, path in _POST_OF.items()
    ]
    path = "section__paper__entries__post"
    chosen = _chosen(list(since), first).order_by().values_list(path, "chosen_at")
    found: dict[int, datetime] = {}
    for post, at in chosen.union(*edits):
        if at > found.get(post, since[post]):
            found[post] = at
    return found


def publishers() -> QuerySet[User]:
    """Return the people who may publish."""
    return User.objects.with_perm(PERMISSION, backend=BACKEND)


def reviewers() -> QuerySet[User]:
    """Return the people who may say that a post is right, or request changes of it."""
    able = User.objects.with_perm(REVIEW, backend=BACKEND)
    return User.objects.filter(Q(pk__in=able.values("pk")) | Q(pk__in=publishers().values("pk")))


def may_review(user: User | AnonymousUser) -> bool:
    return user.has_perm(REVIEW) or user.has_perm(PERMISSION)


def may_publish(user: User | AnonymousUser | None) -> bool:
    """Return whether this is a person who may publish. None is a machine or a deleted account."""
    return user is not None and user.has_perm(PERMISSION)


def counts_as_seen(user: User | AnonymousUser | None) -> bool:
    """Return whether a person's edit of a scheduled post may go public as it is.

    With FOUR_EYES nobody's may: the person who scheduled it has not seen it.
    """
    return may_publish(user) and not settings.FOUR_EYES


_POST_OF = {Post: "id", Entry: "post", Section: "paper__entries__post"}
"""How a history record of each model leads to the posts that it is a part of."""
_PLACED = {"paper__entries__position__isnull": False}


def _edits(model: Any, path: str, posts: list[int], first: datetime) -> QuerySet[Any]:
    edits = _differing(model, path, posts, first)
    return _unapproved(edits, path, "history_date", "history_user")


def _differing(model: Any, path: str, posts: list[int], first: datetime) -> QuerySet[Any]:
    """Return the records that differ from the one before in what goes public."""
    history = model.history.model.objects
    placed = _PLACED if model is Section else {}
    text = JSONObject(**{name: name for name in TEXT[model]})
    earlier = history.filter(id=OuterRef("id"), history_date__lt=OuterRef("history_date"))
    before = earlier.order_by("-history_date").values(said=text)[:1]
    records = history.filter(**{f"{path}__in": posts}, **placed, history_date__gt=first)
    edits = records.annotate(said=text, before=Subquery(before)).filter(
        Q(history_type="-") | Q(before__isnull=True) | ~Q(before=F("said"))
    )
    return edits.order_by()


def _acceptances(posts: list[int], first: datetime) -> QuerySet[Any]:
    accepted = Finding.objects.filter(
        paper__entries__post__in=posts, **_PLACED, accepted_at__gt=first
    )
    path = "paper__entries__post"
    return _unapproved(accepted, path, "accepted_at", "accepted_by", publishers_may=True)


def _choices(posts: list[int], first: datetime) -> QuerySet[Any]:
    path = "section__paper__entries__post"
    return _unapproved(_chosen(posts, first), path, "chosen_at", "chosen_by")


def _chosen(posts: list[int], first: datetime) -> QuerySet[Any]:
    of_post = {f"section__{name}": value for name, value in _PLACED.items()}
    return Evidence.objects.filter(
        section__paper__entries__post__in=posts, **of_post, chosen_at__gt=first
    )


def _unapproved(
    rows: QuerySet[Any], path: str, at: str, by: str, *, publishers_may: bool = False
) -> QuerySet[Any]:
    """Return the posts of those rows that came after its approval, from one who may not do that.

    Who publishes may, or with FOUR_EYES nobody unless `publishers_may`.
    """
    approval = Post.objects.filter(pk=OuterRef(path)).values(
        at=Coalesce("approved_at", "created_at")
    )
    rows = rows.annotate(approved=Subquery(approval)).filter(**{f"{at}__gt": F("approved")})
    if publishers_may or not settings.FOUR_EYES:
        rows = rows.exclude(**{f"{by}__in": publishers().values("pk")})
    return rows.order_by().values_list(path, flat=True)


def is_edit(record: Any) -> bool:
    """Return whether a history record differs from the one before it in what goes public."""
    before = record.prev_record
    if before is None or record.history_type == "-":
        return True
    names = TEXT[record.instance_type]
    return any(getattr(record, name) != getattr(before, name) for name in names)
