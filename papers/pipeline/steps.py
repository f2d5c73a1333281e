"""What each kind of job does. Every step may run again and changes nothing the second time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from papers import jobs
from papers.clock import now
from papers.models import Job, JobKind, Paper, Run, RunOutcome, Subject, WaitsFor
from papers.pipeline import checking, cross_check, extractive_drafts, full_texts, ingest
from papers.pipeline.arxiv_facts import ask_all
from papers.pipeline.model_drafts import draft_with_model
from papers.pipeline.recheck import recheck
from papers.sources.daily import DAILY
from papers.sources.errors import SourceDown, SourceError

_LONGEST_WAIT = timedelta(hours=6)  # arXiv's worker may be away for days.
_LONGEST_PAUSE = timedelta(minutes=15)


def ingest_day(subject: Subject) -> Counter[str]:
    """Store what the sources list for a day, or one of them. If one failed, all are asked again."""
    if subject.source and subject.source not in DAILY:
        raise jobs.PermanentFailure(f"no source {subject.source} is known here")
    done = ingest.ingest_day(_day(subject), subject.source)
    if done.failures:  # A retryable failure, if there is one, decides when the day is tried again.
        down = (error for error in done.failures if isinstance(error, SourceDown))
        raise next(down, done.failures[0])
    return done.counts


def arxiv_metadata(subject: Subject) -> jobs.Result:
    """Store what arXiv says of one paper, or of a day's papers that it has told nothing of.

    When arXiv was last asked decides when this job is due (`ingest`), not what it asks: a person
    who tries it again wants arXiv to be asked. An attempt that goes on after others asks only about
    papers that these did not reach.
    """
    if subject.arxiv_id:
        return ask_all([subject.arxiv_id])
    papers = Paper.objects.filter(listings__day=_day(subject), version=None).distinct()
    reached = Q(arxiv_checked_at__gte=_began(subject))
    in_order = papers.exclude(reached).order_by(F("arxiv_checked_at").asc(nulls_first=True), "pk")
    return ask_all(list(in_order.values_list("arxiv_id", flat=True)))


def _began(subject: Subject) -> datetime:
    """Return when the first of the attempts began that wait and go on up to this one."""
    asking = Job.objects.filter(kind=JobKind.ARXIV_METADATA).about(subject)
    runs = Run.objects.filter(job__in=asking)
    ended = runs.exclude(outcome=RunOutcome.WAITING).exclude(ended_at=None).first()
    first = runs.filter(pk__gt=ended.pk if ended else 0).last()
    return first.started_at if first else now()


def full_text(subject: Subject) -> Counter[str]:
    """Read a paper's full text, and queue a draft of what it says beyond the abstract.

    A form that comes after another one was read is checked against, and no draft is paid for anew.
    Raises jobs.Postponed if there is no text yet and there may be one within two days, and
    SourceError if a source is away and no text is whole: the job tries again for the rest.
    """
    paper = _paper(subject)
    if paper.version is None:
        ask_all([paper.arxiv_id])
        paper.refresh_from_db()
    known = _readable(paper)
    try:
        text = full_texts.fetch(paper)
    except SourceError:
        if _readable(paper) and not known:  # A part counts until the job has the rest.
            _use_text(paper, again=True)
        raise
    if text is None:
        if again_at := full_texts.first_try(paper):
            raise jobs.Postponed("its full text is not there yet", again_at)
        return Counter(unreadable=1)
    _use_text(paper, again=not known)
    return Counter({"parts read": len(text.parts), "not the whole": bool(text.gap)})


def _readable(paper: Paper) -> bool:
    return paper.full_texts.filter(version=F("paper__version"), error="").exists()


def _use_text(paper: Paper, *, again: bool) -> None:
    checking.check([paper])
    if settings.AUTO_DRAFT != "never":
        jobs.add(JobKind.DRAFT, Subject(arxiv_id=paper.arxiv_id), again=again)


def draft_paper(subject: Subject) -> Counter[str]:
    """Write a paper's sections: by the model in the site's language, or with its own words.

    A model may be asked for another language, and to write one section again.
    """
    paper = _paper(subject)
    if settings.MODEL_URL:
        _await_full_text(subject)
        language = subject.language or settings.LANGUAGE_CODE
        return draft_with_model(paper, language, subject.section)
    if subject.language or subject.section:
        raise jobs.PermanentFailure("no language model is configured (MODEL_URL, MODEL_NAME)")
    return extractive_drafts.draft([paper])


def _await_full_text(subject: Subject) -> None:
    """Postpone the draft until the paper's full text is read or given up: it is paid for once.

    A draft that has waited too long is made from the abstract. If the text comes after all, it is
    drafted again.
    """
    reading = Job.objects.filter(kind=JobKind.FULL_TEXT).unfinished()
    job = reading.about(Subject(arxiv_id=subject.arxiv_id)).first()
    if job is None:
        return
    moment = now()
    asked_for = job.next_at or moment
    began = min(moment, asked_for, _began_to_wait(subject) or moment)
    end = began + _LONGEST_WAIT
    if moment < end:
        shortest = timedelta(seconds=settings.JOB_RETRY_WAIT_S)
        pause = max(shortest, min(moment - began, _LONGEST_PAUSE))
        raise jobs.Postponed(
            "waiting for the paper's full text",
            min(max(moment, asked_for) + pause, end),
            WaitsFor.FULL_TEXT,
        )


def _began_to_wait(subject: Subject) -> datetime | None:
    """Return when a draft first had to wait for its full text since it was last written."""
    drafting = Job.objects.filter(kind=JobKind.DRAFT).about(subject)
    runs = Run.objects.filter(job__in=drafting)
    written = runs.filter(outcome=RunOutcome.DONE).first()
    waits = runs.filter(outcome=RunOutcome.WAITING, waits_for=WaitsFor.FULL_TEXT)
    first = waits.filter(pk__gt=written.pk if written else 0).last()
    return first.started_at if first else None


def _day(subject: Subject) -> date:
    if subject.day is None:
        raise jobs.PermanentFailure("the job names no day")
    return subject.day


def _paper(subject: Subject) -> Paper:
    paper = Paper.objects.filter(arxiv_id=subject.arxiv_id).first()
    if paper is None:
        raise jobs.PermanentFailure(f"no paper {subject.arxiv_id} is known here")
    if paper.is_taken_down:
        raise jobs.PermanentFailure(f"{subject.arxiv_id} was taken down")
    return paper


def follow_picked(papers: Iterable[Paper]) -> None:
    """Have picked papers read in full (FULL_TEXTS) and drafted (AUTO_DRAFT)."""
    picked = [Subject(arxiv_id=paper.arxiv_id) for paper in papers]
    if settings.FULL_TEXTS != "never":
        jobs.add(JobKind.FULL_TEXT, *picked)
    if settings.AUTO_DRAFT != "never":  # After the full text, which a model waits for.
        jobs.add(JobKind.DRAFT, *picked)


STEPS: dict[str, jobs.Step] = {
    JobKind.INGEST_DAY: ingest_day,
    JobKind.ARXIV_METADATA: arxiv_metadata,
    JobKind.FULL_TEXT: full_text,
    JobKind.DRAFT: draft_paper,
    JobKind.CROSS_CHECK: lambda subject: cross_check.compare(_day(subject)),
    JobKind.RECHECK: lambda subject: recheck(),
}
