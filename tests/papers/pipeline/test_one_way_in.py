"""A day stored by a command and a day stored by a worker end in the same rows."""

import io
import json
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from werkzeug import Request, Response

from papers import jobs
from papers.clock import now
from papers.models import Job, JobKind, JobState, Listing, Paper
from papers.pipeline import recheck, steps
from papers.pipeline.ingest import ingest_day
from tests.factories import make_paper, of_days
from tests.papers.sources.atom import make_entry, make_feed

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2025, 10, 8)
IDS = ["2510.00001", "2510.00002", "2510.00003"]


@pytest.fixture
def unknown():
    """Return ids that arXiv has no entry for yet."""
    return set()


@pytest.fixture(autouse=True)
def sources(httpserver, settings, unknown):
    """Return a local server that plays Hugging Face, which lists three papers, and arXiv."""
    settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    settings.ARXIV_API_URL = httpserver.url_for("/arxiv")
    settings.ARXIV_INTERVAL_S = 0
    settings.FULL_TEXTS = settings.AUTO_DRAFT = "never"

    def lists(request: Request) -> Response:
        items = [{"paper": {"id": each, "title": f"Paper {each}"}} for each in IDS]
        return Response(json.dumps(items if request.args["p"] == "0" else []))

    def answers(request: Request) -> Response:
        known = [each for each in request.args["id_list"].split(",") if each not in unknown]
        return Response(make_feed(*(make_entry(each, "v2") for each in known)))

    httpserver.expect_request("/api/daily_papers").respond_with_handler(lists)
    httpserver.expect_request("/arxiv").respond_with_handler(answers)
    return httpserver


def asked(server):
    """Return how many papers each request to arXiv was about."""
    requests = [request for request, _ in server.log if request.path == "/arxiv"]
    return [len(request.args["id_list"].split(",")) for request in requests]


def by_command():
    out = io.StringIO()
    call_command("ingest", "--date", str(DAY), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def by_worker():
    """Ask for the day, and do what is due as a worker does, until nothing is left."""
    jobs.add(JobKind.INGEST_DAY, *of_days(DAY), again=True)
    work()


def work():
    while due := Job.objects.runnable().order_by("next_at", "id").first():
        jobs.run(due.pk, steps.STEPS)


def rows():
    papers = Paper.objects.order_by("arxiv_id")
    columns = ["arxiv_id", "title", "version", "abstract", "origins", "categories"]
    listed = Listing.objects.order_by("rank").values_list("paper__arxiv_id", "source", "day")
    due = Job.objects.exclude(kind=JobKind.INGEST_DAY).values_list("kind", "day", "state")
    return list(papers.values(*columns)), list(listed), list(due)


def emptied(server):
    for model in (Listing, Paper, Job):
        model.objects.all().delete()
    server.clear_log()


def test_a_day_by_command_and_a_worker_after_it_has_arxivs_facts(sources):
    assert "3 listed" in by_command()
    work()
    assert set(Paper.objects.values_list("version", flat=True)) == {2}
    by_worker()
    assert asked(sources) == [3]


def test_whichever_came_first_the_rows_are_the_same(sources):
    by_command()
    work()
    by_worker()
    one_way = rows()
    emptied(sources)
    by_worker()
    by_command()
    work()
    assert rows() == one_way
    assert asked(sources) == [3]


def test_a_paper_stored_by_others_before_is_asked_about_too(sources):
    make_paper(arxiv_id=IDS[0])
    by_command()
    work()
    assert Paper.objects.get(arxiv_id=IDS[0]).version == 2


def test_what_arxiv_does_not_know_yet_is_asked_about_again_the_next_night_and_not_before(
    sources, unknown
):
    unknown.add(IDS[2])
    by_command()
    work()
    by_command()
    work()
    assert asked(sources) == [3]
    unknown.clear()
    with time_machine.travel(now() + timedelta(days=1)):
        assert recheck.longest_unasked() == [IDS[2]]
        recheck.recheck()
    assert Paper.objects.get(arxiv_id=IDS[2]).version == 2


def test_a_person_who_tries_again_has_arxiv_asked_whenever_it_was_asked_last(sources, unknown):
    unknown.add(IDS[2])
    by_command()
    work()
    unknown.clear()
    jobs.retry(Job.objects.filter(kind=JobKind.ARXIV_METADATA))
    work()
    assert asked(sources) == [3, 1]
    assert Paper.objects.get(arxiv_id=IDS[2]).version == 2


def test_a_day_that_arxiv_knows_nothing_of_is_not_asked_about_at_each_poll(sources, unknown):
    unknown.update(IDS)
    for _ in range(3):
        by_worker()
    assert asked(sources) == [3]
    failed = Job.objects.get(kind=JobKind.ARXIV_METADATA)
    assert (failed.state, "no entry for" in failed.reason) == (JobState.FAILED, True)


def test_a_day_is_stored_with_what_follows_or_not_at_all(sources, monkeypatch):
    def fails(*args, **options):
        raise RuntimeError("no job can be written")

    monkeypatch.setattr(jobs, "add", fails)
    with pytest.raises(RuntimeError):
        ingest_day(DAY)
    assert not Listing.objects.exists()
