"""Deletes posts that readers never saw so that they can come back: the same rows, the same ids.

A deleted post is gone from every table but one, so no list, feed, page or account has to leave it
out. Its history stays, and its day is free for another post.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.contrib.auth.models import User
from django.core import serializers
from django.core.serializers.base import DeserializationError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, IntegrityError, models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from simple_history.utils import get_history_manager_for_model
from taggit.models import TaggedItem

from digest.audit.recording import record, record_each
from digest.models import (
    Entry,
    Post,
    Snapshot,
    SnapshotPart,
    State,
    TagChange,
    TrashedPost,
    new_feed_id,
)
from digest.models.audit import Act
from digest.publishing import gate, reasons, snapshots
from digest.publishing.states import as_json
from papers.clock import now
from papers.editing.reasons import stored
from papers.jobs.locks import one_at_a_time
from papers.models.tag import keep_tags

KEPT = timedelta(days=30)


class TrashRefused(Exception):
    """Nothing was deleted, or nothing came back. The message says why."""


def may_delete(user: User, post: Post) -> bool:
    """Return whether a user may delete a post: any that was never public, or a draft of their own.

    The first is a permission that editors do not have by themselves.
    """
    if post.published_at is not None:
        return False
    if user.has_perm("digest.delete_post"):
        return True
    own_draft = post.state == State.DRAFT and made_by(post) == user.pk
    return own_draft and user.has_perm("digest.change_post")


def may_restore(user: User) -> bool:
    return user.has_perms(["digest.add_post", "digest.change_post"])


def made_by(post: Post) -> int | None:
    """Return the id of the user who made a post, or None if a machine did."""
    made = post.history.filter(history_type="+").order_by("history_id")
    return made.values_list("history_user", flat=True).first()


@transaction.atomic
def put(post: Post, user: User) -> TrashedPost:
    """Delete a post, and keep its rows. Raises TrashRefused if it was ever public, or is gone."""
    try:
        post.refresh_from_db(from_queryset=Post.objects.select_for_update())
    except Post.DoesNotExist as gone:
        raise TrashRefused(_("This post is not there any more.")) from gone
    if post.published_at is not None:
        raise TrashRefused(_("“%(post)s” was public. It can be withdrawn.") % {"post": post})
    snapshots.take(post.pk, user)
    rows = [_exact(row) for row in serializers.serialize("python", _rows_of(post))]
    trashed = TrashedPost.objects.create(
        post_id=post.pk,
        title=post.title,
        date=post.date,
        paper_count=post.entries.filter(position__isnull=False).count(),
        rows=rows,
        deleted_at=now(),
        deleted_by=user,
    )
    post._history_user = user  # type: ignore[attr-defined]
    snapshots.before(Post, post)  # Once its entries are gone, it would be kept without them.
    _delete_entries(post, user)
    post.delete()
    return trashed


def _delete_entries(post: Post, user: User) -> None:
    """Delete the entries, and tell it of each, in as many queries for 42 of them as for one.

    `delete()` would have each listener to the history ask about each of them.
    """
    entries = list(post.entries.select_related("paper"))
    version: Any = Entry.history.model
    version.objects.bulk_create(
        version(
            history_type="-",
            history_date=now(),
            history_user=user,
            **{each.attname: getattr(entry, each.attname) for each in version.tracked_fields},
        )
        for entry in entries
    )
    record_each(Act.DELETED, entries, user)
    _gone(post.entries.all())


def _exact(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with whole moments. Django's encoder leaves out the microseconds."""
    return row | {"fields": {name: as_json(value) for name, value in row["fields"].items()}}


def _rows_of(post: Post) -> list[models.Model]:
    """Return the post, and then all rows that are deleted with it, as its entries and tags."""
    gone = NestedObjects(DEFAULT_DB_ALIAS, origin=[post])
    gone.collect([post])
    return [post, *(row for rows in gone.data.values() for row in rows if row != post)]


@transaction.atomic
def restore(trashed: TrashedPost, user: User) -> Post:
    """Bring a deleted post back as a draft, with all its rows. Return it.

    If another post has its address by now, it gets the next free one of its day. If another has its
    id in the feeds, as after a second import of its file, it gets a new one. Raises
    TrashRefused if somebody was quicker, or if its rows do not fit any more.
    """
    one_at_a_time("posts")
    keep_tags()
    kept = TrashedPost.objects.select_for_update().filter(pk=trashed.pk).first()
    if kept is None or Post.objects.filter(pk=kept.post_id).exists():
        raise TrashRefused(_("“%(post)s” is not in the trash any more.") % {"post": trashed})
    try:
        with transaction.atomic():
            post = _stored(kept)
    except (DatabaseError, DeserializationError, *_DAMAGE) as error:
        raise TrashRefused(
            _("“%(post)s” cannot be restored: its rows do not fit any more.") % {"post": trashed}
        ) from error
    _note(Post, [post], user)
    _note(Entry, list(post.entries.all()), user)
    kept.delete()
    gate.findings(post)
    snapshots.take(post.pk, user, stored(reasons.FROM_TRASH))
    record(Act.RESTORED, post, person=user, reason=stored(reasons.FROM_TRASH))
    return post


