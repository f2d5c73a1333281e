"""The progress of the jobs: numbers, what runs now, and the newest runs' outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils import timezone

from papers.clock import now
from papers.jobs.runs import RunRow, rows
from papers.models import Job, JobState, Run

REFRESH_S = 2
LONGEST_REFRESH_S = 600
SHOWN_RUNS = 5
SHOWN_RUNNING = 20


def again_in(*, busy: bool, next_at: datetime | None) -> int | None:
    """Return the seconds until something may change, or None if nothing will by itself."""
    if busy:
        return REFRESH_S
    if next_at is None:
        return None
    wait = ceil((next_at - now()).total_seconds())
    return min(max(wait, REFRESH_S), LONGEST_REFRESH_S)


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of all jobs. The current work is the unfinished jobs and those ended since `since`."""

    due: int
    running: int
    waiting: int
    failed: int
    done: int
    """Done since `since`."""
    ended: int
    """Done or failed since `since`."""
    since: datetime
    """Midnight (the site's zone), or when the oldest due job became due, if earlier."""
    today: bool
    """Whether `since` is midnight."""
    overdue: datetime | None
    """Since when a due job has been taken by no worker, with none at work; else None."""
    next_waiting: Job | None
    """The waiting job whose time comes first."""
    current: list[Run]
    newest: list[RunRow]

    @classmethod
    def read(cls) -> Progress:
        """Read the counts in 5 queries, however many jobs there are."""
        counts = Job.objects.aggregate(
            **{state: Count("pk", filter=Q(state=state)) for state in _UNFINISHED},
            failed=Count("pk", filter=Q(state=JobState.FAILED)),
            oldest=Min("next_at", filter=Q(state=JobState.DUE)),
        )
        oldest = counts.pop("oldest")
        midnight = timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
        since = min(midnight, oldest or midnight)
        ended = _ended(since)
        runs = Run.objects.select_related("job")
        return cls(
            **counts,
            done=ended[JobState.DONE],
            ended=sum(ended.values()),
            since=since,
            today=since == midnight,
            overdue=overdue(oldest, counts["running"]),
            next_waiting=Job.objects.filter(state=JobState.WAITING).order_by("next_at").first(),
            current=list(runs.filter(ended_at=None).order_by("id")[:SHOWN_RUNNING]),
            newest=rows(runs.exclude(ended_at=None)[:SHOWN_RUNS]),
        )

    @property
    def unfinished(self) -> int:
        return self.due + self.running + self.waiting

    @property
    def total(self) -> int:
        return self.ended + self.unfinished

    @property
    def percent(self) -> int:
        return 100 * self.ended // self.total if self.total else 100

    @property
    def busy(self) -> bool:
        return bool(self.due or self.running)

    @property
    def again_in(self) -> int | None:
        """Return the seconds until these numbers may change, or None if they will not."""
        waiting = self.next_waiting
        return again_in(busy=self.busy, next_at=waiting.next_at if waiting else None)


_UNFINISHED = [JobState.DUE.value, JobState.RUNNING.value, JobState.WAITING.value]


def _ended(since: datetime) -> dict[str, int]:
    """Count the jobs that became done or failed since then."""
    runs = Run.objects.filter(job=OuterRef("pk"), ended_at__gte=since)
    ended = Job.objects.filter(Exists(runs), state__in=[JobState.DONE, JobState.FAILED])
    counts = dict(ended.order_by().values_list("state").annotate(Count("pk")))
    return {JobState.DONE: 0, JobState.FAILED: 0, **counts}


def overdue(oldest: datetime | None, running: int) -> datetime | None:
    """Return since when the oldest due job is due if no worker seems to be there.

    That is so if none runs a job, and none took this one although it was enqueued twice.
    """
    patience = timedelta(seconds=settings.SWEEP_WAIT_S + 2 * settings.JOB_HANDED_WAIT_S)
    return oldest if oldest and not running and oldest < now() - patience else None
