"""The panel above the list of jobs: numbers, running jobs and results. It refreshes itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from papers.admin.progress import Progress
from papers.clock import now
from papers.jobs.runs import duration, in_words
from papers.models import Job, JobKind, JobState, Run, RunOutcome

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 10, 8, 3, tzinfo=UTC)  # In Seoul.
LIVE = "admin:papers_job_live"


def make_job(key, state=JobState.DONE, ended_at=None, *, kind=JobKind.DRAFT, **fields):
    """Make a job in `state`, with a run that ended at `ended_at` if that is given."""
    due = {"next_at": now() if state in {JobState.DUE, JobState.WAITING} else None}
    about = {"arxiv_id": key} if kind == JobKind.DRAFT else {"day": date.fromisoformat(key)}
    job = Job.objects.create(kind=kind, state=state, **about, **{**due, **fields})
    if ended_at:
        outcome = RunOutcome.FAILED if state == JobState.FAILED else RunOutcome.DONE
        Run.objects.create(job=job, started_at=ended_at, ended_at=ended_at, outcome=outcome)
    return job


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def test_the_work_under_way_is_what_is_unfinished_and_what_ended_today(noon):
    make_job("yesterday", ended_at=NOON - timedelta(hours=13))
    make_job("today", ended_at=NOON - timedelta(hours=11))
    make_job("failed", JobState.FAILED, NOON - timedelta(hours=1))
    make_job("failed long ago", JobState.FAILED, NOON - timedelta(days=9))
    make_job("due", JobState.DUE)
    make_job("waiting", JobState.WAITING, next_at=NOON + timedelta(hours=1))
    make_job("running", JobState.RUNNING)
    progress = Progress.read()
    assert (progress.due, progress.running, progress.waiting) == (1, 1, 1)
    assert (progress.failed, progress.done) == (2, 1)
    assert (progress.ended, progress.total, progress.percent) == (2, 5, 40)
    assert progress.today


def test_work_that_goes_on_past_midnight_is_counted_from_when_it_became_due(noon):
    make_job("before", ended_at=NOON - timedelta(hours=20))
    make_job("yesterday", ended_at=NOON - timedelta(hours=13))
    make_job("left", JobState.DUE, next_at=NOON - timedelta(hours=14))
    progress = Progress.read()
    assert (progress.ended, progress.total) == (1, 2)
    assert progress.since == NOON - timedelta(hours=14)
    assert not progress.today


def test_a_job_done_twice_counts_once(noon):
    job = make_job("a", ended_at=NOON - timedelta(hours=2))
    Run.objects.create(
        job=job, started_at=NOON, ended_at=NOON, outcome=RunOutcome.DONE, counts={"listed": 1}
    )
    assert Progress.read().ended == 1


@pytest.mark.parametrize(
    ("state", "next_at", "seconds"),
    [
        (JobState.DUE, NOON, 2),
        (JobState.RUNNING, None, 2),
        (JobState.WAITING, NOON + timedelta(seconds=40), 40),
        (JobState.WAITING, NOON - timedelta(seconds=1), 2),
        (JobState.WAITING, NOON + timedelta(days=1), 600),
        (JobState.DONE, None, None),
        (JobState.FAILED, None, None),
    ],
)
def test_it_is_read_again_when_something_may_have_moved(
    noon, client, editor, state, next_at, seconds
):
    job = make_job("a", state, next_at=next_at)
    assert Progress.read().again_in == seconds
    for address in (reverse(LIVE), reverse("admin:papers_job_live_page", args=[job.pk])):
        page = client.get(address).content.decode()
        assert f'data-again="{"" if seconds is None else seconds}"' in page


def test_a_job_that_no_worker_takes_raises_the_question_whether_one_runs(noon, client, editor):
    job = make_job("a", JobState.DUE, next_at=NOON - timedelta(seconds=100))
    assert Progress.read().overdue is None
    Job.objects.update(next_at=NOON - timedelta(minutes=10))
    assert Progress.read().overdue == NOON - timedelta(minutes=10)
    assert "워커가 실행 중인지" in client.get(reverse(LIVE)).content.decode()
    make_job("b", JobState.RUNNING)
    assert Progress.read().overdue is None
    Job.objects.filter(pk=job.pk).delete()


def test_the_list_and_what_is_read_anew_show_the_same(client, editor):
    reason = "arxiv: <b>asked</b> for a pause"
    later = now() + timedelta(hours=1)
    make_job("2025-10-07", JobState.WAITING, kind="arxiv_metadata", next_at=later, reason=reason)
    running = make_job("2025-10-08", JobState.RUNNING, kind="ingest_day")
    Run.objects.create(job=running, started_at=now())
    done = make_job("2025-10-06", ended_at=now(), kind="ingest_day")
    done.runs.update(counts={"listed": 37, "papers added": 36, "refused": 1, "facts proposed": 0})
    for address in (reverse("admin:papers_job_changelist"), reverse(LIVE)):
        page = client.get(address).content.decode()
        assert "arxiv: &lt;b&gt;asked&lt;/b&gt; for a pause" in page
        assert "후보 37편 · 논문 36편 추가 · 제외 1건" in page
        assert '<progress id="jobs-bar" value="1" max="3"' in page
        assert "<script" not in page.split('class="panel jobs"')[1].split("</section>")[0]


def test_what_is_read_anew_is_kept_by_nobody_and_is_not_posted(client, editor):
    job = make_job("a")
    for address in (reverse(LIVE), reverse("admin:papers_job_live_page", args=[job.pk])):
        control = client.get(address).headers["Cache-Control"]
        assert {"private", "no-store"} <= set(control.split(", "))
        assert client.post(address).status_code == 405


@pytest.fixture
def guest(client):
    """Return a user who may view jobs but not change them, logged in with `client`."""
    user = User.objects.create_user("guest", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_job"))
    client.force_login(user)
    return user


def addresses(job):
    return [
        reverse("admin:papers_job_changelist"),
        reverse(LIVE),
        reverse("admin:papers_job_change", args=[job.pk]),
        reverse("admin:papers_job_live_page", args=[job.pk]),
    ]


def test_who_may_only_read_finds_no_button(client, guest):
    job = make_job("a", JobState.FAILED, now())
    Run.objects.update(message="no abstract")
    for address in addresses(job):
        page = client.get(address).content.decode()
        assert 'form="again"' not in page
        assert 'id="again"' not in page
        assert "no abstract" not in page  # It is in a run, which needs another permission.
    again = reverse("admin:papers_job_try_one_again", args=[job.pk])
    assert client.post(again).status_code == 403
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_who_may_not_read_jobs_is_shown_nothing_of_them(client):
    job = make_job("a", JobState.FAILED, now())
    assert client.get(reverse(LIVE)).status_code == 302
    client.force_login(User.objects.create_user("stranger", is_staff=True))
    assert [client.get(address).status_code for address in addresses(job)] == [403] * 4


def test_more_jobs_cost_no_more_queries(client, editor):
    job = make_job("2025-10-08", kind="ingest_day", ended_at=now())

    def cost():
        found = []
        for address in addresses(job):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            found.append(len(captured))
        return found

    before = cost()
    for number in range(30):
        for state in JobState.values:
            other = make_job(f"{state} {number}", state, now())
            if state == JobState.RUNNING:
                Run.objects.create(job=other, started_at=now())
        Run.objects.create(job=job, started_at=now(), ended_at=now(), outcome=RunOutcome.DONE)
    assert cost() == before
    assert before[1] <= 11


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"listed": 37, "papers added": 37, "refused": 0}, "후보 37편 · 논문 37편 추가"),
        ({"refused": 2, "missing": 1}, "제외 2건 · 찾을 수 없음 1편"),
        ({"papers": 1, "added": 4}, "논문 1편 · 섹션 4개 작성"),
        ({"listed": 3, "<new>": 2}, "후보 3편 · 2 <new>"),
        ({"papers added": 0}, "변경 없음"),
        ({}, "변경 없음"),
    ],
)
def test_counts_are_told_in_words(counts, words):
    assert in_words(counts) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0초"), (9.94, "9.9초"), (59.4, "59초"), (59.6, "1분 0초"), (7384, "2시간 3분")],
)
def test_a_length_of_time_is_told_in_words(seconds, words):
    assert duration(timedelta(seconds=seconds)) == words
