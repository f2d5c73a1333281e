"""Slots of a source: what is waited for, what is refused, and what a crash leaves behind."""

import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction

from papers.clock import now
from papers.models import Job, JobKind, JobState, SourceState
from papers.sources.errors import SourceBusy, SourceDown, SourceForbidden
from papers.sources.rate_limit import slot

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
    for kind in (JobKind.FULL_TEXT, JobKind.INGEST_DAY):
        Job.objects.create(kind=kind, arxiv_id="x", state=JobState.FAILED, attempts=1)
    page = admin_client.get("/admin/papers/sourcestate/")
    assert "status 403" in page.content.decode()
    admin_client.post(
        "/admin/papers/sourcestate/", {"action": "resume", "_selected_action": ["arxiv"]}
    )
    assert not state().stopped
    # What waited for it is due again, and nothing else.
    assert [job.kind for job in Job.objects.filter(state=JobState.DUE)] == [JobKind.FULL_TEXT]
