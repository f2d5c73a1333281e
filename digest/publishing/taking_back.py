"""Takes a scheduled post back to review when somebody who may not publish edits it.

With FOUR_EYES anybody's edit does, because who scheduled it has not seen it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model, QuerySet

from digest.models import Entry, Post, State
from digest.publishing import approval, reasons, steps
from papers.editing.reasons import stored
from papers.models import Paper, Section


def notice(instance: Model, history_instance: Any, history_user: User | None, **_said: Any) -> None:
    """Take scheduled posts back after an edit of what they say.

    It receives simple_history's `post_create_historical_record`. It skips a post that is being
    published at this moment, because publishing checks the history itself. A machine's edit takes
    nothing back before the post's time, when publishing finds it.
    """
    if history_user is None or not isinstance(instance, tuple(approval.TEXT)):
        return
    posts = _posts_of(instance).filter(state=State.SCHEDULED)
    seen = approval.counts_as_seen(history_user)
    if posts.exists() and not seen and approval.is_edit(history_instance):
        _take_back(posts)


def notice_choice(paper: Paper, user: User) -> None:
    """Take scheduled posts back after a choice of evidence. `evidence_choices` calls it."""
    if not approval.counts_as_seen(user):
        _take_back(Post.objects.filter(pk__in=approval.scheduled_with(paper).values("pk")))


def _posts_of(row: Model) -> QuerySet[Post]:
    if isinstance(row, Section):
        return Post.objects.filter(pk__in=approval.scheduled_with(row.paper).values("pk"))
    return Post.objects.filter(pk=row.post_id if isinstance(row, Entry) else row.pk)


@transaction.atomic
def _take_back(posts: QuerySet[Post]) -> None:
    reason = reasons.EDITED if settings.FOUR_EYES else reasons.EDITED_BY_ANOTHER
    for post in posts.select_for_update(skip_locked=True):
        steps.back_to_review(post, stored(reason))
