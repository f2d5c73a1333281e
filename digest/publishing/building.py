"""Builds the draft post of a day from its listed papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from digest.models import Entry, Post
from digest.publishing import gate
from digest.publishing.steps import PublishRefused
from papers.jobs.locks import one_at_a_time
from papers.models import SOURCE_PLACE, Choice, Listing, Paper


def papers_of(day: date, *, top: int | None = None, everything: bool = False) -> list[Paper]:
    """Return papers listed on `day`: the picked ones, the `top` most upvoted, or all.

    Without `top` they are in the source's order. What arXiv announced follows what people listed.
    """
    listings = Listing.objects.filter(day=day)
    excluded = listings.filter(choice=Choice.EXCLUDED).values("paper")
    if top is None and not everything:
        listings = listings.filter(choice=Choice.PICKED)
    votes = [F("upvotes").desc(nulls_last=True)] if top is not None else []
    listings = listings.exclude(paper__in=excluded).select_related("paper")
    listings = listings.order_by(*votes, SOURCE_PLACE, "rank", "pk")
    return list(dict.fromkeys(listing.paper for listing in listings))[:top]


@transaction.atomic
def build(day: date, papers: Iterable[Paper]) -> Post:
    """Make the draft post of `day`.

    Raises PublishRefused if the day has a post already, or if no paper is given.
    """
    one_at_a_time("posts")
    papers = list(papers)
    if not papers:
        raise PublishRefused(_("%(day)s: no paper to build a post from.") % {"day": day})
    existing = Post.objects.filter(date=day).first()
    if existing:
        raise PublishRefused(
            _("%(day)s has a post already: “%(post)s”. Nothing was changed.")
            % {"day": day, "post": existing}
        )
    post = Post(date=day, title=f"{settings.SITE_TITLE} — {day}")
    post.save()
    add_entries(post, papers)
    return post


def add_entries(post: Post, papers: Iterable[Paper]) -> int:
    """Add `papers` to the end of the post, in order, and return how many were added.

    A paper that the post has already stays where it is.
    """
    present = set(post.entries.filter(position__isnull=False).values_list("paper_id", flat=True))
    removed = {entry.paper_id: entry for entry in post.entries.filter(position__isnull=True)}
    new = [paper for paper in papers if paper.pk not in present]
    last = max(post.entries.values_list("position", flat=True), key=lambda p: p or 0, default=0)
    for position, paper in enumerate(new, start=(last or 0) + 1):
        entry = removed.get(paper.pk) or Entry(post=post, paper=paper)
        entry.position = position
        entry.save()
    gate.findings(post)
    return len(new)
