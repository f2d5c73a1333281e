"""The editors' first page: the work that waits."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext as _

from digest.admin.days import Day
from digest.models import Post, State
from papers.models import (
    Job,
    JobState,
    Listing,
    Paper,
    Proposal,
    ProposalState,
    Report,
    SourceState,
)

SHOWN_POSTS = 8


def overview(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the context what needs a person, the newest listed day, and the posts to work on.

    These posts are unfinished, or have changes that readers do not see yet.
    """
    if request.user.has_perm("papers.view_job"):
        context["failed_jobs"] = Job.objects.filter(state=JobState.FAILED).count()
    if request.user.has_perm("papers.view_sourcestate"):
        context["stopped_sources"] = SourceState.objects.filter(stopped=True)
    if request.user.has_perm("papers.view_paper"):
        context["newer_papers"] = Paper.objects.filter(version__gt=F("public_version")).count()
    if request.user.has_perm("papers.view_proposal"):
        context["withdrawals"] = Proposal.objects.filter(
            state=ProposalState.OPEN, field="withdrawn"
        ).select_related("paper")
    if request.user.has_perm("papers.view_report"):
        context["open_reports"] = Report.objects.open().count()
    if request.user.has_perm("papers.view_listing"):
        newest = Listing.objects.order_by("day").last()
        context["day"] = Day.of(newest.day) if newest else None
    if request.user.has_perm("digest.view_post"):
        posts = Post.objects.all()
        unfinished = posts.exclude(state__in=[State.PUBLISHED, State.WITHDRAWN])
        context["post_lists"] = [
            (unfinished[:SHOWN_POSTS], _("Posts in work")),
            (posts.changed()[:SHOWN_POSTS], _("Changed since published")),
        ]
    return context
