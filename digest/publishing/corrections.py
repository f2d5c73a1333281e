"""A published correction is mended, taken back, and put back. Its feed id stays its own.

While it is taken back its text does not change, so that its id never comes back for other content.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from simple_history.utils import update_change_reason

from digest.models import Correction, Post
from digest.publishing import reasons
from papers.clock import now
from papers.editing.reasons import stored
from papers.models import Paper


@transaction.atomic
def take_back(correction: Correction, user: User) -> None:
    """Stop telling readers of it. Its row, its id and its history are kept."""
    _tell(correction, user, now(), stored(reasons.CORRECTION_TAKEN_BACK))


@transaction.atomic
def put_back(correction: Correction, user: User) -> None:
    """Tell readers of it again, as before."""
    _tell(correction, user, None, stored(reasons.CORRECTION_PUT_BACK))


def _tell(correction: Correction, user: User, taken_back_at: datetime | None, reason: str) -> None:
    locked = Correction.objects.select_for_update(of=("self",))
    correction.refresh_from_db(from_queryset=locked)
    if (correction.taken_back_at is None) == (taken_back_at is None):
        return
    correction.taken_back_at, correction._history_user = taken_back_at, user  # type: ignore[attr-defined]
    correction.save(update_fields=["taken_back_at"])
    update_change_reason(correction, reason)
    changed(correction.post_id, correction.paper_id)


@transaction.atomic
def mended(correction: Correction, former_paper: int | None) -> None:
    """Note that readers see another text of it, of which another paper may have been told."""
    correction.mended_at = now()
    Correction.objects.filter(pk=correction.pk).update(mended_at=correction.mended_at)
    changed(correction.post_id, correction.paper_id, former_paper)


def changed(post: int, *papers: int | None) -> None:
    """Move the dates of what shows a correction: its digest, and the papers that it is about."""
    at = now()
    Post.objects.published().filter(pk=post).update(updated_at=at)
    about = Paper.objects.filter(pk__in=[each for each in papers if each])
    about.filter(public_changed_at__isnull=False).update(public_changed_at=at)
