"""The steps of a post before it is public: to the second pair of eyes, and back."""

from __future__ import annotations

from django.utils.translation import gettext as _
from simple_history.utils import update_change_reason

from digest.models import Post, State
from digest.publishing import Refused

_BEFORE_PUBLISHING = {State.DRAFT, State.IN_REVIEW, State.SCHEDULED}


def send_to_review(post: Post) -> None:
    _move(post, State.IN_REVIEW, _("sent to review"))


def back_to_draft(post: Post) -> None:
    """Take a post back to its desk; a scheduled one is not published any more."""
    _move(post, State.DRAFT, _("back to draft"))


def _move(post: Post, state: State, reason: str) -> None:
    if post.state not in _BEFORE_PUBLISHING:
        raise Refused(_("“%(post)s” was published already.") % {"post": post})
    post.state, post.scheduled_at = state, None
    post.save()
    update_change_reason(post, reason)
