"""Checks that only people who may publish decided what a scheduled post says.

A scheduled post goes public by itself. The history shows who edited it since it was scheduled, and
it covers every form, proposal and restored version.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import QuerySet

from digest.models import Entry, Post, PostQuerySet, State
from papers.models import Paper, Section

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
    """Return whether somebody who may not publish edited what goes public with the post."""
    return any(
        record.history_user and not record.history_user.has_perm(PERMISSION) and is_edit(record)
        for record in chain.from_iterable(
            rows.filter(history_date__gt=moment).select_related("history_user")
            for rows in _history(post)
        )
    )


def _history(post: Post) -> Iterator[QuerySet[Any]]:
    papers = post.entries.filter(position__isnull=False).values("paper")
    yield Post.history.filter(id=post.pk)
    yield Entry.history.filter(post=post.pk)
    yield Section.history.filter(paper__in=papers)


def is_edit(record: Any) -> bool:
    """Return whether a history record differs from the one before it in what goes public."""
    before = record.prev_record
    if before is None or record.history_type == "-":
        return True
    names = TEXT[record.instance_type]
    return any(getattr(record, name) != getattr(before, name) for name in names)
