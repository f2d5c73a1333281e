"""Chooses which papers to ask arXiv about each night, for a newer version or a withdrawal.

While the query API is silent, OAI-PMH tells instead what changed since the papers were last asked
about, for thousands of papers in a few requests. A newer version is stored at once. A withdrawal
becomes a proposal, because a person decides what readers are told (`Paper.offer`). arXiv's results
change once a day (info.arxiv.org/help/api/user-manual).
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.db.models import F, Q

from papers import jobs
from papers.clock import now
from papers.models import Origin, Paper, Section
from papers.pipeline.arxiv_facts import ask_all, note_asked, store_reading
from papers.sources import arxiv_ways, oai
from papers.sources.items import Remark

CHANGES = timedelta(days=4)  # At OAI-PMH some 3,000 records change a day, and a list is bounded.
A_NIGHT = 3_000  # papers: 30 requests, about two minutes at one in 3 seconds


def recheck() -> jobs.Result:
    """Ask arXiv about the papers that it was asked about longest ago.

    Each response is stored before the next request, so a second attempt continues from there.
    Raises as `ask_all` does.
    """
    ids = longest_unasked()
    return ask_what_changed(ids) if arxiv_ways.rests() else ask_all(ids)


def ask_what_changed(ids: list[str]) -> jobs.Result:
    """Store what changed at arXiv of papers that were asked about, at most CHANGES ago.

    Papers that arXiv never told of are asked about one by one, as `ask_all` does.
    """
    told = Paper.objects.filter(arxiv_id__in=ids, arxiv_checked_at__lte=now()).exclude(version=None)
    asked_at = {
        arxiv_id: at for arxiv_id, at in told.values_list("arxiv_id", "arxiv_checked_at") if at
    }
    since = max(min(asked_at.values(), default=now()), now() - CHANGES)
    counts: Counter[str] = Counter()
    remarks: list[Remark] = []
    for reading in oai.changed(since.date(), asked_at.keys()) if asked_at else ():
        asked = store_reading(reading)
        counts.update(asked.counts)
        remarks += asked.refusals
    note_asked([each for each, at in asked_at.items() if at.date() >= since.date()])
    counts["asked"] = len(asked_at)
    others = ask_all([each for each in ids if each not in asked_at])
    counts.update(others.counts)
    return jobs.Result(+counts, [*remarks, *others.remarks])


def longest_unasked() -> list[str]:
    """Return ids of papers that arXiv was not asked about today (UTC), never-asked ones first.

    These are public papers, papers whose facts arXiv did not know yet, and those whose names
    OAI-PMH told as one line: the query API tells them one by one.
    """
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    public = Q(pk__in=Section.objects.public().values("paper"))
    unasked = Paper.objects.filter(Q(arxiv_checked_at=None) | Q(arxiv_checked_at__lt=today))
    in_order = unasked.order_by(F("arxiv_checked_at").asc(nulls_first=True), "pk")
    ids = in_order.values_list("arxiv_id", flat=True)
    # Many papers that were never asked about do not push the published ones out of the night.
    lacking = Q(version=None)
    if not arxiv_ways.is_silent():
        lacking |= Q(origins__authors=Origin.ARXIV_OAI)
    unknown = list(ids.filter(~public, lacking)[: A_NIGHT // 2])
    return [*ids.filter(public)[: A_NIGHT - len(unknown)], *unknown]
