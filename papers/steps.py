"""What each kind of job does; every step may run again and changes nothing the second time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import transaction

from papers import draft, ingest, jobs
from papers.metadata import store_records
from papers.models import JobKind, Paper
from papers.sources import arxiv
from papers.sources.base import DayAnswer, SourceDown, SourceError
from papers.sources.daily import DAILY


def ingest_day(key: str) -> Counter[str]:
    """Store what the sources list for a day, and add the jobs that follow from it.

    One that fails holds up no other: they are stored, and all are asked again when the job is.
    """
    counts: Counter[str] = Counter()
    failures: list[SourceError] = []
    for fetch in DAILY.values():
        try:
            counts += _store(fetch(date.fromisoformat(key)))
        except SourceError as error:
            failures.append(error)
    if failures:  # What time may cure decides when the day is tried again.
        raise next((error for error in failures if isinstance(error, SourceDown)), failures[0])
    return counts


def _store(answer: DayAnswer) -> Counter[str]:
    with transaction.atomic():  # What follows is due if and only if the day is stored.
        counts = ingest.store(answer)
        if counts["listings added"]:
            jobs.add(JobKind.ARXIV_METADATA, answer.day.isoformat(), again=True)
            if settings.AUTO_DRAFT == "all":
                jobs.add(JobKind.DRAFT, *(found.arxiv_id for found in answer.papers))
    listed = {"listed": len(answer.papers), "refused": len(answer.refusals)}
    return Counter(listed) + counts


def arxiv_metadata(key: str) -> Counter[str]:
    """Store what arXiv says of one paper, or of those of a day that it was not asked about."""
    counts: Counter[str] = Counter()
    for reading in arxiv.fetch(_ids(key)):
        counts += store_records(reading.records)[1]
        counts += Counter({"refused": len(reading.refusals), "missing": len(reading.missing)})
    return counts


def _ids(key: str) -> list[str]:
    try:
        day = date.fromisoformat(key)
    except ValueError:
        return [key]
    papers = Paper.objects.filter(listings__day=day, version=None).order_by("pk")
    return list(papers.values_list("arxiv_id", flat=True).distinct())


def draft_paper(key: str) -> Counter[str]:
    """Write the missing sections of a paper."""
    papers = Paper.objects.filter(arxiv_id=key)
    if not papers:
        raise jobs.Impossible(f"no paper {key} is known here")
    return draft.draft(papers)


def draft_picked(papers: Iterable[Paper]) -> None:
    """Have papers drafted that an editor picked, unless AUTO_DRAFT says never."""
    if settings.AUTO_DRAFT != "never":
        jobs.add(JobKind.DRAFT, *(paper.arxiv_id for paper in papers))


STEPS: dict[str, jobs.Step] = {
    JobKind.INGEST_DAY: ingest_day,
    JobKind.ARXIV_METADATA: arxiv_metadata,
    JobKind.DRAFT: draft_paper,
}
