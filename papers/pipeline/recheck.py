"""Chooses which papers to ask arXiv about each night, for a newer version or a withdrawal.

A newer version is stored at once. A withdrawal becomes a proposal, because a person decides what
readers are told (`Paper.offer`). arXiv's results change once a day
(info.arxiv.org/help/api/user-manual).
"""

from __future__ import annotations

from django.db.models import F, Q

from papers import jobs
from papers.clock import now
from papers.models import Paper, Section
from papers.pipeline.arxiv_facts import ask_all

A_NIGHT = 3_000  # papers: 30 requests, about two minutes at one in 3 seconds


def recheck() -> jobs.Result:
    """Ask arXiv about the papers that it was asked about longest ago.

    Each response is stored before the next request, so a second attempt continues from there.
    Raises as `ask_all` does.
    """
    return ask_all(longest_unasked())


def longest_unasked() -> list[str]:
    """Return ids of papers that arXiv was not asked about today (UTC), never-asked ones first.

    These are public papers, and papers whose facts arXiv did not know yet.
    """
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    public = Q(pk__in=Section.objects.public().values("paper"))
    unasked = Paper.objects.filter(Q(arxiv_checked_at=None) | Q(arxiv_checked_at__lt=today))
    in_order = unasked.order_by(F("arxiv_checked_at").asc(nulls_first=True), "pk")
    ids = in_order.values_list("arxiv_id", flat=True)
    # Many papers that were never asked about do not push the published ones out of the night.
    unknown = list(ids.filter(~public, version=None)[: A_NIGHT // 2])
    return [*ids.filter(public)[: A_NIGHT - len(unknown)], *unknown]
