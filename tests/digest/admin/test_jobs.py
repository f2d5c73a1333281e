"""Jobs in the admin: which are due, which failed and why, and how to retry them."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from papers.clock import now
from papers.models import Job, JobKind, JobState, Run, RunOutcome, SourceAnswer, SourceState
from papers.sources.items import Remark
from tests.digest.ledger.test_accounts import listed
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

REASON = "huggingface 2025-10-08: <script>alert(1)</script> answered 500"


@pytest.fixture
def failed():
    job = Job.objects.create(
        kind=JobKind.INGEST_DAY,
        day=date(2025, 10, 8),
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
        kind=JobKind.INGEST_DAY, day=date(2025, 10, 7), state=JobState.DONE, next_at=None
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


def test_a_job_is_tried_again_from_its_page(client, editor, failed):
    page = reverse("admin:papers_job_change", args=[failed.pk])
    again = reverse("admin:papers_job_try_one_again", args=[failed.pk])
    assert f'action="{again}"' in client.get(page).content.decode()
    assert client.get(again).status_code == 405
    assert client.post(again).headers["Location"] == page
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.reason) == (JobState.DUE, 0, "")


def test_a_running_job_is_left_alone(client, editor, failed):
    Job.objects.update(state=JobState.RUNNING)
    page = client.get(reverse("admin:papers_job_change", args=[failed.pk])).content.decode()
    assert 'form="again"' not in page
    client.post(reverse("admin:papers_job_try_one_again", args=[failed.pk]))
    failed.refresh_from_db()
    assert failed.state == JobState.RUNNING


def test_a_jobs_form_is_never_saved(client, editor, failed):
    response = client.post(reverse("admin:papers_job_change", args=[failed.pk]), {})
    assert response.status_code == 405


def test_a_jobs_page_tells_its_attempts(client, editor, failed):
    failed.runs.update(ended_at=now() + timedelta(seconds=75))
    page = client.get(reverse("admin:papers_job_live_page", args=[failed.pk])).content.decode()
    assert "3/3회" in page
    assert "1분 15초 소요" in page


def test_what_was_refused_of_a_day_is_told_item_by_item(client, admin_client, failed):
    day = failed.day
    listed(1, day=day, refusals=[Remark(9, None, "", "of an older answer")])
    refusals = (
        Remark(31, "2509.00031", "title", "99,999 chars, limit 500"),
        Remark(32, None, "paper.id", "'<script>alert(1)</script>' is not an arXiv id"),
    )
    listed(1, day=day, refusals=refusals)
    newest = SourceAnswer.objects.order_by("fetched_at").last()
    newest.notices = [Remark(2, "2509.00002", "summary", "no abstract").as_json()]
    newest.save()
    page = admin_client.get(reverse("admin:papers_job_change", args=[failed.pk])).content.decode()
    table = page.split('<table class="remarks">')[1].split("</table>")[0]
    for told in ("Hugging Face", "2025-10-08", "#31", "2509.00031", "title", "99,999자"):
        assert told in table
    assert "#32" in table
    assert "&lt;script&gt;alert(1)" in table
    assert "초록 없음" in table
    assert "older answer" not in table
    assert reverse("admin:papers_sourceanswer_change", args=[newest.pk]) in page
    assert f"{reverse('admin:papers_listing_changelist')}?day=2025-10-08" in page
    to_ledger = f"{reverse('ledger_month', args=['2025', '10'])}#huggingface-2025-10-08"
    assert to_ledger in page
    address, row = to_ledger.split("#")
    assert f'id="{row}"' in client.get(address).content.decode()


def test_each_source_of_a_day_is_named_with_what_was_refused_of_it(client, editor, failed):
    for source in ("huggingface", "arxiv"):
        SourceAnswer.objects.create(
            source=source,
            day=failed.day,
            fetched_at=now(),
            pages=["[]"],
            listed_ids=[],
            refusals=[Remark(1, None, "title", f"missing in {source}").as_json()],
        )
    page = client.get(reverse("admin:papers_job_live_page", args=[failed.pk])).content.decode()
    assert "missing in huggingface" in page
    assert "missing in arxiv" in page


def test_more_refusals_than_a_page_holds_are_counted(client, editor, failed):
    refusals = [Remark(number, None, "title", "missing") for number in range(1, 521)]
    listed(1, day=failed.day, refusals=refusals)
    page = client.get(reverse("admin:papers_job_live_page", args=[failed.pk])).content.decode()
    assert "#500<" in page
    assert "#501<" not in page
    assert "20건은 생략되었습니다." in page


def test_a_draft_leads_to_its_paper(client, editor):
    paper = make_paper()
    job = Job.objects.create(
        kind=JobKind.DRAFT, arxiv_id=paper.arxiv_id, state="done", next_at=None
    )
    page = client.get(reverse("admin:papers_job_change", args=[job.pk])).content.decode()
    assert reverse("admin:papers_paper_change", args=[paper.pk]) in page


def test_the_night_of_a_recheck_is_no_day_of_a_source(client, editor):
    job = Job.objects.create(
        kind=JobKind.RECHECK, day=date(2025, 10, 8), state="done", next_at=None
    )
    page = client.get(reverse("admin:papers_job_change", args=[job.pk])).content.decode()
    assert 'id="to-listings"' not in page


def test_an_unknown_jobs_page_is_not_found(client, editor):
    for name in ("live_page", "try_one_again"):
        address = reverse(f"admin:papers_job_{name}", args=[2**70])
        send = client.get if name == "live_page" else client.post
        assert send(address).status_code == 404


def test_the_overview_tells_those_who_may_know_what_needs_a_person(client, editor, failed):
    SourceState.objects.update_or_create(
        source="arxiv", defaults={"stopped": True, "reason": "turned us <away>"}
    )
    overview = client.get(reverse("admin:index")).content.decode()
    assert f"{reverse('admin:papers_job_changelist')}?state__exact=failed" in overview
    assert "작업 1건 실패" in overview
    assert "turned us" not in overview  # Only administrators see sources.
    editor.is_superuser = True
    editor.save()
    assert "turned us &lt;away&gt;" in client.get(reverse("admin:index")).content.decode()
    client.force_login(User.objects.create_user("guest", is_staff=True))
    assert "작업 1건 실패" not in client.get(reverse("admin:index")).content.decode()


def test_the_overview_is_silent_where_nothing_needs_a_person(client, admin_client):
    SourceState.objects.update_or_create(source="arxiv")
    assert "내가 할 일" not in admin_client.get(reverse("admin:index")).content.decode()
