"""Chooses which days to ask for: open days until they settle, and missed days in order."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from papers import jobs
from papers.clock import now
from papers.jobs.locks import one_at_a_time
from papers.models import Job, JobKind, JobState, RunOutcome, Subject


@transaction.atomic
def poll() -> int:
    """Make the days due that have not settled. Return how many.

    These are today and yesterday (UTC), and the last CATCH_UP_DAYS since the first day ever asked
    for. A day has settled once it was read after its end. An older day that failed waits for a
    person. A second call right after changes nothing.
    """
    one_at_a_time("poll")
    today = now().date()
    reach = today - timedelta(days=max(settings.CATCH_UP_DAYS, 1))
    asked = Job.objects.filter(kind=JobKind.INGEST_DAY, source="")
    # Rows written by a clock that ran ahead count for nothing until that time comes.
    done = Q(runs__outcome=RunOutcome.DONE, runs__started_at__lte=now())
    known = {
        job.day: job
        for job in asked.filter(day__range=(reach, today)).annotate(
            read_at=Max("runs__started_at", filter=done)
        )
        if job.day
    }
    yesterday = today - timedelta(days=1)
    longer = asked.filter(day__lt=reach).exists()
    first = reach if longer else min([*known, yesterday])
    days = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    wanted = [day for day in days if _is_wanted(day, known.get(day), older=day < yesterday)]
    return jobs.add(
        JobKind.INGEST_DAY,
        *map(Subject, wanted),
        again=True,
        spacing=timedelta(seconds=settings.CATCH_UP_WAIT_S),
    )


def _is_wanted(day: date, job: Job | None, *, older: bool) -> bool:
    if job is None:
        return True
    if job.state == JobState.FAILED:
        return not older
    if job.state != JobState.DONE:
        return False
    read_at: datetime | None = job.read_at  # type: ignore[attr-defined]
    if read_at is None:
        return True
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    # Two clocks, or one that jumps, send this twice, so half a pause must have passed.
    return read_at < end and now() - read_at >= settings.POLL_PAUSE / 2
