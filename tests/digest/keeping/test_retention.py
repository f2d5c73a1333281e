"""What grows without bound is forgotten by a rule, and each table has one or a reason."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from digest import ledger
from digest.keeping import answers, retention
from digest.keeping.retention import RULES, After, Elsewhere
from papers.clock import now
from papers.models import (
    Job,
    JobKind,
    JobState,
    Listing,
    ModelCall,
    Run,
    RunOutcome,
    Section,
    SourceAnswer,
)
from tests.addresses import make_site
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=1000)


def test_each_table_has_a_rule_or_a_reason():
    tables = set(connection.introspection.table_names())
    assert tables == RULES.keys()


def test_each_task_that_a_rule_names_is_one():
    from digest.celery import app

    app.loader.import_default_modules()
    named = {rule.task for rule in RULES.values() if isinstance(rule, Elsewhere)}
    assert {task for task in named if ".tasks." in task} <= set(app.tasks)


def test_of_a_new_site_nothing_is_forgotten():
    make_site()
    before = {table: rows(table) for table in RULES}
    assert retention.forget_old() == {}
    assert {table: rows(table) for table in RULES} == before


def rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("kind", [JobKind.REVIEW_MAIL, JobKind.INGEST_DAY])
def test_of_old_runs_the_last_one_of_each_job_stays(kind):
    at = now() - LONG_AGO
    job = Job.objects.create(kind=kind, state=JobState.FAILED, topic="1/2")
    for minute in range(3):
        moment = at + timedelta(minutes=minute)
        Run.objects.create(job=job, started_at=moment, ended_at=moment, outcome=RunOutcome.FAILED)
    newest = Run.objects.latest("pk")
    assert retention.forget_old() == {"papers_run": 2}
    assert list(Run.objects.all()) == [newest]
    assert retention.forget_old() == {}


def test_a_finished_mail_goes_with_its_attempts():
    at = now() - LONG_AGO
    done = {"kind": JobKind.REVIEW_MAIL, "state": JobState.DONE, "created_at": at}
    for topic in ("1/1", "1/2"):
        job = Job.objects.create(topic=topic, **done)
        Run.objects.create(job=job, started_at=at, ended_at=at, outcome=RunOutcome.DONE)
    retention.forget_old()
    retention.forget_old()
    assert not Job.objects.filter(kind=JobKind.REVIEW_MAIL).exists()
    assert not Run.objects.exists()


def test_a_reply_goes_and_what_the_call_cost_stays():
    paper, at = make_paper(), now() - LONG_AGO
    call = ModelCall.objects.create(
        paper=paper, language="ko", model="m", prompt_version="1", source_checksum="0",
        asked_at=at, reply="raw", prompt_tokens=7, sources={"a": ["b"]},
    )  # fmt: skip
    assert retention.forget_old() == {"papers_modelcall": 1}
    call.refresh_from_db()
    assert (call.reply, call.prompt_tokens, call.sources) == ("", 7, {"a": ["b"]})
    assert retention.forget_old() == {}


def test_a_session_goes_once_it_is_over():
    Session.objects.create(session_key="a", expire_date=now() - timedelta(days=2))
    Session.objects.create(session_key="b", expire_date=now() + timedelta(days=2))
    assert retention.forget_old() == {"django_session": 1}
    assert Session.objects.get().session_key == "b"


def test_more_than_a_batch_goes_too(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        Session.objects.create(session_key=str(number), expire_date=now() - timedelta(days=2))
    assert retention.forget_old() == {"django_session": 5}


def test_of_a_days_answers_the_first_the_last_and_the_one_before_the_picks_stay():
    day = (now() - timedelta(days=answers.DAYS + 5)).date()
    begin = now() - timedelta(days=answers.DAYS + 5)
    for hour in range(6):
        SourceAnswer.objects.create(
            source="huggingface", day=day, fetched_at=begin + timedelta(hours=hour),
            pages=[str(hour)], checksum=str(hour), listed_ids=[],
        )  # fmt: skip
    from digest.models import Post

    post = Post.objects.create(date=day, title="of that day")
    Post.objects.filter(pk=post.pk).update(created_at=begin + timedelta(hours=2, minutes=30))
    assert retention.forget_old() == {"papers_sourceanswer": 3}
    kept = SourceAnswer.objects.order_by("fetched_at").values_list("pages", flat=True)
    assert list(kept) == [["0"], ["2"], ["5"]]


def test_a_paper_that_only_an_answer_between_listed_is_still_accounted_for():
    day = (now() - timedelta(days=answers.DAYS + 5)).date()
    begin = now() - timedelta(days=answers.DAYS + 5)
    paper = make_paper()
    Listing.objects.create(paper=paper, source="huggingface", day=day, rank=1)
    for hour in range(6):
        SourceAnswer.objects.create(
            source="huggingface", day=day, fetched_at=begin + timedelta(hours=hour),
            pages=[str(hour)], checksum=str(hour),
            listed_ids=[paper.arxiv_id] if hour in {2, 3} else [],
        )  # fmt: skip
    assert retention.forget_old() == {"papers_sourceanswer": 3}
    [account] = ledger.days(day, day)
    assert (account.listed, account.balances) == (1, True)


def test_answers_of_late_all_stay():
    day = now().date()
    for hour in range(6):
        SourceAnswer.objects.create(
            source="huggingface", day=day, fetched_at=now() + timedelta(hours=hour),
            pages=[str(hour)], checksum=str(hour), listed_ids=[],
        )  # fmt: skip
    assert retention.forget_old() == {}


def test_no_rule_takes_a_word_that_a_person_wrote():
    assert not [
        model._meta.db_table
        for model in (Section, Section.history.model)
        if isinstance(RULES[model._meta.db_table], After)
    ]
