"""Jobs: what is due, what was tried and what follows is in the rows, whatever a queue remembers."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from celery import current_app
from django.db import IntegrityError, connection

from papers import jobs
from papers.clock import now
from papers.models import Job, JobKind, JobState, Run, RunOutcome
from papers.sources.errors import SourceBusy, SourceDown, SourceError, SourceForbidden
from tests.factories import of_days, of_papers

pytestmark = pytest.mark.django_db

KEY = "2510.00001"


def make_job(key=KEY, **fields):
    jobs.add(JobKind.DRAFT, *of_papers(key))
    job = Job.objects.get(arxiv_id=key)
    Job.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()
    return job


def run(job, step):
    jobs.run(job.pk, {JobKind.DRAFT: step})
    job.refresh_from_db()
    return job


def failing(error):
    def step(subject):
        raise error

    return step


def test_a_job_is_added_once():
    assert jobs.add(JobKind.DRAFT, *of_papers("a", "b", "a")) == 2
    assert jobs.add(JobKind.DRAFT, *of_papers("b", "c")) == 1
    assert list(Job.objects.order_by("id").values_list("arxiv_id", flat=True)) == ["a", "b", "c"]


def test_days_are_due_in_order_and_apart():
    jobs.add(JobKind.INGEST_DAY, *of_days("2025-10-07", "2025-10-08"), spacing=timedelta(seconds=5))
    first, second = Job.objects.order_by("id")
    assert second.next_at - first.next_at == timedelta(seconds=5)


def test_a_job_is_done_once_and_its_run_tells_what_came_of_it():
    seen = []

    def step(subject):
        seen.append(subject.arxiv_id)
        return {"sections added": 3}

    job = run(make_job(), step)
    assert (job.state, job.attempts, job.next_at) == (JobState.DONE, 1, None)
    attempt = Run.objects.get()
    assert (attempt.outcome, attempt.counts) == (RunOutcome.DONE, {"sections added": 3})
    run(job, step)
    assert seen == [KEY]
    assert Run.objects.count() == 1


def test_a_job_is_not_run_before_its_time():
    job = run(make_job(next_at=now() + timedelta(minutes=1)), failing(AssertionError()))
    assert (job.state, job.attempts) == (JobState.DUE, 0)


def test_the_attempt_counts_before_the_work():
    def step(key):
        job = Job.objects.get(arxiv_id=key)
        assert (job.state, job.attempts) == (JobState.RUNNING, 1)
        return {}

    assert run(make_job(), step).state == JobState.DONE


def test_waits_grow_and_the_third_attempt_is_the_last(settings):
    settings.JOB_RETRY_WAIT_S = 60
    job = make_job()
    with time_machine.travel(now(), tick=False) as clock:
        for wait in (60, 240):
            run(job, failing(SourceDown("gone")))
            assert job.state == JobState.WAITING
            assert job.next_at - now() == timedelta(seconds=wait)
            run(job, failing(AssertionError("too early")))
            clock.shift(wait)
        run(job, failing(SourceDown("gone")))
    assert (job.state, job.attempts, job.next_at) == (JobState.FAILED, 3, None)
    assert job.reason == "gone (attempt 3 of 3)"
    assert Run.objects.filter(outcome=RunOutcome.FAILED).count() == 3


@pytest.mark.parametrize("error", [SourceBusy, jobs.Postponed])
def test_a_wait_that_the_source_or_the_work_asks_for_is_no_attempt(error):
    retry_at = now() + timedelta(hours=1)
    job = run(make_job(), failing(error("429", retry_at)))
    assert (job.state, job.attempts, job.next_at) == (JobState.WAITING, 0, retry_at)
    assert job.reason == "429"
    assert Run.objects.get().outcome == RunOutcome.WAITING


def test_a_wait_that_is_looked_after_many_times_is_one_run():
    job = make_job()
    with time_machine.travel(now(), tick=False) as clock:
        began = now()
        for reason in ("a text", "a text", "a text", "its turn"):
            run(job, failing(jobs.Postponed(reason, now() + timedelta(minutes=1))))
            clock.shift(60)
        run(job, lambda subject: {})
    ends = list(Run.objects.order_by("pk").values_list("outcome", "message", "started_at"))
    assert ends == [
        (RunOutcome.WAITING, "a text", began),
        (RunOutcome.WAITING, "its turn", began + timedelta(minutes=3)),
        (RunOutcome.DONE, "", began + timedelta(minutes=4)),
    ]


@pytest.mark.parametrize(
    "error",
    [SourceError("wrong data"), SourceForbidden("403"), jobs.PermanentFailure("no such paper")],
)
def test_what_time_does_not_cure_fails_at_once_with_its_reason(error):
    job = run(make_job(), failing(error))
    assert (job.state, job.attempts, job.reason) == (JobState.FAILED, 1, str(error))


def test_an_error_of_our_own_is_told_by_name():
    job = run(make_job(), failing(ZeroDivisionError("by zero")))
    assert (job.state, job.reason) == (JobState.WAITING, "ZeroDivisionError: by zero")


def test_a_panic_of_a_library_ends_the_attempt_with_its_words():
    class PanicException(BaseException):  # As pyo3 raises it.
        pass

    job = run(make_job(), failing(PanicException("byte index 2 is not a char boundary")))
    assert job.state == JobState.WAITING
    assert job.reason == "PanicException: byte index 2 is not a char boundary"
    assert Run.objects.get().outcome == RunOutcome.FAILED


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_a_worker_that_is_told_to_end_leaves_its_attempt_to_be_buried(end):
    job = make_job()
    with pytest.raises(end):
        run(job, failing(end()))
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    assert jobs.reap() == 1
    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.WAITING, "its worker died")


def test_asked_for_again_what_is_done_is_due_and_what_waits_goes_on_waiting():
    done, waiting = make_job("a", state=JobState.DONE, next_at=None, attempts=2), make_job("b")
    later = now() + timedelta(hours=1)
    Job.objects.filter(pk=waiting.pk).update(state=JobState.WAITING, next_at=later, attempts=1)
    assert jobs.add(JobKind.DRAFT, *of_papers("a", "b")) == 0
    assert jobs.add(JobKind.DRAFT, *of_papers("a", "b"), again=True) == 1
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.state, done.attempts) == (JobState.DUE, 0)
    assert (waiting.state, waiting.attempts, waiting.next_at) == (JobState.WAITING, 1, later)


def test_asked_for_again_while_it_runs_it_is_due_once_more():
    def step(subject):
        jobs.add(JobKind.DRAFT, subject, again=True)
        assert Job.objects.get(arxiv_id=subject.arxiv_id).state == JobState.RUNNING
        return {}

    job = run(make_job(), step)
    assert (job.state, job.attempts) == (JobState.DUE, 0)
    assert run(job, lambda subject: {}).state == JobState.DONE


@pytest.mark.parametrize(
    ("error", "attempts"),
    [(jobs.PermanentFailure("no"), 0), (SourceDown("gone"), jobs.ATTEMPTS - 1)],
)
def test_asked_for_again_while_it_runs_and_fails_for_good_it_is_due_once_more(error, attempts):
    def step(subject):
        jobs.add(JobKind.DRAFT, subject, again=True)
        raise error

    job = run(make_job(attempts=attempts), step)
    assert (job.state, job.attempts) == (JobState.DUE, 0)
    assert str(error) in job.reason
    assert run(job, lambda subject: {}).state == JobState.DONE


def test_a_person_has_a_failed_job_tried_again_with_all_its_attempts():
    job = make_job(state=JobState.FAILED, attempts=3, next_at=None, reason="gone")
    assert jobs.retry(Job.objects.all()) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, job.reason) == (JobState.DUE, 0, "")


def test_a_job_that_runs_has_one_open_run():
    job = make_job(state=JobState.RUNNING, next_at=None)
    Run.objects.create(job=job, started_at=now())
    with pytest.raises(IntegrityError):
        Run.objects.create(job=job, started_at=now())


def test_what_is_handed_out_is_handed_out_again_only_after_its_wait(settings, monkeypatch):
    settings.JOB_HANDED_WAIT_S = 60
    sent = []
    monkeypatch.setattr(
        current_app,
        "send_task",
        lambda name, args, queue, **how: sent.append((args[0], queue)),
    )
    with time_machine.travel(now(), tick=False) as clock:
        jobs.add(JobKind.DRAFT, *of_papers("a"))
        jobs.add(JobKind.ARXIV_METADATA, *of_papers("2510.00001"))
        draft, metadata = Job.objects.order_by("id")
        jobs.enqueue_due()
        jobs.enqueue_due()
        assert sent == [(metadata.pk, "arxiv"), (draft.pk, "celery")]
        clock.shift(61)
        jobs.enqueue_due()
        assert sent[2:] == sent[:2]


def test_a_queue_is_kept_short(settings, monkeypatch):
    sent = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, args, queue, **how: sent.append(args[0])
    )
    jobs.add(JobKind.DRAFT, *of_papers(*map(str, range(jobs.IN_A_QUEUE + 5))))
    jobs.enqueue_due()
    assert sent == list(Job.objects.order_by("next_at").values_list("pk", flat=True))[:-5]
    run(Job.objects.get(pk=sent[0]), lambda subject: {})
    jobs.enqueue_due()
    assert len(sent) == jobs.IN_A_QUEUE + 1


@pytest.mark.django_db(transaction=True)
def test_calls_that_add_the_same_jobs_in_other_orders_do_not_block_each_other():
    ids = [f"2510.{number:05}" for number in range(200)]
    orders = [random.Random(seed).sample(ids, len(ids)) for seed in range(8)]

    def add(order):
        try:
            for _ in range(5):
                jobs.add(JobKind.DRAFT, *of_papers(*order), again=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, orders))
    assert Job.objects.count() == len(ids)
