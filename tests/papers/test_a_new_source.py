"""A new source of daily lists is a module, as `tests.papers.shelf`, and its line in `DAILY`."""

import io
from datetime import date

import pytest
from django.core.management import call_command

from digest import ledger
from papers import jobs, steps
from papers.models import Job, JobKind, JobState, Listing, Paper, SourceAnswer
from papers.sources import http, huggingface
from papers.sources.daily import DAILY
from tests.papers import shelf

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2025, 10, 8)


@pytest.fixture
def server(httpserver, settings, monkeypatch):
    """The line of registration, and the host of the source among those that may be asked."""
    monkeypatch.setitem(DAILY, shelf.NAME, shelf.fetch)
    settings.SHELF_URL = httpserver.url_for("/shelf")
    monkeypatch.setattr(http, "_BASE_URLS", (*http._BASE_URLS, "SHELF_URL"))
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    httpserver.expect_request(f"/shelf/{DAY}").respond_with_json(
        [{"arxiv": "2510.00001", "name": "Known\n to both"}, {"arxiv": "2510.00002", "name": "Two"}]
    )
    return httpserver


def hugging_face_lists(server, *ids):
    for page in range(2):
        items = [{"paper": {"id": each, "title": f"Paper {each}"}} for each in ids]
        server.expect_request(
            "/api/daily_papers",
            query_string={"date": str(DAY), "limit": "100", "p": str(page)},
        ).respond_with_json([] if page else items)


def listed():
    return sorted(Listing.objects.values_list("source", "paper__arxiv_id"))


BOTH = [
    (huggingface.NAME, "2510.00001"),
    (shelf.NAME, "2510.00001"),
    (shelf.NAME, "2510.00002"),
]


def test_a_day_of_it_comes_in_by_the_command_beside_the_others(server):
    hugging_face_lists(server, "2510.00001")
    out = io.StringIO()
    call_command("ingest", "--date", str(DAY), stdout=out, stderr=io.StringIO())
    assert "3 listed" in out.getvalue()
    assert listed() == BOTH
    assert Paper.objects.get(arxiv_id="2510.00001").title == "Paper 2510.00001"
    assert Paper.objects.get(arxiv_id="2510.00002").origins == {"title": shelf.NAME}


def test_the_same_day_again_writes_nothing(server):
    hugging_face_lists(server, "2510.00001")
    for _ in range(2):
        steps.ingest_day(str(DAY))
    assert listed() == BOTH
    assert SourceAnswer.objects.count() == 2
    assert Paper.history.count() == 2


def test_its_days_stand_in_the_ledger(server):
    hugging_face_lists(server, "2510.00001")
    steps.ingest_day(str(DAY))
    accounts = ledger.days(DAY, DAY)
    assert [(day.source, day.listed) for day in accounts] == [
        (huggingface.NAME, 1),
        (shelf.NAME, 2),
    ]
    assert all(day.balances for day in accounts)


def test_a_source_that_is_down_holds_up_no_other_and_the_day_is_tried_again(server):
    server.expect_request("/api/daily_papers").respond_with_data("oops", status=500)
    jobs.add(JobKind.INGEST_DAY, str(DAY))
    jobs.run(Job.objects.get(key=str(DAY)).pk, steps.STEPS)
    job = Job.objects.get(kind=JobKind.INGEST_DAY)
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert job.reason.startswith(f"{huggingface.NAME} {DAY}: ")
    assert listed() == [(shelf.NAME, "2510.00001"), (shelf.NAME, "2510.00002")]
