"""Heartbeats: beat sends a task to each queue, and the worker that takes it stores when.

A row that is fresh thus says that beat, the queue, a worker and the database all do their work.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django_celery_beat.models import PeriodicTask

from digest.models import Heartbeat
from papers import jobs
from papers.clock import now

SCHEDULE = "hear from the workers"
SCHEDULES = {
    jobs.DEFAULT_QUEUE: SCHEDULE,
    jobs.ARXIV_QUEUE: "hear from the workers that ask arXiv",
}
"""The beat schedules of each queue's heartbeat (`CELERY_BEAT_SCHEDULE`)."""
QUEUES = tuple(SCHEDULES)
LATE = timedelta(minutes=5)
"""Beat sends a heartbeat a minute. A job may hold a worker longer, but it holds a lock then."""
UNANSWERED = 10
"""Heartbeats that beat may have sent to a queue before any worker was heard from: a site begins."""


def note(queue: str) -> None:
    """Store that a worker of `queue` takes tasks. A name that is no queue's is ignored."""
    if queue in QUEUES:
        Heartbeat.objects.update_or_create(queue=queue, defaults={"at": now()})


def ages() -> dict[str, timedelta]:
    """Return how long ago each queue's worker was heard from; none for a queue that never was."""
    beats = Heartbeat.objects.filter(queue__in=QUEUES).values_list("queue", "at")
    return {queue: now() - at for queue, at in beats}


def silent() -> dict[str, datetime | None]:
    """Return the queues whose workers are silent, with since when; None if it was ever so.

    A worker in the middle of a job is not silent, nor is one that a person lets nobody ask.
    """
    late = Heartbeat.objects.filter(queue__in=QUEUES, at__lt=now() - LATE)
    found = dict.fromkeys(_never_heard_from()) | dict(late.values_list("queue", "at"))
    if found:
        for queue in jobs.queues_at_work() | _unasked():
            found.pop(queue, None)
    return found


def _never_heard_from() -> set[str]:
    """Return the queues that beat has long sent heartbeats to, and no worker ever took one."""
    return _queues_whose(total_run_count__gt=UNANSWERED) - ages().keys()


def _unasked() -> set[str]:
    """Return the queues whose heartbeat somebody has switched off."""
    return _queues_whose(enabled=False)


def _queues_whose(**schedule: Any) -> set[str]:
    found = PeriodicTask.objects.filter(name__in=SCHEDULES.values(), **schedule)
    names = set(found.values_list("name", flat=True))
    return {queue for queue, name in SCHEDULES.items() if name in names}


def beat_stands_still() -> datetime | None:
    """Return when beat last sent heartbeats if that is too long ago, and None if beat runs.

    Beat stores its times every three minutes, and after a start those of before stand so long. But
    who was heard from was asked by beat.
    """
    last: datetime | None = (
        PeriodicTask.objects.filter(name=SCHEDULE, enabled=True)
        .values_list("last_run_at", flat=True)
        .first()
    )
    heard = Heartbeat.objects.filter(queue__in=QUEUES).aggregate(at=Max("at"))["at"]
    last = max(last, heard) if last and heard else last
    return last if last and last < now() - 3 * LATE else None