_DAMAGE = (ValueError, TypeError, LookupError, AttributeError)
"""What stored rows raise that are none."""


def _stored(kept: TrashedPost) -> Post:
    found = serializers.deserialize("python", kept.rows, ignorenonexistent=True)
    rows = [each.object for each in found if each.object is not None]
    [post] = [row for row in rows if isinstance(row, Post) and row.pk == kept.post_id]
    post.state, post.scheduled_at, post.approved_at = State.DRAFT, None, None
    post.slug = _free_slug(post)
    if Post.objects.filter(feed_id=post.feed_id).exists():
        post.feed_id = new_feed_id()
    post.save_base(raw=True, force_insert=True)
    _follow_merges(rows)
    for row in _with_targets([row for row in rows if row is not post]):
        # Another post of the same papers may have the same finding by now.
        with suppress(IntegrityError), transaction.atomic():
            row.save_base(raw=True, force_insert=True)
    return post


def _follow_merges(rows: Iterable[models.Model]) -> None:
    """Give the post the tag that one of its tags was merged into meanwhile."""
    tagged = [row for row in rows if isinstance(row, TaggedItem)]
    merges = TagChange.objects.merges().filter(former_tag__in=[row.tag_id for row in tagged])
    into = dict(merges.order_by("pk").values_list("former_tag", "tag"))
    for row in tagged:
        row.tag_id = into.get(row.tag_id, row.tag_id)


def _free_slug(post: Post) -> str:
    """Return the post's slug, or the first of slug-2, slug-3, … that its day has free."""
    taken = set(Post.objects.filter(date=post.date).values_list("slug", flat=True))
    longest = Post._meta.get_field("slug").max_length or 0
    endings = ("" if number == 1 else f"-{number}" for number in count(1))
    slugs = (post.slug[: longest - len(ending)] + ending for ending in endings)
    return next(slug for slug in slugs if slug not in taken)


def _with_targets(rows: list[models.Model]) -> Iterator[models.Model]:
    """Yield the rows whose targets are still there. One that may have none is left without."""
    there = _targets(rows)
    for row in rows:
        broken = [
            field
            for field in _keys(row)
            if (pk := getattr(row, field.attname)) is not None
            and pk not in there[field.remote_field.model]
        ]
        if all(field.null for field in broken):
            for field in broken:
                setattr(row, field.attname, None)
            yield row


def _targets(rows: Iterable[models.Model]) -> dict[Any, set[Any]]:
    """Return the ids of what the rows refer to, as far as they are stored or among the rows."""
    wanted: dict[Any, set[Any]] = {}
    for row in rows:
        for field in _keys(row):
            wanted.setdefault(field.remote_field.model, set()).add(getattr(row, field.attname))
    return {
        model: set(model._base_manager.filter(pk__in=pks - {None}).values_list("pk", flat=True))
        | {row.pk for row in rows if isinstance(row, model)}
        for model, pks in wanted.items()
    }


def _keys(row: models.Model) -> list[Any]:
    return [field for field in row._meta.concrete_fields if field.many_to_one or field.one_to_one]


def _note(model: type[models.Model], rows: list[Any], user: User) -> None:
    """Write into the history that the rows are there again."""
    reason = stored(reasons.FROM_TRASH)
    get_history_manager_for_model(model).bulk_history_create(
        rows, update=True, default_user=user, default_change_reason=reason
    )


@transaction.atomic
def empty() -> int:
    """Delete what has been in the trash for 30 days, with its snapshots. Return how many posts."""
    old = now() - KEPT
    deleted = _gone(TrashedPost.objects.filter(deleted_at__lt=old))
    there = Post.objects.filter(pk=OuterRef("post_id"))
    kept = TrashedPost.objects.filter(post_id=OuterRef("post_id"))
    _gone(Snapshot.objects.filter(~Exists(there), ~Exists(kept), taken_at__lt=old))
    told = Snapshot.objects.filter(post_id=OuterRef("post_id"))
    _gone(SnapshotPart.objects.filter(~Exists(there), ~Exists(told)))
    return deleted


def _gone(rows: models.QuerySet[Any]) -> int:
    """Delete rows that nothing refers to, and return how many.

    `delete()` would read them first, with all their texts: the audit listens to every deletion.
    """
    return rows._raw_delete(rows.db)
