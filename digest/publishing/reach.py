"""When readers and feeds get a post, and until when it can be taken back before feeds have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from digest.models import Post, State
from papers.clock import now


@dataclass(frozen=True, slots=True)
class Reach:
    public_at: datetime
    """When its page is public. A post that was public before keeps that time."""
    feeds_at: datetime | None
    """When the feeds have it. None if they never will, because it fills an old gap."""

    @classmethod
    def of(cls, post: Post, at: datetime | None = None) -> Reach:
        """Return what publishing the post `at` (default: now) means, or meant. It is one query."""
        public_at = post.published_at or at or now()
        reach = timedelta(days=settings.CATCH_UP_DAYS)
        later = Post.objects.published().filter(
            date__gt=post.date + reach, published_at__lte=public_at
        )
        is_old = later.exclude(pk=post.pk).exists()
        return cls(public_at, None if is_old else public_at + settings.FEED_DELAY)

    @property
    def can_be_taken_back(self) -> bool:
        """Return whether a post published now, or already, can be taken back before feeds have it.

        Where the feeds never have it, it is withdrawn like any other.
        """
        return self.feeds_at is not None and now() < self.feeds_at


def taken_back_until(post: Post) -> datetime | None:
    """Return until when a published post can be taken back, or None if that is over.

    What the feeds never have is withdrawn like any other.
    """
    if post.state != State.PUBLISHED or post.published_at is None:
        return None
    if now() >= post.published_at + settings.FEED_DELAY:
        return None  # Without a query, which the page of every older post would need.
    return Reach.of(post).feeds_at
