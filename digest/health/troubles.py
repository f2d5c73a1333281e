"""What is wrong with the site now: workers, the queue, days, the disk, the model's budget."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Min

from digest import ledger
from digest.health import heartbeat, wording
from digest.ledger import State
from papers import jobs
from papers.clock import end_of, now
from papers.models import Job, JobKind, JobState, Run, RunOutcome, Source
from papers.pipeline import model_calls

WAITED = timedelta(minutes=15)
"""For so long a due job may wait while nobody works. A long line is no trouble."""
RECENT_DAYS = 3
LATE = {Source.ARXIV_NEW.value: timedelta(hours=36)}
"""How long after its end (UTC) a source's day may be unread. Announcements settle within 30 h."""
USUALLY_LATE = timedelta(hours=6)
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong. Its texts are translated when they are shown."""

    name: str
    """What is wrong in at most 40 characters: the kind, and after a blank the thing."""
    since: datetime | None = None
    detail: str = ""
    """A figure or a name that a person needs beside the title, the same in every language."""

    @property
    def kind(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def title(self) -> str:
        return wording.title(self.name)

    @property
    def todo(self) -> str:
        return wording.todo(self.kind)


NOT_READY = ("beat", "worker", "arxiv-worker", "queue", "day", "disk")
"""Kinds with which the site does not do its work. The others are news for people."""


def found() -> list[Trouble]:
    """Return all that is wrong now, in fewer than 20 queries."""
    return [*workers(), *queue(), *days(), *disk(), *budget(), *cross_check()]


def workers() -> Iterator[Trouble]:
    """Yield beat if it stands still, else the queues without a worker: beat asks after them."""
    if stopped := heartbeat.beat_stands_still():
        yield Trouble("beat", stopped)
        return
    names = {jobs.DEFAULT_QUEUE: "worker", jobs.ARXIV_QUEUE: "arxiv-worker"}
    for name, since in sorted(heartbeat.silent().items()):
        yield Trouble(names[name], since)


def queue() -> Iterator[Trouble]:
    due = Job.objects.filter(state=JobState.DUE, next_at__lt=now() - WAITED)
    oldest: datetime | None = due.aggregate(at=Min("next_at"))["at"]
    if oldest and not _somebody_works():
        yield Trouble("queue", oldest)


def _somebody_works() -> bool:
    """Return whether a job runs or one has ended lately: between two jobs none runs."""
    last = Run.objects.first()
    if last and (last.ended_at is None or last.ended_at > now() - WAITED):
        return True
    return Job.objects.filter(state=JobState.RUNNING).exists()


def days() -> Iterator[Trouble]:
    """Yield the last days that failed, were never read, or are unfinished long after their end."""
    for day in ledger.days(_first_day(), now().date() - timedelta(days=1)):
        due = end_of(day.date) + LATE.get(day.source, USUALLY_LATE)
        unread = day.state in {State.FAILED, State.MISSED, State.OPEN, State.WAITING}
        if unread and now() >= due:
            yield Trouble(f"day {day.date} {day.source}", due)


def _first_day() -> date:
    return now().date() - timedelta(days=RECENT_DAYS)


def is_looked_at(name: str) -> bool:
    """Return whether a look would find the trouble of this name if it went on."""
    kind, _blank, thing = name.partition(" ")
    return kind != "day" or thing >= f"{_first_day()}"


def disk() -> Iterator[Trouble]:
    """Yield the disk of DISK_DIR if less than DISK_FREE_MB of it is free."""
    free = free_bytes()
    if free is not None and free < settings.DISK_FREE_MB * MB:
        yield Trouble("disk", detail=f"{free // MB:,} MB")


def free_bytes() -> int | None:
    """Return what is free on the disk of DISK_DIR, or None if it cannot be told."""
    try:
        return shutil.disk_usage(settings.DISK_DIR).free
    except OSError:
        return None


def budget() -> Iterator[Trouble]:
    if settings.MODEL_URL and model_calls.tokens_used() >= settings.MODEL_DAILY_TOKENS:
        yield Trouble("budget", detail=f"{settings.MODEL_DAILY_TOKENS:,}")


def cross_check() -> Iterator[Trouble]:
    """Yield the last comparison of a month if it failed, or told what the one before did not."""
    runs = Run.objects.filter(job__kind=JobKind.CROSS_CHECK).exclude(ended_at=None)
    newest = list(runs.exclude(outcome=RunOutcome.WAITING)[:2])
    if newest and _tells_more(*newest):
        yield Trouble("cross-check", newest[0].started_at)


def _tells_more(last: Run, before: Run | None = None) -> bool:
    told = before.remarks if before else []
    return last.outcome != RunOutcome.DONE or any(each not in told for each in last.remarks)
