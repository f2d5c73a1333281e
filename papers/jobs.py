"""Work that is due: PostgreSQL holds it, Celery carries it, and Redis may forget it all.

An attempt is counted and committed before the work begins, so that one which kills its worker
counts too. A lock held while a job runs proves that its worker lives; a running job whose lock is
free has died. Celery retries nothing: what failed and may be cured gets its next time here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from kombu.exceptions import OperationalError

from papers import locks
from papers.clock import now
from papers.models import Job, JobKind, JobQuerySet, JobState, Run, RunOutcome
from papers.sources.base import SourceBusy, SourceDown, SourceError


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to, where counts alone do not tell it."""

    counts: Mapping[str, int]
    remarks: Sequence[str] = ()
    """As what was refused, and why: a line each."""


Step = Callable[[str], Mapping[str, int] | Result]
"""Does a job's work from its key, safe to run again; answers what it came to."""

SHOWN_REMARKS = 50

ATTEMPTS = 3
ARXIV_QUEUE = "arxiv"
DEFAULT_QUEUE = "celery"
ASKS_ARXIV = (JobKind.ARXIV_METADATA, JobKind.FULL_TEXT, JobKind.RECHECK)
# A queue is kept short: messages that wait longer than a minute are sent again.
IN_A_QUEUE = 50
LAST = 9  # Redis counts from 0: neither a sweep nor a publication waits behind a queue of jobs.

logger = logging.getLogger(__name__)

# Asked for again while it runs, a job keeps the time asked for, and is due again at its end.
_ADD = """
    INSERT INTO papers_job AS job (kind, key, next_at)
    SELECT %(kind)s, key, at
    FROM unnest(%(keys)s::text[], %(times)s::timestamptz[]) AS asked_for (key, at)
    ON CONFLICT (kind, key) DO UPDATE SET
        next_at = excluded.next_at,
        state = CASE job.state WHEN 'running' THEN 'running' ELSE 'due' END,
        attempts = CASE job.state WHEN 'running' THEN job.attempts ELSE 0 END,
        handed_at = NULL,
        reason = ''
    WHERE %(again)s AND job.state NOT IN ('due', 'waiting')
"""


class Impossible(Exception):
    """A job that time does not cure; the message says why."""


class NotYet(Exception):
    """A job that has to wait for something, until `retry_at`; the message says for what.

    No attempt is counted, and waits for the same thing in a row are one Run.
    """

    def __init__(self, message: str, retry_at: datetime) -> None:
        super().__init__(message)
        self.retry_at = retry_at


def add(kind: JobKind, *keys: str, again: bool = False, spacing: timedelta = timedelta(0)) -> int:
    """Make jobs due, in this order, `spacing` apart; answer how many became due by this call.

    A job that is known stays as it is; with `again`, one that is done or has failed is due anew,
    and one that runs is once more when it ends. Belongs to the current transaction: the queue hears
    of them once it is committed, and a queue that is down does no harm.
    """
    start = now()
    keys = tuple(dict.fromkeys(keys))
    times = [start + number * spacing for number in range(len(keys))]
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD, {"kind": kind.value, "keys": list(keys), "times": times, "again": again}
        )
        added: int = cursor.rowcount
    transaction.on_commit(hand_out)
    return added


def retry(jobs: JobQuerySet) -> int:
    """Make jobs that do not run due now, with all their attempts: a person asks for it."""
    again = jobs.exclude(state=JobState.RUNNING).update(
        state=JobState.DUE, attempts=0, next_at=now(), handed_at=None, reason=""
    )
    transaction.on_commit(hand_out)
    return again


def hand_out() -> int:
    """Tell the queues of jobs whose time has come, in order; answer of how many.

    Of a job that nobody took within JOB_HANDED_WAIT_S the queue is told again.
    """
    runnable = Job.objects.runnable()
    return _send(ARXIV_QUEUE, _take(runnable.filter(kind__in=ASKS_ARXIV))) + _send(
        DEFAULT_QUEUE, _take(runnable.exclude(kind__in=ASKS_ARXIV))
    )


@transaction.atomic
def _take(runnable: JobQuerySet) -> list[int]:
    untaken = now() - timedelta(seconds=settings.JOB_HANDED_WAIT_S)
    room = IN_A_QUEUE - runnable.filter(handed_at__gt=untaken).count()
    if room <= 0:
        return []
    waiting = runnable.filter(Q(handed_at=None) | Q(handed_at__lte=untaken))
    locked = waiting.order_by("next_at", "id").select_for_update(skip_locked=True)
    jobs = list(locked.values_list("pk", flat=True)[:room])
    Job.objects.filter(pk__in=jobs).update(handed_at=now())
    return jobs


