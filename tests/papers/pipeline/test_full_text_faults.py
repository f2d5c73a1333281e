"""Sources of full texts that are ill, slow or hostile, over real sockets: none is believed."""

from datetime import timedelta

import pytest
import time_machine
from werkzeug import Response

from papers import jobs
from papers.clock import now
from papers.models import FullText, Job, JobKind, JobState
from papers.pipeline import full_texts, steps
from papers.sources.errors import SourceDown
from tests.factories import of_papers
from tests.faults import raw_server
from tests.papers.pipeline.test_full_texts import HTML, MARKDOWN, PART, PDF, asked, forms, paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def arxiv(httpserver, settings):
    settings.ARXIV_URL = settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
    settings.ARXIV_INTERVAL_S = 0
    settings.JOB_RETRY_WAIT_S = 0
    return httpserver


@pytest.mark.parametrize(
    "behave", [raw_server.stalls, raw_server.drips, raw_server.resets, raw_server.ends_early]
)
@pytest.mark.parametrize("place", ["ARXIV_URL", "HUGGINGFACE_URL"])
def test_an_answer_that_is_none_is_stored_nowhere(arxiv, settings, behave, place):
    forms(arxiv)
    settings.HTTP_DEADLINE_S = 0.5
    with raw_server.raw_server(behave) as (url, connections):
        setattr(settings, place, url)
        with pytest.raises(SourceDown):
            full_texts.fetch(paper())
    assert len(connections) == 1
    assert not FullText.objects.filter(error="").exists()
    expected = {"ARXIV_URL": set(), "HUGGINGFACE_URL": {"html", "pdf"}}
    assert set(FullText.objects.values_list("format", flat=True)) == expected[place]


def test_markdown_without_end_costs_no_more_than_its_limit(arxiv, settings):
    forms(arxiv)
    with raw_server.raw_server(raw_server.never_ends) as (url, _):
        settings.HUGGINGFACE_URL = url
        assert full_texts.fetch(paper()) is None
    assert FullText.objects.get(format="md").error.endswith("response too large: limit 4 MiB")


@pytest.mark.parametrize("form", ["html", "pdf", "md"])
def test_a_source_that_fails_is_asked_again_by_the_job_and_no_more_than_thrice(arxiv, form):
    forms(arxiv, **{form: ("sorry", 500)})
    made = paper()
    jobs.add(JobKind.FULL_TEXT, *of_papers(made.arxiv_id))
    job = Job.objects.get()
    for _ in range(5):
        jobs.run(job.pk, steps.STEPS)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    name = {"html": "html", "pdf": "pdf", "md": "papers"}[form]
    assert asked(arxiv).count(name) == 3
    forms(arxiv, html=(HTML, 200), pdf=(PDF, 200), md=(MARKDOWN, 200))
    jobs.retry(Job.objects.all())
    jobs.run(job.pk, steps.STEPS)
    assert FullText.objects.filter(error="").count() == 1


def test_a_job_that_has_failed_waits_for_a_person(arxiv):
    forms(arxiv)
    made = paper()
    full_texts.fetch(made)
    jobs.add(JobKind.FULL_TEXT, *of_papers(made.arxiv_id))
    forms(arxiv, html=("sorry", 503))
    with time_machine.travel(now() + timedelta(hours=3)):
        for _ in range(5):
            jobs.run(Job.objects.get().pk, steps.STEPS)
            full_texts.ask_again()
    assert Job.objects.get().state == JobState.FAILED
    assert asked(arxiv) == ["html"] * 3


def test_a_part_is_used_and_the_job_tries_again_for_the_whole(arxiv, settings):
    settings.AUTO_DRAFT = "picked"
    forms(arxiv, html=(PART, 200), pdf=("sorry", 503))
    made = paper()
    jobs.add(JobKind.FULL_TEXT, *of_papers(made.arxiv_id))
    job = Job.objects.get()
    jobs.run(job.pk, steps.STEPS)
    job.refresh_from_db()
    assert (job.state, FullText.objects.get(error="").format) == (JobState.WAITING, "html")
    assert Job.objects.filter(kind=JobKind.DRAFT).exists()
    forms(arxiv, pdf=(PDF, 200))
    jobs.run(job.pk, steps.STEPS)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert full_texts.newest([made])[made.pk].gap == ""


def test_a_refusal_of_hugging_face_is_said_and_stops_nobody(arxiv):
    forms(arxiv, md=("no", 403))
    assert full_texts.fetch(paper()) is None
    assert "status 403" in FullText.objects.get(format="md").error


INWARD = [
    *("http://127.0.0.1:1/", "http://[::1]:1/", "http://2130706433:1/", "http://0x7f000001:1/"),
    *("http://169.254.169.254/latest/", "//localhost:1/", "file:///etc/passwd", "ftp://localhost/"),
    *("http://127.0.0.1.nip.io:1/", "http://[::ffff:127.0.0.1]:1/", "http://user@localhost:1/"),
]


@pytest.mark.parametrize("location", INWARD)
def test_no_form_is_followed_to_another_place(arxiv, location):
    away = Response("", 302, {"Location": location})
    for place in ("/html/2510.00001v2", "/pdf/2510.00001v2", "/papers/2510.00001.md"):
        arxiv.expect_request(place).respond_with_response(away)
    assert full_texts.fetch(paper()) is None
    assert asked(arxiv) == ["html", "pdf", "papers"]
    assert FullText.objects.exclude(error="").count() == 3
