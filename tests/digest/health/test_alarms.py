"""Operators are mailed once of each trouble, and once when it is over."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.urls import reverse

from digest.health import alarms, heartbeat, watching
from digest.models import Alarm
from papers.clock import now
from papers.models import Job, JobKind, JobState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mails(settings):
    settings.EMAIL_URL, settings.OPERATORS = "smtp://mail.example", ["op@papers.example"]


@pytest.fixture
def full(settings):
    """Fill the disk, or free it."""

    def fill(is_full):
        settings.DISK_FREE_MB = 10**9 if is_full else 0

    fill(True)
    return fill


def said():
    """The subjects of the mails since the last call."""
    subjects = [each.subject for each in mail.outbox]
    mail.outbox.clear()
    return subjects


FULL, OVER = "디스크가 거의 찼습니다", "해결됨: 디스크가 거의 찼습니다"


def test_a_trouble_is_mailed_once_and_once_when_it_is_over(full, noon):
    for _ in range(5):
        alarms.look()
        noon.shift(timedelta(minutes=1))
    [begun] = mail.outbox
    assert begun.to == ["op@papers.example"]
    assert FULL in begun.subject
    assert "MB" in begun.body
    mail.outbox.clear()
    full(False)
    for _ in range(20):
        alarms.look()
        noon.shift(timedelta(minutes=1))
    [subject] = said()
    assert OVER in subject
    assert not Alarm.objects.exists()


def test_a_trouble_that_comes_and_goes_is_one_trouble(full, noon):
    for minute in range(60):
        full(minute % 3 == 0)
        alarms.look()
        noon.shift(timedelta(minutes=1))
    assert len(said()) == 1


def test_a_trouble_that_comes_again_after_a_calm_is_told_again(full, noon):
    for is_full in (True, False, True):
        full(is_full)
        alarms.look()
        noon.shift(timedelta(minutes=16))
        alarms.look()
    assert len(said()) == 3


def test_what_a_second_look_does_not_see_is_not_mailed(noon):
    """As after a start: the first look may come before the workers were heard from."""
    heartbeat.note("celery")
    noon.shift(timedelta(hours=1))
    assert alarms.look() == 0
    heartbeat.note("celery")
    for _ in range(20):
        noon.shift(timedelta(minutes=1))
        heartbeat.note("celery")
        alarms.look()
    assert said() == []
    assert not Alarm.objects.exists()


def test_of_a_day_that_is_too_old_to_be_looked_at_no_mail_says_that_it_is_over(noon):
    Job.objects.create(
        kind=JobKind.INGEST_DAY, day=date(2025, 10, 8), state=JobState.FAILED, next_at=now()
    )
    alarms.look()
    alarms.look()
    assert len(said()) == 1
    noon.shift(timedelta(days=4))
    alarms.look()
    assert not Alarm.objects.filter(name__startswith="day 2025-10-08").exists()
    assert not [each for each in said() if "2025-10-08" in each]


def test_what_nobody_could_be_told_of_is_told_once_there_is_somebody(full, settings):
    settings.OPERATORS = []
    for _ in range(3):
        alarms.look()
    assert Alarm.objects.get().told_at is None
    settings.OPERATORS = ["op@papers.example"]
    assert alarms.look() == 1


def test_several_new_troubles_are_one_mail(full, noon):
    heartbeat.note("celery")
    noon.shift(timedelta(minutes=10))
    alarms.look()
    alarms.look()
    [one] = mail.outbox
    assert FULL in one.body
    assert "-Q celery,arxiv" not in one.body
    assert "Redis" in one.body


def test_a_mail_that_could_not_be_sent_is_sent_with_a_later_look(full, settings):
    backend, settings.EMAIL_BACKEND = (
        settings.EMAIL_BACKEND,
        "django.core.mail.backends.smtp.EmailBackend",
    )
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # Nobody listens there.
    alarms.look()
    assert alarms.look() == 0
    settings.EMAIL_BACKEND = backend
    assert alarms.look() == 1
    assert len(said()) == 1


def test_without_a_mail_server_none_is_mailed_and_troubles_are_remembered(full, settings):
    settings.EMAIL_URL = ""
    alarms.look()
    assert alarms.look() == 0
    assert said() == []
    assert Alarm.objects.get().name == "disk"


def test_without_operators_those_who_may_try_jobs_again_are_told(full, settings):
    settings.OPERATORS = []
    User.objects.create_superuser("kim", "kim@papers.example", "x")
    alarms.look()
    alarms.look()
    assert mail.outbox[0].to == ["kim@papers.example"]


def test_beat_looks_only_while_a_worker_is_silent(full, noon, monkeypatch):
    monkeypatch.setattr(watching.connection, "close", lambda: None)
    heartbeat.note("celery")
    watching.look_if_no_worker_does()
    assert said() == []
    noon.shift(timedelta(minutes=10))
    watching.look_if_no_worker_does()
    watching.look_if_no_worker_does()
    assert len(said()) == 1


def test_the_desk_says_what_is_wrong_and_what_to_do_and_is_quiet_afterwards(
    full, noon, client, admin_user
):
    client.force_login(admin_user)
    desk = reverse("admin:index")
    assert FULL not in client.get(desk).content.decode()
    alarms.look()
    page = client.get(desk).content.decode()
    assert FULL in page
    assert "디스크를 늘리세요" in page
    noon.shift(timedelta(minutes=9))
    assert FULL not in client.get(desk).content.decode()


def test_the_desk_says_it_in_english_too(full, client, admin_user):
    client.force_login(admin_user)
    client.post(reverse("admin:language"), {"language": "en"})
    alarms.look()
    assert "The disk is nearly full" in client.get(reverse("admin:index")).content.decode()