def _send(queue: str, jobs: list[int]) -> int:
    try:
        for job_id in jobs:
            current_app.send_task("papers.tasks.run_job", [job_id], queue=queue, priority=LAST)
    except OperationalError as error:
        logger.warning("The queue cannot be reached, its jobs wait: %s", error)
        return 0
    return len(jobs)


def run(job_id: int, steps: Mapping[str, Step]) -> None:
    """Make one attempt at a job, if it is due and nobody works on it; else do nothing."""
    with locks.working_on(job_id) as alone:
        attempt = _claim(job_id) if alone else None
        if attempt:
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
    curable: bool = True
    retry_at: datetime | None = None


def _work(job: Job, steps: Mapping[str, Step]) -> _Ending:
    try:
        result = steps[job.kind](job.key)
        if not isinstance(result, Result):
            result = Result(result)
        remarks = "\n".join(result.remarks[:SHOWN_REMARKS])
        return _Ending(RunOutcome.DONE, remarks, result.counts)
    except (SourceBusy, NotYet) as error:
        return _Ending(RunOutcome.WAITING, str(error), retry_at=error.retry_at)
    except SourceDown as error:
        return _Ending(RunOutcome.FAILED, str(error))
    except (SourceError, Impossible) as error:
        return _Ending(RunOutcome.FAILED, str(error), curable=False)
    except (KeyboardInterrupt, SystemExit):  # Its worker is told to end: the attempt has died.
        raise
    except BaseException as error:  # A panic of a library written in Rust is no Exception.
        logger.exception("%s", job)
        return _Ending(RunOutcome.FAILED, f"{type(error).__name__}: {error}")


def bury() -> int:
    """End the attempts whose worker has died; answer how many."""
    running = Job.objects.filter(state=JobState.RUNNING).values_list("pk", flat=True)
    return sum(map(_bury, running))


@transaction.atomic
def _bury(job_id: int) -> bool:
    if not locks.nobody_works_on(job_id):
        return False
    attempt = Run.objects.filter(job=job_id, ended_at=None).first()
    return attempt is not None and _end(attempt, _Ending(RunOutcome.DIED, "its worker died"))


@transaction.atomic
def _end(attempt: Run, ending: _Ending) -> bool:
    """Record how an attempt ended, and what follows for its job; once, whoever is first."""
    ended = Run.objects.filter(pk=attempt.pk, ended_at=None).update(
        ended_at=now(),
        outcome=ending.outcome,
        message=ending.message,
        counts=dict(ending.counts),
    )
    if ended:
        if ending.outcome == RunOutcome.WAITING:
            _join(attempt, ending.message)
        job = Job.objects.select_for_update().get(pk=attempt.job_id)
        _follow(job, ending)
        job.handed_at = None
        job.save(update_fields=["state", "attempts", "next_at", "reason", "handed_at"])
    return bool(ended)


def _join(attempt: Run, message: str) -> None:
    """Make one row of a wait that is looked after many times: it began when the first look did."""
    before = Run.objects.filter(job=attempt.job_id, pk__lt=attempt.pk).first()
    if before and (before.outcome, before.message) == (RunOutcome.WAITING, message):
        Run.objects.filter(pk=attempt.pk).update(started_at=before.started_at)
        before.delete()


def _follow(job: Job, ending: _Ending) -> None:
    job.reason = ending.message if ending.outcome != RunOutcome.DONE else ""
    if ending.outcome == RunOutcome.DONE:
        _finish(job, JobState.DONE)
    elif ending.retry_at:  # Told to wait: no attempt of this job's.
        job.state, job.next_at = JobState.WAITING, ending.retry_at
        job.attempts -= 1
    elif ending.curable and job.attempts < ATTEMPTS:
        wait = settings.JOB_RETRY_WAIT_S * 4 ** (job.attempts - 1)
        job.state, job.next_at = JobState.WAITING, now() + timedelta(seconds=wait)
    else:
        if ending.curable:
            job.reason = f"{ending.message} (attempt {job.attempts} of {ATTEMPTS})"
        _finish(job, JobState.FAILED)


def _finish(job: Job, state: JobState) -> None:
    """End a job, or make it due anew where it was asked for while it ran."""
    if job.next_at:
        job.state, job.attempts = JobState.DUE, 0
    else:
        job.state = state
