"""A job keeps the id of the request that asked for it, and hands it on."""

import pytest
from django.urls import reverse

from papers import jobs, log_context
from papers.models import Choice, Job, JobKind, JobState, Listing, Subject
from tests.factories import make_paper

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, NEXT = Subject(arxiv_id="2510.00001"), Subject(arxiv_id="2510.00002")


def asked_by(subject):
    return Job.objects.about(subject).get().request_id


def test_a_job_and_what_it_makes_due_have_the_id_of_the_request():
    def step(subject):
        jobs.add(JobKind.DRAFT, NEXT)
        return {}

    with log_context.request("a-click"):
        jobs.add(JobKind.FULL_TEXT, FIRST)
    jobs.run(Job.objects.get().pk, {JobKind.FULL_TEXT: step})
    assert asked_by(NEXT) == "a-click"
    assert log_context.request_id() == ""


def test_a_job_that_is_asked_for_again_has_the_id_of_the_last_request():
    jobs.add(JobKind.DRAFT, FIRST)
    assert asked_by(FIRST) == ""
    with log_context.request("second"):
        jobs.add(JobKind.DRAFT, FIRST)
    assert asked_by(FIRST) == ""  # It was due already, so the second asked for nothing.
    Job.objects.update(state=JobState.DONE, next_at=None)
    with log_context.request("third"):
        jobs.add(JobKind.DRAFT, FIRST, again=True)
    assert asked_by(FIRST) == "third"
    Job.objects.update(state=JobState.FAILED, next_at=None)
    with log_context.request("fourth"):
        jobs.retry(Job.objects.all())
    assert asked_by(FIRST) == "fourth"


def test_a_click_in_the_admin_is_found_at_the_jobs_that_it_makes_due(client, admin_user):
    client.force_login(admin_user)
    paper = make_paper(arxiv_id=FIRST.arxiv_id)
    listing = Listing.objects.create(paper=paper, source="huggingface", day="2025-10-08", rank=1)
    page = reverse("admin:papers_listing_choose", args=[listing.pk])
    response = client.post(page, {"choice": Choice.PICKED}, HTTP_X_REQUEST_ID="abc-123")
    assert response.headers["X-Request-ID"] == "abc-123"
    assert set(Job.objects.values_list("request_id", flat=True)) == {"abc-123"}
    job = Job.objects.first()
    assert (
        "abc-123" in client.get(reverse("admin:papers_job_change", args=[job.pk])).content.decode()
    )
