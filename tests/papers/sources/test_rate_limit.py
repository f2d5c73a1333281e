"""Slots of a source: what is waited for, what is refused, and what a crash leaves behind."""

import re
import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction

from papers import jobs
from papers.clock import now
from papers.models import ArxivCategory, Job, JobKind, JobState, Run, SourceState, Subject
from papers.pipeline import steps
from papers.sources.errors import SourceBusy, SourceDown, SourceForbidden
from papers.sources.rate_limit import slot
from tests.factories import make_paper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def interval(settings):
    settings.ARXIV_INTERVAL_S = 0.0
    return settings


def state():
    return SourceState.objects.get(source="arxiv")


def test_the_end_of_a_request_is_on_record():
    with slot("arxiv"):
        assert state().last_request_at is None
        during = now()
    assert during <= state().last_request_at <= now()


def test_the_interval_counts_from_the_end_of_the_last_request(interval):
    with slot("arxiv"):
        pass
    interval.ARXIV_INTERVAL_S = 0.5
    ended = state().last_request_at
    with slot("arxiv"):
        assert now() >= ended + timedelta(seconds=0.5)


def test_a_request_that_fails_counts_too(interval):
    with pytest.raises(SourceDown), slot("arxiv"):
        raise SourceDown("reset")
    assert state().last_request_at is not None
    assert state().paused_until is None


def test_no_longer_than_the_interval_is_waited_for_a_clock_set_back(interval):
    SourceState.objects.create(source="arxiv", last_request_at=now() + timedelta(days=1))
    with slot("arxiv"):
        pass
    assert state().last_request_at < now()


def test_a_second_one_waits_until_the_first_is_out():
    order = []

    def second():
        with slot("arxiv"):
            order.append("second")
        connection.close()

    with slot("arxiv"):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_waiting_for_a_slot_ends(interval):
    interval.HTTP_TURN_WAIT_MAX_S = 0.1
    busy = pytest.raises(SourceBusy, match=r"no slot .* was free within 0\.1 s")
    with slot("arxiv"), busy, slot("arxiv"):
        raise AssertionError("two inside at once")
    with slot("arxiv"):
        pass
    assert state().paused_until is None


def test_sources_do_not_wait_for_each_other(interval):
    interval.OTHER_INTERVAL_S = 0.0
    interval.HTTP_TURN_WAIT_MAX_S = 1.0
    with slot("arxiv"), slot("other"):
        assert SourceState.objects.count() == 2


def test_a_callers_transaction_neither_hides_nor_undoes_a_slot():
    with suppress(SourceForbidden), transaction.atomic():
        with slot("arxiv"):
            pass
        with slot("arxiv"):
            raise SourceForbidden("blocked")
    assert state().stopped
    assert state().last_request_at is not None


def test_a_pause_is_over_when_its_time_comes():
    with pytest.raises(SourceBusy), slot("arxiv"):
        raise SourceBusy("slow down", now() + timedelta(hours=1))
    with pytest.raises(SourceBusy, match="slow down"), slot("arxiv"):
        raise AssertionError("inside a pause")
    SourceState.objects.update(paused_until=now() - timedelta(seconds=1))
    with slot("arxiv"):
        pass


def test_a_source_is_stopped_until_a_person_resumes_it():
    with pytest.raises(SourceForbidden), slot("arxiv"):
        raise SourceForbidden("status 403")
    with pytest.raises(SourceForbidden, match="stopped until a person"), slot("arxiv"):
        raise AssertionError("inside a stopped source")
    assert state().reason == "status 403"
    state().resume()
    with slot("arxiv"):
        pass


def test_an_administrator_resumes_a_source(admin_client):
    SourceState.objects.create(source="arxiv", stopped=True, reason="status 403")
    page = admin_client.get("/admin/papers/sourcestate/")
    assert "status 403" in page.content.decode()
    resume(admin_client, "arxiv")
    assert not state().stopped


def resume(admin_client, source):
    admin_client.post(
        "/admin/papers/sourcestate/", {"action": "resume", "_selected_action": [source]}
    )


@pytest.fixture
def arxiv(httpserver, settings):
    """arXiv at a local address, whose doors all refuse, and Hugging Face that has nothing."""
    settings.ARXIV_INTERVAL_S = 0
    settings.ARXIV_API_URL = httpserver.url_for("/api/query")
    settings.ARXIV_OAI_URL = httpserver.url_for("/oai")
    settings.ARXIV_FEED_URL = httpserver.url_for("/atom")
    settings.ARXIV_URL = settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    httpserver.expect_request("/api/daily_papers").respond_with_json([])
    ArxivCategory.objects.create(category="cs.CL", is_on=True, since=now().date())
    return httpserver


