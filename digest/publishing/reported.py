"""What readers reported, and what an editor answered, as the correction that publishing offers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from digest.models import Correction, Post
from papers.models import Report, ReportState, Section, SectionQuerySet
from papers.models.report import ReportQuerySet
from papers.text.cleaning import fold

MOST = Correction._meta.get_field("text").max_length or 0
SHOWN = 10  # Reports that the page to publish names.


def open_reports(post: Post) -> ReportQuerySet:
    """Return the reports nobody has answered about texts that publishing changes."""
    return _about_changes(post).filter(state=ReportState.OPEN)


def offered(post: Post) -> dict[str, Any]:
    """Return the correction to begin with: what an editor has answered as fixed and not published.

    A reader's own words are offered only if an editor found them right and gave no others.
    """
    fixed = _about_changes(post).filter(state=ReportState.FIXED, public_at=None)
    reports = list(fixed.order_by("decided_at")[:SHOWN])
    papers = {report.paper_id for report in reports}
    said = dict.fromkeys(fold(report.correction or report.text) for report in reports)
    return {
        "text": " / ".join(said)[:MOST],
        "paper": papers.pop() if len(papers) == 1 else None,
    }


def note_public(changed: SectionQuerySet, at: datetime) -> None:
    """Note that readers see what fixed reports put right, as these sections are made public.

    Call it before their texts are. What an editor answered before mending the text waits for it.
    """
    _about(changed).filter(state=ReportState.FIXED, public_at=None).update(public_at=at)


def _about_changes(post: Post) -> ReportQuerySet:
    """Return the reports about sections of the post that readers will see anew."""
    placed = Q(paper__entries__post=post, paper__entries__position__isnull=False)
    return _about(Section.objects.changed().filter(placed)).select_related("paper", "section")


def _about(changed: SectionQuerySet) -> ReportQuerySet:
    meant = Q(section__in=changed.values("pk"))
    whole = Q(section=None, paper__in=changed.values("paper"))
    return Report.objects.filter(meant | whole)
