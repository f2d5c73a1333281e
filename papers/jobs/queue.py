"""The due jobs: PostgreSQL stores them, and they are enqueued for Celery in order."""

from __future__ import annotations

import logging
from dataclasses import astuple, fields
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from kombu.exceptions import OperationalError

from papers import log_context
from papers.clock import now
from papers.jobs import locks
from papers.models import Job, JobKind, JobQuerySet, JobState, Subject

ARXIV_QUEUE = "arxiv"
DEFAULT_QUEUE = "celery"
ASKS_ARXIV = (JobKind.ARXIV_METADATA, JobKind.FULL_TEXT, JobKind.RECHECK)
# Each queue is short, because a message that waits longer than a minute is sent again.
IN_A_QUEUE = 50
LAST = 9  # Redis counts from 0, so neither a sweep nor a publication waits behind a queue of jobs.

logger = logging.getLogger(__name__)

_SUBJECT = ", ".join(field.name for field in fields(Subject))
# A job that is asked for again while it runs keeps the new time, and is due again when it ends.
_ADD = f"""
    INSERT INTO papers_job AS job (kind, request_id, {_SUBJECT}, next_at)
    SELECT %s, %s, {_SUBJECT}, at
    FROM unnest(
        %s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[]
    ) AS asked_for ({_SUBJECT}, at)
    ON CONFLICT (kind, {_SUBJECT}) DO UPDATE SET
        next_at = excluded.next_at,
        state = CASE job.state WHEN 'running' THEN 'running' ELSE 'due' END,
        attempts = CASE job.state WHEN 'running' THEN job.attempts ELSE 0 END,
        enqueued_at = NULL,
        reason = '',
        request_id = excluded.request_id
    WHERE %s AND job.state NOT IN ('due', 'waiting')
"""  # noqa: S608  # Names of columns, from the fields of a class.


def add(
    kind: JobKind, *subjects: Subject, again: bool = False, spacing: timedelta = timedelta(0)
) -> int:
    """Make jobs due in this order, `spacing` apart. Return how many became due by this call.

    A known job stays as it is. With `again`, a job that is done or has failed is due again, and a
    running job is due once more when it ends. The call belongs to the current transaction: the
    jobs are enqueued when it commits, and a queue that is down does no harm.
    """
    start = now()
    subjects = tuple(dict.fromkeys(subjects))
    if not subjects:
        return 0
    if not spacing:  # All are due now, a microsecond apart: `next_at` keeps their order.
        spacing = timedelta(microseconds=1)
        start -= (len(subjects) - 1) * spacing
    times = [start + number * spacing for number in range(len(subjects))]
    # One order for all: two calls that add the same jobs never wait for each other in a circle.
    rows = sorted(zip(map(astuple, subjects), times, strict=True), key=repr)
    columns = [list(column) for column in zip(*(subject for subject, _ in rows), strict=True)]
    times = [time for _, time in rows]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [kind.value, log_context.request_id(), *columns, times, again])
        added: int = cursor.rowcount
    transaction.on_commit(enqueue_due)
    return added


def retry(jobs: JobQuerySet) -> int:
    """Make jobs that are not running due now, with all their attempts. A person asks for this."""
    again = jobs.exclude(state=JobState.RUNNING).update(
        state=JobState.DUE,
        attempts=0,
        next_at=now(),
        enqueued_at=None,
        reason="",
        request_id=log_context.request_id(),
    )
    transaction.on_commit(enqueue_due)
    return again


def enqueue_due() -> int:
    """Enqueue the due jobs, in order. Return how many.

    A job that no worker takes within JOB_HANDED_WAIT_S is enqueued again.
    """
    runnable = Job.objects.runnable()
    return _send(ARXIV_QUEUE, _take(runnable.filter(kind__in=ASKS_ARXIV))) + _send(
        DEFAULT_QUEUE, _take(runnable.exclude(kind__in=ASKS_ARXIV))
    )


def queues_at_work() -> set[str]:
    """Return the queues whose workers are in the middle of a job."""
    kinds = Job.objects.filter(pk__in=locks.jobs_at_work()).values_list("kind", flat=True)
    return {ARXIV_QUEUE if kind in ASKS_ARXIV else DEFAULT_QUEUE for kind in kinds.distinct()}


@transaction.atomic
def _take(runnable: JobQuerySet) -> list[int]:
    untaken = now() - timedelta(seconds=settings.JOB_HANDED_WAIT_S)
    room = IN_A_QUEUE - runnable.filter(enqueued_at__gt=untaken).count()
    if room <= 0:
        return []
    waiting = runnable.filter(Q(enqueued_at=None) | Q(enqueued_at__lte=untaken))
    locked = waiting.order_by("next_at", "id").select_for_update(skip_locked=True)
    jobs = list(locked.values_list("pk", flat=True)[:room])
    Job.objects.filter(pk__in=jobs).update(enqueued_at=now())
    return jobs


def _send(queue: str, jobs: list[int]) -> int:
    try:
        for job_id in jobs:
            current_app.send_task("papers.tasks.run_job", [job_id], queue=queue, priority=LAST)
    except OperationalError as error:
        logger.warning("The queue cannot be reached, its jobs wait: %s", error)
        return 0
    return len(jobs)
