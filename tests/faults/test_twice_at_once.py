"""The same run is started twice in the same second: its rows are those of a single one."""

import threading

import pytest

from papers.models import Job, JobState, Listing, Paper, Run, SourceAnswer
from tests.faults.sources import PAPERS_A_DAY
from tests.waiting import PATIENCE_S

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DAY = "2025-10-08"


def test_the_same_day_read_by_two_processes_at_once_is_stored_once(crew, sources):
    sources.meeting = threading.Barrier(2, timeout=PATIENCE_S)
    processes = [crew.command("ingest", "--date", DAY) for _ in range(2)]
    assert list(map(crew.end_of, processes)) == [0, 0], crew.logs()
    assert Paper.objects.count() == Paper.history.count() == PAPERS_A_DAY
    assert Listing.objects.count() == PAPERS_A_DAY
    assert SourceAnswer.objects.count() == 1
    told = crew.logs()
    assert f"{PAPERS_A_DAY} papers added" in told
    assert "0 papers added" in told


def test_the_same_day_queued_by_two_processes_at_once_is_read_once(crew, sources):
    processes = [crew.command("ingest", "--date", DAY, "--queue") for _ in range(2)]
    assert list(map(crew.end_of, processes)) == [0, 0], crew.logs()
    assert "1 jobs queued, 0 queued before." in crew.logs()
    assert "0 jobs queued, 1 queued before." in crew.logs()
    crew.worker("-Q", "celery")
    crew.worker("-Q", "celery")
    crew.wait_until(lambda: Job.objects.filter(state=JobState.DONE).exists())
    assert sources.asked == {(DAY, "0"): 1, (DAY, "1"): 1}
    assert Run.objects.count() == 1
    assert Listing.objects.count() == PAPERS_A_DAY
