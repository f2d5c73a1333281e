"""Two beats, clocks that jump, a beat that was away: each day is read once, in order, and apart."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from papers import jobs
from papers.clock import now
from papers.models import Job, JobKind, JobState, Run, RunOutcome
from papers.pipeline import polling

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_two_beats_read_each_day_once(crew, sources):
    crew.environment |= {"POLL_MINUTES": "30", "POLL_S": "1"}
    crew.beat("--loglevel=INFO")
    crew.beat("--loglevel=INFO")
    crew.worker("-Q", "celery")
    days = Job.objects.filter(kind=JobKind.INGEST_DAY, state=JobState.DONE)
    crew.wait_until(lambda: days.count() >= 2)
    polls = polls_told(crew)
    crew.wait_until(lambda: polls_told(crew) >= polls + 6)
    keys = days.values_list("day", flat=True)
    assert sources.asked == {(str(day), page): 1 for day in keys for page in "01"}
    assert Run.objects.filter(job__in=days).count() == len(keys)


def polls_told(crew):
    """How often beats have sent the task, both together."""
    return sum(
        crew.said(each).count("Sending due task ask for open days") for each in crew.processes
    )


def test_after_26_hours_without_a_beat_missed_days_come_in_order_and_apart(crew, sources, settings):
    settings.CATCH_UP_WAIT_S = 1
    began = now()
    stopped = began - timedelta(hours=26)
    job = Job.objects.create(
        kind=JobKind.INGEST_DAY, day=stopped.date().isoformat(), state=JobState.DONE
    )
    job.runs.create(started_at=stopped, ended_at=stopped, outcome=RunOutcome.DONE)
    polling.poll()
    crew.worker("-Q", "celery", "--concurrency=1")  # Two that become due late would race.
    crew.beat()
    days = Job.objects.filter(kind=JobKind.INGEST_DAY)
    crew.wait_until(lambda: not days.exclude(state=JobState.DONE).exists())
    keys = list(days.order_by("day").values_list("day", flat=True))
    assert keys == days_from(stopped.date(), len(keys))
    assert keys[-1] >= began.date()
    runs = Run.objects.filter(started_at__gte=began).order_by("started_at")
    assert [run.job.day for run in runs] == keys
    for number, run in enumerate(runs):
        assert run.started_at >= began + timedelta(seconds=number)
    assert sources.asked == {(str(day), page): 1 for day in keys for page in "01"}
    assert polling.poll() == 0


def days_from(first, count):
    return [first + timedelta(days=number) for number in range(count)]


def poll_and_read(clock, *hours_and_minutes):
    """Poll at these times of 8 October (24 and more: the next day), and read what is due."""
    for hour, minute in hours_and_minutes:
        clock.move_to(datetime(2025, 10, 8, tzinfo=UTC) + timedelta(hours=hour, minutes=minute))
        polling.poll()
        for job in Job.objects.runnable():
            jobs.run(job.pk, {JobKind.INGEST_DAY: lambda day: {}})


def reads(day):
    """The times of day, in the order of their happening."""
    runs = Run.objects.filter(job__day=day).order_by("pk")
    return [f"{run.started_at:%H:%M}" for run in runs]


@pytest.fixture
def clock(settings):
    settings.CATCH_UP_WAIT_S = 0
    with time_machine.travel(datetime(2025, 10, 8, 12, tzinfo=UTC), tick=False) as clock:
        yield clock


def test_a_clock_that_jumps_an_hour_ahead_and_back_delays_nothing(clock, crew):
    poll_and_read(clock, (12, 0), (13, 0), (12, 1), (12, 30), (12, 31), (13, 0), (13, 10))
    assert reads("2025-10-07") == ["12:00"]
    assert reads("2025-10-08") == ["12:00", "13:00", "12:30"]
    poll_and_read(clock, (13, 30))
    assert reads("2025-10-08") == ["12:00", "13:00", "12:30", "13:30"]


def test_a_day_that_was_over_by_a_wrong_clock_alone_is_read_again(clock, crew):
    poll_and_read(clock, (23, 0), (24, 30))  # It is half past eleven.
    poll_and_read(clock, (23, 35), (23, 36), (24, 5), (24, 40), (25, 10))
    assert reads("2025-10-08") == ["23:00", "00:30", "23:35", "00:05"]


def test_a_job_of_an_hour_ahead_waits_no_longer_than_that(clock, crew):
    clock.move_to(datetime(2025, 10, 8, 13, tzinfo=UTC))
    polling.poll()
    poll_and_read(clock, (12, 0))
    assert reads("2025-10-08") == []
    poll_and_read(clock, (13, 0), (13, 1))
    assert reads("2025-10-08") == ["13:00"]
