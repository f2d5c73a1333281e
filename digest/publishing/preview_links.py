"""Secret addresses that show a post before it is public: who gets to see what, and how long.

Nothing here writes anything for a token that is not a living link's.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from enum import Enum, auto

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from digest.audit import record
from digest.models import Act, PinnedPage, Post, PreviewLink, State
from papers.clock import now

TOKEN_BYTES = 20
_TOKEN = re.compile(f"[0-9a-f]{{{2 * TOKEN_BYTES}}}")
MOST_LIVING = 20
"""Links of one post that live at the same time."""
_BEFORE = frozenset({State.DRAFT, State.IN_REVIEW, State.SCHEDULED})


class LinkRefused(Exception):
    """No link can be made of this post now. The message says why."""


class Shown(Enum):
    """What a living link leads to."""

    PREVIEW = auto()
    PUBLIC_PAGE = auto()
    NOTHING = auto()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def can_be_shown(post: Post) -> bool:
    """Return whether there is anything about the post that the public does not see yet."""
    return post.state in _BEFORE or (post.is_public and _has_changes(post))


@transaction.atomic
def make(
    post: Post, user: User, *, recipient: str = "", pages: Iterable[PinnedPage] = ()
) -> tuple[PreviewLink, str]:
    """Store a new link, and return it with its token, which nobody can be told again.

    With `pages` it is pinned to them, else it follows the post. Raises LinkRefused.
    """
    stored = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    _refuse(stored)
    _forget_pages()
    token, at, pages = secrets.token_hex(TOKEN_BYTES), now(), list(pages)
    link = PreviewLink.objects.create(
        post=stored,
        token_hash=hash_of(token),
        recipient=recipient,
        is_pinned=bool(pages),
        of_changes=stored.is_public,
        made_by=user,
        made_at=at,
        expires_at=at + settings.PREVIEW_LIFE,
    )
    for page in pages:
        page.link = link
    PinnedPage.objects.bulk_create(pages)
    record(Act.CREATED, link, person=user)
    return link, token


def _refuse(post: Post) -> None:
    if not can_be_shown(post):
        raise LinkRefused(
            _("There is nothing to preview: readers see all of this post, or it was withdrawn.")
        )
    if PreviewLink.objects.living().filter(post=post, public_at=None).count() >= MOST_LIVING:
        raise LinkRefused(_("This post has too many preview links. Revoke one first."))


def _forget_pages() -> None:
    """Delete the pages of all links that show them no more."""
    ended = Q(link__expires_at__lte=now()) | Q(link__public_at__isnull=False)
    PinnedPage.objects.filter(ended | Q(link__revoked_at__isnull=False)).delete()


def find(token: str) -> PreviewLink | None:
    """Return the living link of a token, if its maker may still see the post.

    The hash is looked up, so the time that takes says nothing about tokens that are near it.
    """
    if not _TOKEN.fullmatch(token):
        return None
    links = PreviewLink.objects.living().select_related("post", "made_by")
    link = links.filter(token_hash=hash_of(token)).first()
    return link if link and may_see(link.made_by) else None


def may_see(user: User | None) -> bool:
    """Return whether an editor may see posts that are not public."""
    if user is None or not user.is_staff:
        return False
    return user.has_perm("digest.view_post") or user.has_perm("digest.change_post")


def shown(link: PreviewLink) -> Shown:
    """Return what a living link leads to now."""
    post = link.post
    if post.is_public:
        waits = link.of_changes and link.public_at is None and _has_changes(post)
        return Shown.PREVIEW if waits else Shown.PUBLIC_PAGE
    waits = post.state in _BEFORE and link.public_at is None
    return Shown.PREVIEW if waits else Shown.NOTHING


def _has_changes(post: Post) -> bool:
    return Post.objects.changed().filter(pk=post.pk).exists()


def count_opening(link: PreviewLink) -> None:
    """Count that somebody opened the page."""
    PreviewLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, last_opened_at=now())


@transaction.atomic
def revoke(link: PreviewLink, user: User) -> None:
    """End a link at once. One that was revoked keeps who did it and when."""
    living = PreviewLink.objects.filter(pk=link.pk, revoked_at=None)
    if living.update(revoked_at=now(), revoked_by=user):
        record(Act.REVOKED, link, person=user)
    link.pages.all().delete()


def note_public(post: Post, at: datetime) -> None:
    """Note that all that the post's links show went public: they show no later change."""
    PreviewLink.objects.filter(post=post, public_at=None).update(public_at=at)
