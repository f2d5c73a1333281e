"""What each kind of job does; every step may run again and changes nothing the second time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from papers import draft, jobs
from papers.clock import now
from papers.model_drafts import draft_with_model
from papers.models import Job, JobKind, JobState, Paper, Run, RunOutcome
from papers.pipeline import full_texts, ingest
from papers.pipeline.arxiv_facts import ask
from papers.pipeline.recheck import recheck
from papers.sources import daily
from papers.sources.base import DayAnswer
from papers.sources.errors import SourceDown, SourceError

_WAITING = "waiting for the paper's full text"
_LONGEST_WAIT = timedelta(hours=6)  # arXiv's worker may be away for days.
_LONGEST_PAUSE = timedelta(minutes=15)


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


def arxiv_metadata(key: str) -> jobs.Result:
    """Store what arXiv says of one paper, or of those of a day that it was not asked about."""
    return jobs.Result(*ask(_ids(key)))


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
    """Write the sections of a paper: by the model in the site's language, or with its own words.

    The key is an id, for a model perhaps with a language and a section to be written anew:
    "2510.06208 ko results".
    """
    arxiv_id, *asked_for = key.split(" ")
    paper = _known(arxiv_id)
    if settings.MODEL_URL:
        _await_full_text(arxiv_id, key)
        language, kind = [*asked_for, "", ""][:2]
        return draft_with_model(paper, language or settings.LANGUAGE_CODE, kind)
    if asked_for:
        raise jobs.Impossible("no language model is configured (MODEL_URL, MODEL_NAME)")
    return draft.draft([paper])


def _await_full_text(arxiv_id: str, key: str) -> None:
    """Come back when the paper's full text is read, or will not be: a draft is paid for once.

    Who has waited for long drafts from the abstract: a text that comes after all is drafted anew.
    """
    unfinished = [JobState.DUE, JobState.RUNNING, JobState.WAITING]
    job = Job.objects.filter(kind=JobKind.FULL_TEXT, key=arxiv_id, state__in=unfinished).first()
    if job is None:
        return
    moment = now()
    asked_for = job.next_at or moment
    began = min(moment, asked_for, _began_to_wait(key) or moment)
    end = began + _LONGEST_WAIT
    if moment < end:
        shortest = timedelta(seconds=settings.JOB_RETRY_WAIT_S)
        pause = max(shortest, min(moment - began, _LONGEST_PAUSE))
        raise jobs.NotYet(_WAITING, min(max(moment, asked_for) + pause, end))


def _began_to_wait(key: str) -> datetime | None:
    """When a draft first had to wait for its full text, since it was last written."""
    runs = Run.objects.filter(job__kind=JobKind.DRAFT, job__key=key)
    written = runs.filter(outcome=RunOutcome.DONE).first()
    waits = runs.filter(outcome=RunOutcome.WAITING, message=_WAITING)
    first = waits.filter(pk__gt=written.pk if written else 0).last()
    return first.started_at if first else None


def _known(key: str) -> Paper:
    paper = Paper.objects.filter(arxiv_id=key).first()
    if paper is None:
        raise jobs.Impossible(f"no paper {key} is known here")
    return paper


def follow_picked(papers: Iterable[Paper]) -> None:
    """Have what an editor picked read in full (FULL_TEXTS) and drafted (AUTO_DRAFT)."""
    ids = [paper.arxiv_id for paper in papers]
    if settings.FULL_TEXTS != "never":
        jobs.add(JobKind.FULL_TEXT, *ids)
    if settings.AUTO_DRAFT != "never":  # After the other, which a model waits for.
        jobs.add(JobKind.DRAFT, *ids)


STEPS: dict[str, jobs.Step] = {
    JobKind.INGEST_DAY: ingest_day,
    JobKind.ARXIV_METADATA: arxiv_metadata,
    JobKind.FULL_TEXT: full_text,
    JobKind.DRAFT: draft_paper,
    JobKind.RECHECK: lambda night: recheck(),
}
