"""People ask each other to look at a post, comment on it, request changes, or say that it is right.

A verdict moves the post where its work goes on. It makes nothing public.
"""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from digest.models import Comment, CommentKind, Post, State
from digest.publishing import mails, steps
from digest.publishing.people import name_of
from papers.clock import now


@transaction.atomic
def ask(post: Post, by: User, asked: User | None, text: str = "") -> Comment:
    """Ask a person, or whoever may review, to look at the post. A draft goes to review.

    What readers see, or will see at a set time, stays so meanwhile.
    """
    _lock(post)
    if post.state == State.DRAFT:
        steps.send_to_review(post)
    return _say(post, CommentKind.ASKED, by, text, asked)


@transaction.atomic
def comment(post: Post, by: User, text: str) -> Comment:
    return _say(post, CommentKind.COMMENT, by, text)


@transaction.atomic
def request_changes(post: Post, by: User, text: str) -> Comment:
    """Say what has to change. A post in review is a draft again, a scheduled one in review."""
    _lock(post)
    if post.state == State.IN_REVIEW:
        steps.back_to_draft(post)
    elif post.state == State.SCHEDULED:
        steps.back_to_review(post, _("changes requested"))
    return _say(post, CommentKind.CHANGES, by, text)


@transaction.atomic
def mark_reviewed(post: Post, by: User, text: str, seen: Collection[str]) -> Comment:
    """Say that the post is right as it is. Raises Unapproved if it is not as the person saw it."""
    steps.look_at(post, seen)
    return _say(post, CommentKind.REVIEWED, by, text)


def _lock(post: Post) -> None:
    post.refresh_from_db(from_queryset=Post.objects.select_for_update())


def _say(post: Post, kind: CommentKind, by: User, text: str, asked: User | None = None) -> Comment:
    said = Comment.objects.create(
        post=post,
        kind=kind,
        author=by,
        author_name=name_of(by),
        asked=asked,
        asked_name=name_of(asked) if asked else "",
        text=text,
        made_at=now(),
    )
    mails.announce(said)
    return said
