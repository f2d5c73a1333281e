"""What each kind of job does; every step may run again and changes nothing the second time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import transaction

from papers import draft, full_texts, ingest, jobs
from papers.metadata import ask
from papers.models import JobKind, Paper
from papers.recheck import recheck
from papers.sources import daily
from papers.sources.base import DayAnswer, SourceDown, SourceError


def ingest_day(key: str) -> Counter[str]:
    """Store what the sources list for a day, and add the jobs that follow from it.

    One that fails holds up no other: they are stored, and all are asked again when the job is.
    """
    counts: Counter[str] = Counter()
    failures: list[SourceError] = []
    for source in daily.DAILY:
        try:
            counts += _store(daily.fetch(source, date.fromisoformat(key)))
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
    return ask(_ids(key))


def _ids(key: str) -> list[str]:
    try:
        day = date.fromisoformat(key)
    except ValueError:
        return [key]
    papers = Paper.objects.filter(listings__day=day, version=None).order_by("pk")
    return list(papers.values_list("arxiv_id", flat=True).distinct())


def full_text(key: str) -> Counter[str]:
    """Read a paper's full text, and have drafted what it says beyond the abstract."""
    paper = _known(key)
    if paper.version is None:
        ask([key])
        paper.refresh_from_db()
    text = full_texts.fetch(paper)
    if text is None:
        return Counter(unreadable=1)
    if settings.AUTO_DRAFT != "never":
        jobs.add(JobKind.DRAFT, key, again=True)
    return Counter({"parts read": len(text.parts)})


def draft_paper(key: str) -> Counter[str]:
    """Write the missing sections of a paper."""
    return draft.draft([_known(key)])


def _known(key: str) -> Paper:
    paper = Paper.objects.filter(arxiv_id=key).first()
    if paper is None:
        raise jobs.Impossible(f"no paper {key} is known here")
    return paper


def follow_picked(papers: Iterable[Paper]) -> None:
    """Have what an editor picked drafted (AUTO_DRAFT) and read in full (FULL_TEXTS)."""
    ids = [paper.arxiv_id for paper in papers]
    if settings.AUTO_DRAFT != "never":
        jobs.add(JobKind.DRAFT, *ids)
    if settings.FULL_TEXTS != "never":
        jobs.add(JobKind.FULL_TEXT, *ids)


STEPS: dict[str, jobs.Step] = {
    JobKind.INGEST_DAY: ingest_day,
    JobKind.ARXIV_METADATA: arxiv_metadata,
    JobKind.FULL_TEXT: full_text,
    JobKind.DRAFT: draft_paper,
    JobKind.RECHECK: lambda night: recheck(),
}
