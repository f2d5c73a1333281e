"""Jobs in the admin: what is due, what failed and why, and another try."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from papers.clock import now
from papers.models import Job, JobKind, JobState, Run, RunOutcome

pytestmark = pytest.mark.django_db

REASON = "huggingface 2025-10-08: <script>alert(1)</script> answered 500"


@pytest.fixture
def failed():
    job = Job.objects.create(
        kind=JobKind.INGEST_DAY,
        key="2025-10-08",
        state=JobState.FAILED,
        attempts=3,
        next_at=None,
        reason=REASON,
    )
    Run.objects.create(
        job=job, started_at=now(), ended_at=now(), outcome=RunOutcome.FAILED, message=REASON
    )
    return job


def test_an_editor_sees_what_failed_and_why(client, editor, failed):
    for address in (
        reverse("admin:papers_job_changelist"),
        reverse("admin:papers_job_change", args=[failed.pk]),
    ):
        page = client.get(address).content.decode()
        assert "2025-10-08" in page
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
        assert 'name="_save"' not in page


def test_one_job_is_tried_again_from_the_list(client, editor, failed):
    data = {"action": "try_again", "_selected_action": [failed.pk]}
    client.post(reverse("admin:papers_job_changelist"), data)
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.reason) == (JobState.DUE, 0, "")


def test_all_that_failed_are_tried_again_at_once_and_only_they(client, editor, failed):
    done = Job.objects.create(
        kind=JobKind.INGEST_DAY, key="2025-10-07", state=JobState.DONE, next_at=None
    )
    assert client.get(reverse("admin:papers_job_try_again")).status_code == 405
    client.post(reverse("admin:papers_job_try_again"))
    failed.refresh_from_db()
    done.refresh_from_db()
    assert (failed.state, done.state) == (JobState.DUE, JobState.DONE)


def test_a_job_is_neither_made_nor_deleted_by_hand(client, editor, failed):
    assert client.get(reverse("admin:papers_job_add")).status_code == 403
    assert client.post(reverse("admin:papers_job_delete", args=[failed.pk])).status_code == 403


def test_who_may_not_change_jobs_may_not_try_again(client, failed):
    client.force_login(User.objects.create_user("guest", is_staff=True))
    assert client.post(reverse("admin:papers_job_try_again")).status_code == 403
