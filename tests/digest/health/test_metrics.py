"""The figures of `/metrics`."""

from unittest.mock import Mock

import pytest
from django.db import InterfaceError, OperationalError, connection
from prometheus_client.parser import text_string_to_metric_families

from digest.health import heartbeat, requests, web_figures
from digest.health.requests import Counted, kind_of
from digest.models import WebFigures
from papers.clock import now
from papers.models import CallOutcome, Job, JobKind, JobState, ModelCall, SourceAnswer, SourceState
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db


def figures(client):
    """Each sample of `/metrics` by its name and labels."""
    response = client.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def test_an_empty_site_has_figures(client):
    found = figures(client)
    assert found[("digest_up",)] == 1
    assert found[("digest_days_late",)] == 0
    assert found[("digest_disk_free_bytes",)] > 0
    assert found[("digest_database_size_bytes",)] > 0
    assert found["digest_troubles", ("kind", "disk")] in {0, 1}


def test_jobs_sources_heartbeats_and_tokens_are_told(client, settings):
    settings.MODEL_URL, settings.MODEL_DAILY_TOKENS = "http://127.0.0.1:9/v1", 1000
    Job.objects.create(kind=JobKind.DRAFT, state=JobState.FAILED)
    SourceAnswer.objects.create(
        source="huggingface", day=now().date(), fetched_at=now(), pages=[], listed_ids=[]
    )
    SourceState.objects.create(source="arxiv", stopped=True)
    heartbeat.note("arxiv")
    make_post(papers=1)
    ModelCall.objects.create(
        paper=make_paper(),
        asked_at=now(),
        answered_at=now(),
        outcome=CallOutcome.DONE,
        prompt_tokens=7,
        completion_tokens=5,
    )
    found = figures(client)
    assert found["digest_jobs", ("kind", "draft"), ("state", "failed")] == 1
    last = found["digest_source_last_answer_timestamp_seconds", ("source", "huggingface")]
    assert last == now().timestamp()
    assert found["digest_source_stopped", ("source", "arxiv")] == 1
    assert found["digest_heartbeat_age_seconds", ("queue", "arxiv")] == 0
    assert found[("digest_model_tokens_today",)] == 12
    assert found[("digest_model_tokens_budget",)] == 1000
    assert ("digest_post_newest_age_seconds",) in found


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "home"),
        ("/en/", "home"),
        ("/2025/10/08/daily-papers/", "digest"),
        ("/en/2025/10/", "digest"),
        ("/papers/2510.06208/", "paper"),
        ("/en/tags/vision/", "tag"),
        ("/tags/vision/feed.xml", "feed"),
        ("/feed.json", "feed"),
        ("/admin/digest/post/", "admin"),
        ("/static/site.css", "static"),
        ("/readyz", "health"),
        ("/wp-login.php", "other"),
        ("", "other"),
        ("//", "home"),
        ("/" + "x" * 100_000, "other"),
        ("*", "other"),
    ],
)
def test_each_address_has_one_of_few_kinds(path, kind):
    assert kind_of(path) == kind


def ask(path, status):
    def application(environ, start_response):
        start_response(status, [])
        return [b""]

    list(Counted(application, lambda: None)({"PATH_INFO": path}, lambda *args: None))


def test_requests_of_all_processes_are_told_by_kind_and_status(client):
    ask("/papers/2510.06208/", "200 OK")
    ask("/papers/2510.06208/", "503 Service Unavailable")
    WebFigures.objects.create(process="a", at=now(), text=requests.figures())
    WebFigures.objects.create(process="b", at=now(), text=requests.figures())
    found = figures(client)
    for process in "ab":
        for status in ("2xx", "503"):
            labels = ("kind", "paper"), ("process", process), ("status", status)
            assert found["digest_http_requests_total", *labels] >= 1
        labels = ("kind", "paper"), ("le", "10.0"), ("process", process)
        assert found["digest_http_request_seconds_bucket", *labels] >= 2


def test_figures_of_ended_processes_are_neither_told_nor_kept(client, noon):
    WebFigures.objects.create(process="a", at=now(), text=requests.figures())
    noon.shift(web_figures.STALE_S + 1)
    assert not any("a" in dict(labels).values() for _name, *labels in figures(client))
    web_figures.forget_ended()
    assert not WebFigures.objects.exists()


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, PermissionError, ValueError])
def test_whatever_keeps_figures_from_being_stored_they_are_stored_later(monkeypatch, error):
    monkeypatch.setattr(web_figures.connection, "close", lambda: None)
    with monkeypatch.context() as broken:
        broken.setattr(web_figures, "now", Mock(side_effect=error))
        assert web_figures.store("a", "x 1") is False
    assert web_figures.store("a", "x 1") is True


def test_a_connection_that_has_just_broken_is_no_error_of_the_site(client, monkeypatch):
    monkeypatch.setattr(connection, "cursor", Mock(side_effect=InterfaceError))
    assert client.get("/healthz").status_code == 503


def test_a_damaged_row_of_figures_takes_no_others_along(client):
    WebFigures.objects.create(process="bad", at=now(), text='x{y="')
    ask("/", "200 OK")
    WebFigures.objects.create(process="a", at=now(), text=requests.figures())
    labels = ("kind", "home"), ("process", "a"), ("status", "2xx")
    assert figures(client)["digest_http_requests_total", *labels] >= 1
