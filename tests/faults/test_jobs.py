"""Workers are killed, queues are lost, sources turn us away: everything is done, and once."""

import time
from datetime import timedelta

import pytest
from celery import current_app
from django.core.management import call_command
from werkzeug import Response

from papers import jobs
from papers.clock import now
from papers.models import (
    Job,
    JobKind,
    JobState,
    Listing,
    Paper,
    Run,
    RunOutcome,
    Section,
    SourceState,
)
from tests.factories import make_paper, of_days, of_papers
from tests.faults.sources import PAPERS_A_DAY

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DAYS = ["2025-10-07", "2025-10-08", "2025-10-09"]


def every_row_is_there_once(days=DAYS):
    assert Paper.objects.count() == Listing.objects.count() == PAPERS_A_DAY * len(days)
    assert not Paper.objects.exclude(version=2, title="A Title in two lines").exists()
    assert Job.objects.filter(attempts__gt=jobs.ATTEMPTS).count() == 0
    assert not Run.objects.filter(ended_at=None).exists()


def test_days_come_in_by_the_workers_and_the_second_time_changes_nothing(crew, sources):
    crew.worker()
    crew.beat()
    call_command("ingest", "--from", DAYS[0], "--to", DAYS[-1], "--queue")
    crew.wait_until_all_is_done()
    every_row_is_there_once()
    assert Job.objects.count() == 6  # Each day, and what arXiv says of its papers.
    rows = list(Paper.history.values()), list(Listing.objects.values())
    call_command("ingest", "--from", DAYS[0], "--to", DAYS[-1], "--queue")
    crew.wait_until_all_is_done()
    assert (list(Paper.history.values()), list(Listing.objects.values())) == rows
    assert sources.asked["arxiv"] == 3


def test_a_job_handed_twice_runs_once(crew, sources):
    sources.wait = 0.5
    jobs.add(JobKind.INGEST_DAY, *of_days(DAYS[0]))
    job = Job.objects.get()
    for _ in range(5):
        current_app.send_task("papers.tasks.run_job", [job.pk], queue="celery")
    crew.worker()
    crew.worker()
    crew.wait_until_all_is_done()
    crew.wait_until(lambda: _queue_is_empty(crew))
    assert sources.asked[DAYS[0], "0"] == 1
    assert job.runs.count() == 1


def _queue_is_empty(crew):
    with current_app.connection_for_read() as broker:
        return not broker.default_channel.client.llen("celery")


@pytest.mark.parametrize("after_s", [0.0, 0.3, 0.6, 0.9, 1.2])
def test_a_worker_killed_at_any_moment_loses_and_repeats_nothing(crew, sources, after_s):
    sources.wait = 0.2
    worker = crew.worker()
    crew.beat()
    call_command("ingest", "--from", DAYS[0], "--to", DAYS[-1], "--queue")
    crew.wait_until(lambda: Run.objects.exists())
    time.sleep(after_s)
    crew.kill(worker)
    crew.worker()
    crew.wait_until_all_is_done()
    every_row_is_there_once()


def test_a_killed_attempt_is_counted(crew):
    make_paper(arxiv_id="9902.00001")
    jobs.add(JobKind.DRAFT, *of_papers("9902.00001"))
    crew.beat()
    for attempt in range(1, jobs.ATTEMPTS + 1):
        worker = crew.worker()
        running = Job.objects.filter(state=JobState.RUNNING, attempts=attempt)
        crew.wait_until(running.exists)
        crew.kill(worker)
    crew.worker()
    crew.wait_until(lambda: Job.objects.filter(state=JobState.FAILED).exists())
    assert Job.objects.get().reason == "its worker died (attempt 3 of 3)"
    assert list(Run.objects.values_list("outcome", flat=True)) == [RunOutcome.DIED] * 3


def test_what_always_kills_its_worker_is_tried_three_times_and_the_others_finish(crew):
    for number in range(1, 6):
        make_paper(arxiv_id=f"2510.{number:05}")
    make_paper(arxiv_id="9901.00001")
    ids = ["9901.00001", *(f"2510.{number:05}" for number in range(1, 6))]
    call_command("draft", "--paper", *ids, "--queue")
    crew.worker()
    crew.beat()
    settled = [JobState.DONE, JobState.FAILED]
    crew.wait_until(lambda: Job.objects.filter(state__in=settled).count() == len(ids))
    deadly = Job.objects.get(arxiv_id="9901.00001")
    assert (deadly.state, deadly.attempts) == (JobState.FAILED, 3)
    assert deadly.reason == "its worker died (attempt 3 of 3)"
    assert deadly.runs.filter(outcome=RunOutcome.DIED).count() == 3
    assert Job.objects.filter(state=JobState.DONE).count() == 5
    assert Section.objects.values("paper").distinct().count() == 5


def test_a_day_waits_as_long_as_its_source_asks(crew, sources):
    asks_for = timedelta(minutes=5)  # Longer than one request may take.
    sources.refusals[DAYS[0]] = [Response(status=429, headers={"Retry-After": "300"})]
    crew.worker()
    crew.beat()
    jobs.add(JobKind.INGEST_DAY, *of_days(DAYS[0]))
    crew.wait_until(lambda: Job.objects.filter(state=JobState.WAITING).exists())
    job, first = Job.objects.get(), Run.objects.get()
    assert first.outcome == RunOutcome.WAITING
    assert "waiting until" in job.reason
    assert first.started_at + asks_for <= job.next_at <= first.ended_at + asks_for
    soon = now() + timedelta(seconds=1)
    SourceState.objects.update(paused_until=soon)
    Job.objects.update(next_at=soon)
    crew.wait_until_all_is_done()
    second = job.runs.latest("pk")
    assert second.started_at >= soon
    assert sources.asked[DAYS[0], "0"] == job.runs.count() == 2


def test_what_time_does_not_cure_is_asked_once(crew, sources):
    sources.refusal = lambda: Response("no such thing", status=404)
    crew.worker()
    crew.beat()
    jobs.add(JobKind.INGEST_DAY, *of_days(DAYS[0]))
    crew.wait_until(lambda: Job.objects.filter(state=JobState.FAILED).exists())
    job = Job.objects.get()
    assert (job.attempts, job.runs.count()) == (1, 1)
    assert "status 404" in job.reason
    assert sources.asked[DAYS[0], "0"] == 1
