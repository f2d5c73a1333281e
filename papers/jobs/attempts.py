"""One attempt at a job, from its claim to its end.

An attempt is counted and committed before the work begins, so an attempt that kills its worker
counts too. A lock held while a job runs proves that its worker lives. A running job whose lock is
free has died. Celery retries nothing: a retryable failure gets its next time here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from papers import log_context
from papers.clock import now
from papers.jobs import locks
from papers.jobs.outcomes import PermanentFailure, Postponed, Result
from papers.models import Job, JobState, Run, RunOutcome, Subject, WaitsFor
from papers.sources.errors import SourceBusy, SourceDown, SourceError
from papers.sources.items import Remark

Step = Callable[[Subject], Mapping[str, int] | Result]
"""Does a job's work from its subject and returns its result. It must be safe to run again."""

ATTEMPTS = 3
SHOWN_REMARKS = 50

logger = logging.getLogger(__name__)


def run(job_id: int, steps: Mapping[str, Step]) -> None:
    """Make one attempt at a job if it is due and nobody works on it. Otherwise do nothing."""
    with log_context.job(job_id), locks.working_on(job_id) as alone:
        attempt = _claim(job_id) if alone else None
        if attempt:
            with log_context.run(attempt.pk, attempt.job.request_id):
                _end(attempt, _work(attempt.job, steps))


@transaction.atomic(durable=True)
def _claim(job_id: int) -> Run | None:
    claimed = (
        Job.objects.runnable()
        .filter(pk=job_id)
        .update(state=JobState.RUNNING, attempts=F("attempts") + 1, next_at=None, reason="")
    )
    if not claimed:
        return None
    return Run.objects.create(job=Job.objects.get(pk=job_id), started_at=now())


@dataclass(frozen=True, slots=True)
class _Ending:
    outcome: RunOutcome
    message: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    remarks: Sequence[Remark] = ()
    retryable: bool = True
    retry_at: datetime | None = None
    waits_for: WaitsFor = WaitsFor.NOTHING


def _work(job: Job, steps: Mapping[str, Step]) -> _Ending:
    try:
        result = steps[job.kind](job.subject)
        if not isinstance(result, Result):
            result = Result(result)
        return _Ending(RunOutcome.DONE, counts=result.counts, remarks=result.remarks)
    except SourceBusy as error:
        wait = WaitsFor.SOURCE
        return _Ending(RunOutcome.WAITING, str(error), retry_at=error.retry_at, waits_for=wait)
    except Postponed as error:
        wait = error.waits_for
        return _Ending(RunOutcome.WAITING, str(error), retry_at=error.retry_at, waits_for=wait)
    except SourceDown as error:
        return _Ending(RunOutcome.FAILED, str(error))
    except (SourceError, PermanentFailure) as error:
        return _Ending(RunOutcome.FAILED, str(error), retryable=False)
    except (KeyboardInterrupt, SystemExit):  # Its worker must end, so the attempt has died.
        raise
    except BaseException as error:  # A panic in a Rust library is not an Exception.
        logger.exception("%s %s", job.kind, job.subject)
        return _Ending(RunOutcome.FAILED, f"{type(error).__name__}: {error}")


def reap() -> int:
    """End the attempts whose worker has died. Return how many."""
    running = Job.objects.filter(state=JobState.RUNNING).values_list("pk", flat=True)
    return sum(map(_reap, running))


@transaction.atomic
def _reap(job_id: int) -> bool:
    if not locks.nobody_works_on(job_id):
        return False
    attempt = Run.objects.filter(job=job_id, ended_at=None).select_related("job").first()
    if attempt is None:
        return False
    with log_context.job(job_id), log_context.run(attempt.pk, attempt.job.request_id):
        return _end(attempt, _Ending(RunOutcome.DIED, "its worker died"))


@transaction.atomic
def _end(attempt: Run, ending: _Ending) -> bool:
    """Record how an attempt ended and what follows for its job. Only the first caller counts."""
    ended = Run.objects.filter(pk=attempt.pk, ended_at=None).update(
        ended_at=now(),
        outcome=ending.outcome,
        message=ending.message,
        counts=dict(ending.counts),
        remarks=[remark.as_json() for remark in ending.remarks[:SHOWN_REMARKS]],
        waits_for=ending.waits_for,
    )
    if ended:
        if ending.outcome == RunOutcome.WAITING:
            _join(attempt, ending)
        job = Job.objects.select_for_update().get(pk=attempt.job_id)
        _follow(job, ending)
        job.enqueued_at = None
        job.save(update_fields=["state", "attempts", "next_at", "reason", "enqueued_at"])
        _log(job, ending)
    return bool(ended)


def _log(job: Job, ending: _Ending) -> None:
    failed = ending.outcome in {RunOutcome.FAILED, RunOutcome.DIED}
    level = logging.WARNING if failed else logging.INFO
    told = ending.message or dict(ending.counts)
    logger.log(level, "%s %s: %s: %s", job.kind, job.subject, ending.outcome.value, told)


def _join(attempt: Run, ending: _Ending) -> None:
    """Merge waits for the same thing in a row into one row, which begins with the first wait."""
    before = Run.objects.filter(job=attempt.job_id, pk__lt=attempt.pk).first()
    if before and (before.outcome, before.waits_for, before.message) == (
        RunOutcome.WAITING,
        ending.waits_for,
        ending.message,
    ):
        Run.objects.filter(pk=attempt.pk).update(started_at=before.started_at)
        before.delete()


def _follow(job: Job, ending: _Ending) -> None:
    job.reason = ending.message if ending.outcome != RunOutcome.DONE else ""
    if ending.outcome == RunOutcome.DONE:
        _finish(job, JobState.DONE)
    elif ending.retry_at:  # A postponed job: this attempt does not count.
        job.state, job.next_at = JobState.WAITING, ending.retry_at
        job.attempts -= 1
    elif ending.retryable and job.attempts < ATTEMPTS:
        wait = settings.JOB_RETRY_WAIT_S * 4 ** (job.attempts - 1)
        job.state, job.next_at = JobState.WAITING, now() + timedelta(seconds=wait)
    else:
        if ending.retryable:
            job.reason = f"{ending.message} (attempt {job.attempts} of {ATTEMPTS})"
        _finish(job, JobState.FAILED)


def _finish(job: Job, state: JobState) -> None:
    """End a job, or make it due again if it was asked for while it ran."""
    if job.next_at:
        job.state, job.attempts = JobState.DUE, 0
    else:
        job.state = state
