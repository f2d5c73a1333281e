"""What readers see at once, without publishing, and who may change it.

Tags of posts, and tags and facts of papers, have no public copy. Where readers see them, or will
see them by themselves at a set time, only people who may publish change them.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, QuerySet
from taggit.models import Tag

from digest.models import Entry, Post, PostQuerySet, State, published_papers
from digest.publishing import approval
from papers.models import Paper, Section


def may_change(user: User | AnonymousUser, row: Post | Paper | Tag) -> bool:
    """Return whether a user may change what readers see of the row at once."""
    return approval.may_publish(user) or not _is_live(row)


def live_posts() -> PostQuerySet:
    """Return the posts that readers see, or will see without another step."""
    return Post.objects.filter(state__in=[State.PUBLISHED, State.SCHEDULED])


def live_papers() -> QuerySet[Paper]:
    """Return the papers that have public text, or stand in a live post."""
    entries = Entry.objects.filter(paper=OuterRef("pk"), post__in=live_posts())
    texts = Section.objects.public().filter(paper=OuterRef("pk"))
    return Paper.objects.filter(Exists(entries) | Exists(texts))


def has_page(paper: Paper) -> bool:
    """Return whether readers have a page of the paper."""
    return published_papers().filter(pk=paper.pk).exists()


def _is_live(row: Post | Paper | Tag) -> bool:
    """Ask the stored row. An older version of it knows nothing of today."""
    if isinstance(row, Post):
        return live_posts().filter(pk=row.pk).exists()
    if isinstance(row, Paper):
        return live_papers().filter(pk=row.pk).exists()
    return live_posts().filter(tags=row).exists() or live_papers().filter(tags=row).exists()
