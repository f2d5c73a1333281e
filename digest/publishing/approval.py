"""Checks that only people who may publish decided what a scheduled post says at its time.

The history shows who edited it since it was scheduled: by a form, a proposal or a restored version,
or as a machine. An edit without a person is a machine's, or was made by an account that is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from digest.models import Entry, Post, PostQuerySet, State
from papers.models import Finding, Paper, Section

PERMISSION = "digest.publish_post"
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


def edited_since(post: Post, moment: datetime) -> bool:
    """Return whether anybody who may not publish changed what goes public with the post.

    They edited a text or accepted a finding. Machines may not publish.
    """
    edits = chain.from_iterable(
        rows.filter(history_date__gt=moment).select_related("history_user")
        for rows in _history(post)
    )
    accepted = Finding.objects.filter(paper__in=_papers(post), accepted_at__gt=moment)
    return any(not may_publish(each.history_user) and is_edit(each) for each in edits) or any(
        not may_publish(each.accepted_by) for each in accepted.select_related("accepted_by")
    )


def may_publish(user: User | AnonymousUser | None) -> bool:
    """Return whether this is a person who may publish. None is a machine or a deleted account."""
    return user is not None and user.has_perm(PERMISSION)


def _papers(post: Post) -> QuerySet[Any]:
    return post.entries.filter(position__isnull=False).values("paper")


def _history(post: Post) -> Iterator[QuerySet[Any]]:
    yield Post.history.filter(id=post.pk)
    yield Entry.history.filter(post=post.pk)
    yield Section.history.filter(paper__in=_papers(post))


def is_edit(record: Any) -> bool:
    """Return whether a history record differs from the one before it in what goes public."""
    before = record.prev_record
    if before is None or record.history_type == "-":
        return True
    names = TEXT[record.instance_type]
    return any(getattr(record, name) != getattr(before, name) for name in names)
