"""A day is asked for until it has settled. A missed day is caught up, in order."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine

from papers import jobs
from papers.models import Job, JobKind, JobState
from papers.pipeline import polling
from papers.sources.errors import SourceError

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 10, 8, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def due():
    days = Job.objects.filter(state=JobState.DUE).order_by("next_at").values_list("day", flat=True)
    return list(map(str, days))


def work(step=lambda subject: {}):
    """Do all that is due, as if its time had come."""
    for job in Job.objects.filter(state=JobState.DUE).order_by("next_at"):
        Job.objects.filter(pk=job.pk).update(next_at=NOON - timedelta(days=1))
        jobs.run(job.pk, {JobKind.INGEST_DAY: step})


def test_at_first_yesterday_and_today_are_asked_for(clock):
    polling.poll()
    assert due() == ["2025-10-07", "2025-10-08"]


def test_an_open_day_is_asked_for_again_until_it_was_read_after_its_end(clock):
    polling.poll()
    work()
    clock.shift(timedelta(minutes=30))
    polling.poll()
    assert due() == ["2025-10-08"]
    work()
    clock.move_to(datetime(2025, 10, 9, 0, 10, tzinfo=UTC))
    polling.poll()
    assert due() == ["2025-10-08", "2025-10-09"]
    work()
    clock.shift(timedelta(minutes=30))
    polling.poll()
    assert due() == ["2025-10-09"]


def test_two_clocks_ask_once(clock):
    assert polling.poll() == 2
    assert polling.poll() == 0
    work()
    assert polling.poll() == 0


def test_missed_days_are_caught_up_in_order_and_apart(clock, settings):
    settings.CATCH_UP_WAIT_S = 5
    polling.poll()
    work()
    clock.shift(timedelta(days=3))
    polling.poll()
    assert due() == ["2025-10-08", "2025-10-09", "2025-10-10", "2025-10-11"]
    times = list(Job.objects.filter(state=JobState.DUE).order_by("day").values_list("next_at"))
    assert [(b[0] - a[0]).seconds for a, b in pairwise(times)] == [5] * 3


def test_after_a_long_absence_as_many_days_as_the_setting_says(clock, settings):
    settings.CATCH_UP_DAYS = 3
    polling.poll()
    work()
    clock.shift(timedelta(days=40))
    polling.poll()
    assert due() == ["2025-11-14", "2025-11-15", "2025-11-16", "2025-11-17"]


def refuse(day):
    raise SourceError("wrong data")


def test_an_old_day_that_failed_waits_for_a_person(clock):
    polling.poll()
    work(refuse)
    clock.shift(timedelta(minutes=30))
    polling.poll()
    assert due() == ["2025-10-07", "2025-10-08"]
    work(refuse)
    clock.shift(timedelta(days=3))
    polling.poll()
    assert due() == ["2025-10-09", "2025-10-10", "2025-10-11"]
