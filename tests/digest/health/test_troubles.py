"""What is wrong with the site, and what `/readyz` says of it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from digest.health import heartbeat, troubles
from digest.models import Heartbeat
from papers.clock import now
from papers.jobs import locks
from papers.models import CallOutcome, Job, JobKind, JobState, ModelCall, Run, RunOutcome
from papers.sources.items import Remark
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def names():
    return [trouble.name for trouble in troubles.found()]


def beat_ran(ago):
    minute = IntervalSchedule.objects.create(every=60, period="seconds")
    PeriodicTask.objects.create(
        name=heartbeat.SCHEDULE, task="x", interval=minute, last_run_at=now() - ago
    )


def test_a_new_site_has_no_trouble_and_is_not_ready(client):
    assert names() == []
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "No worker has been heard from yet" in response.content.decode()


def test_a_site_whose_workers_were_heard_from_is_ready(client):
    for queue in heartbeat.QUEUES:
        heartbeat.note(queue)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")


def test_a_site_is_not_ready_before_a_worker_of_each_queue_was_heard_from(client):
    heartbeat.note("celery")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "No worker of the queue arxiv" in response.content.decode()


def test_a_worker_that_is_silent_is_named_by_its_queue(client, noon):
    beat_ran(timedelta(0))
    for queue in heartbeat.QUEUES:
        heartbeat.note(queue)
    noon.shift(timedelta(minutes=6))
    heartbeat.note("celery")
    assert names() == ["arxiv-worker"]
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "since 2025-10-09 12:00 UTC" in response.content.decode()
    assert "-Q celery,arxiv" in response.content.decode()


def test_a_worker_whose_heartbeat_was_switched_off_is_not_missed_for_ever(noon):
    heartbeat.note("celery")
    noon.shift(timedelta(minutes=6))
    assert names() == ["worker"]
    beat_ran(timedelta(0))
    PeriodicTask.objects.update(enabled=False)
    assert names() == []


def test_a_worker_that_was_never_there_is_missed_once_beat_has_asked_for_a_while(client):
    beat_ran(timedelta(0))
    assert names() == []
    PeriodicTask.objects.update(total_run_count=30)
    assert names() == ["worker"]
    assert "No worker takes jobs" in client.get("/readyz").content.decode()
    heartbeat.note("celery")
    assert names() == []


def test_each_heartbeat_is_one_of_the_schedules(settings):
    assert set(heartbeat.SCHEDULES.values()) <= set(settings.CELERY_BEAT_SCHEDULE)


def test_a_queue_that_is_none_has_no_heartbeat():
    heartbeat.note("x" * 5000)
    assert not Heartbeat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_in_the_middle_of_a_job_is_not_silent(noon):
    for queue in heartbeat.QUEUES:
        heartbeat.note(queue)
    noon.shift(timedelta(minutes=6))
    job = Job.objects.create(kind=JobKind.FULL_TEXT, state=JobState.RUNNING)
    with locks.working_on(job.pk):
        assert names() == ["worker"]
    assert names() == ["arxiv-worker", "worker"]


def test_beat_that_stands_still_is_named_and_not_the_workers_that_it_does_not_ask():
    beat_ran(timedelta(minutes=20))
    heartbeat.note("celery")
    Heartbeat.objects.update(at=now() - timedelta(minutes=20))
    assert names() == ["beat"]


def test_beat_that_has_come_back_runs_before_it_stores_its_times():
    beat_ran(timedelta(hours=10))
    heartbeat.note("celery")
    assert names() == []


def test_a_job_that_nobody_begins_is_a_trouble():
    due = now() - timedelta(minutes=16)
    job = Job.objects.create(kind=JobKind.DRAFT, state=JobState.DUE, next_at=due)
    assert names() == ["queue"]
    Job.objects.filter(pk=job.pk).update(next_at=now())
    assert names() == []


def test_a_long_line_of_jobs_is_no_trouble_while_one_after_the_other_is_done(noon):
    due = now() - timedelta(hours=2)
    Job.objects.create(kind=JobKind.DRAFT, state=JobState.DUE, next_at=due)
    done = Job.objects.create(kind=JobKind.DRAFT, arxiv_id="2510.06208", state=JobState.DONE)
    Run.objects.create(job=done, started_at=due, ended_at=now(), outcome=RunOutcome.DONE)
    assert names() == []
    noon.shift(timedelta(minutes=16))
    assert names() == ["queue"]


@pytest.mark.parametrize(
    ("state", "hours", "is_late"),
    [
        (JobState.FAILED, 12, True),
        (JobState.WAITING, 12, True),
        (JobState.WAITING, 5, False),
        (JobState.DONE, 12, True),  # It was read on the day, and never after its end.
    ],
)
def test_a_day_is_late_if_it_is_unread_hours_after_its_end(noon, state, hours, is_late):
    noon.move_to(f"2025-10-09T{hours:02}:00:00Z")
    Job.objects.create(kind=JobKind.INGEST_DAY, day=date(2025, 10, 8), state=state, next_at=now())
    late = [name for name in names() if name == "day 2025-10-08 huggingface"]
    assert bool(late) is is_late


def test_a_disk_that_is_nearly_full_is_a_trouble(settings):
    settings.DISK_FREE_MB = 10**9
    [trouble] = troubles.found()
    assert trouble.name == "disk"
    assert trouble.detail.endswith(" MB")
    settings.DISK_FREE_MB = 0
    assert names() == []


def test_a_folder_that_is_gone_is_no_full_disk(settings, tmp_path):
    settings.DISK_DIR = tmp_path / "gone"
    assert names() == []


def test_tokens_that_are_used_up_are_told_and_leave_the_site_ready(client, settings):
    for queue in heartbeat.QUEUES:
        heartbeat.note(queue)
    settings.MODEL_URL, settings.MODEL_DAILY_TOKENS = "http://127.0.0.1:9/v1", 1000
    ModelCall.objects.create(
        paper=make_paper(),
        asked_at=now(),
        answered_at=now(),
        outcome=CallOutcome.DONE,
        prompt_tokens=600,
        completion_tokens=400,
    )
    assert names() == ["budget"]
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("outcome", "remarks", "told"),
    [
        (RunOutcome.DONE, [], False),
        (RunOutcome.DONE, [Remark(0, "2510.06208", "", "gone").as_json()], True),
        (RunOutcome.FAILED, [], True),
    ],
)
def test_the_newest_comparison_of_a_month_is_told_if_it_failed_or_differs(outcome, remarks, told):
    job = Job.objects.create(kind=JobKind.CROSS_CHECK, state=JobState.DONE)
    Run.objects.create(job=job, started_at=now(), ended_at=now(), outcome=outcome, remarks=remarks)
    assert (names() == ["cross-check"]) is told


def test_as_many_queries_are_asked_of_a_full_site_as_of_an_empty_one(settings):
    settings.MODEL_URL = "http://127.0.0.1:9/v1"
    with CaptureQueriesContext(connection) as few:
        names()
    for day in (7, 8):
        for source in range(5):
            Job.objects.create(
                kind=JobKind.INGEST_DAY,
                day=date(2025, 10, day),
                source=f"s{source}",
                state=JobState.FAILED,
            )
    with CaptureQueriesContext(connection) as many:
        names()
    assert len(many) <= len(few) + 3 < 24


def test_without_a_database_the_site_is_not_ready(client, monkeypatch):
    params = connection.get_connection_params()
    connection.close()
    monkeypatch.setattr(connection, "get_connection_params", lambda: params | {"host": "/nowhere"})
    response = client.get("/readyz")
    monkeypatch.undo()
    assert response.status_code == 503
    assert "database" in response.content.decode()


def test_a_difference_that_was_told_the_night_before_is_no_news():
    gone = [Remark(0, "2510.06208", "", "gone").as_json()]
    job = Job.objects.create(kind=JobKind.CROSS_CHECK, state=JobState.DONE)
    for remarks, told in ((gone, True), (gone, False), ([], False), (gone, True)):
        Run.objects.create(
            job=job, started_at=now(), ended_at=now(), outcome=RunOutcome.DONE, remarks=remarks
        )
        assert (names() == ["cross-check"]) is told