def work_on_all_that_asks():
    """Make every kind of work due that asks arXiv, run each once, and return the jobs' states."""
    make_paper(arxiv_id="2510.00001", version=None)
    jobs.add(JobKind.ARXIV_METADATA, Subject(arxiv_id="2510.00001"))
    jobs.add(JobKind.FULL_TEXT, Subject(arxiv_id=make_paper(version=1).arxiv_id))
    for kind in (JobKind.RECHECK, JobKind.INGEST_DAY):
        jobs.add(kind, Subject(day=now().date()))
    for job in Job.objects.all():
        jobs.run(job.pk, steps.STEPS)
    return dict(Job.objects.values_list("kind", "state"))


ALL = {JobKind.ARXIV_METADATA, JobKind.FULL_TEXT, JobKind.RECHECK, JobKind.INGEST_DAY}


def test_every_kind_of_work_comes_back_when_arxiv_is_resumed_after_a_refusal(arxiv, admin_client):
    arxiv.expect_request(re.compile(".*")).respond_with_data("go away", 403)
    states = work_on_all_that_asks()
    assert states == dict.fromkeys(ALL, JobState.FAILED)
    assert len([request for request, _ in arxiv.log if "daily" not in request.path]) == 1
    resume(admin_client, "arxiv")
    due = Job.objects.filter(state=JobState.DUE, attempts=0)
    assert set(due.values_list("kind", flat=True)) == ALL


def test_what_failed_for_a_reason_of_its_own_stays_failed_when_arxiv_is_resumed(
    arxiv, admin_client
):
    arxiv.clear_all_handlers()
    arxiv.expect_request("/api/query").respond_with_data("not a feed")
    arxiv.expect_request("/api/daily_papers").respond_with_data("go away", 403)
    jobs.add(JobKind.ARXIV_METADATA, Subject(arxiv_id=make_paper(version=None).arxiv_id))
    jobs.add(JobKind.FULL_TEXT, Subject(arxiv_id="2510.09999"))  # No such paper.
    jobs.add(JobKind.INGEST_DAY, Subject(day=now().date() - timedelta(days=1)))
    for job in Job.objects.all():
        jobs.run(job.pk, steps.STEPS)
    failed = Job.objects.filter(state=JobState.FAILED)
    of_their_own = set(failed.values_list("pk", "reason"))
    assert len(of_their_own) == 3
    arxiv.clear_all_handlers()
    arxiv.expect_request("/api/daily_papers").respond_with_json([])
    arxiv.expect_request(re.compile(".*")).respond_with_data("go away", 403)
    work_on_all_that_asks()
    assert failed.count() == 3 + len(ALL)
    resume(admin_client, "arxiv")
    assert set(failed.values_list("pk", "reason")) == of_their_own
    assert Job.objects.filter(state=JobState.DUE, attempts=0).count() == len(ALL)
    resume(admin_client, "arxiv")  # Nothing is stopped any more.
    assert set(failed.values_list("pk", "reason")) == of_their_own


@pytest.mark.parametrize(
    ("door", "kind"),
    [
        ("arxiv", JobKind.ARXIV_METADATA),
        ("arxiv", JobKind.RECHECK),
        ("arxivtexts", JobKind.FULL_TEXT),
        ("arxivnew", JobKind.INGEST_DAY),
    ],
)
def test_work_that_waits_for_a_pause_comes_back_when_its_door_is_resumed(
    arxiv, admin_client, door, kind
):
    arxiv.expect_request(re.compile(".*")).respond_with_data("", 503, {"Retry-After": "3000"})
    states = work_on_all_that_asks()
    assert states == dict.fromkeys(ALL, JobState.WAITING)
    assert not Job.objects.runnable().exists()
    resume(admin_client, door)
    assert kind in set(Job.objects.runnable().values_list("kind", flat=True))


def test_a_pause_that_another_source_asked_for_stays(arxiv, admin_client):
    job = Job.objects.create(kind=JobKind.DRAFT, state="waiting", next_at=now() + timedelta(1))
    told = {"outcome": "waiting", "waits_for": "source", "ended_at": now()}
    Run.objects.create(job=job, started_at=now(), **told)
    SourceState.objects.create(source="arxiv", paused_until=now() + timedelta(hours=1))
    resume(admin_client, "arxiv")
    assert not Job.objects.runnable().exists()
