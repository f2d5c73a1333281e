"""Editors get one real mail about a day that failed, or that was an empty weekday."""

import socketserver
import threading
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from django.contrib.auth.models import User

from digest.addresses import mail_server
from digest.ledger import alerts
from papers import jobs
from papers.clock import now
from papers.models import FullText, Job, JobKind, JobState, Source, SourceAnswer, Subject
from papers.pipeline import steps
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime(2025, 10, 8, tzinfo=UTC)


class Smtp(socketserver.StreamRequestHandler):
    """Implements as much of RFC 5321 as one client needs, and keeps the mails."""

    def handle(self):
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            command = line[:4].upper()
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (more := self.rfile.readline()) != b".\r\n":
                    lines.append(more)
                mail = message_from_bytes(b"".join(lines), policy=policy.default)
                self.server.mails.append(mail)
            elif command == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 well\r\n")


@pytest.fixture
def post_office(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as server:
        server.mails = []
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.server_address[1]}"
        for name, value in mail_server(settings.EMAIL_URL).items():
            setattr(settings, name, value)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def editor():
    return User.objects.create_superuser("ada", "ada@example.org")


def answered(day, *ids):
    SourceAnswer.objects.create(
        source=Source.HUGGINGFACE,
        day=day,
        fetched_at=datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=1, hours=1),
        pages=["[]"],
        checksum=str(day),
        listed_ids=list(ids),
    )


def failed(day, reason="huggingface: status 500"):
    return Job.objects.create(
        kind=JobKind.INGEST_DAY, day=str(day), state=JobState.FAILED, reason=reason
    )


def at(moment):
    return time_machine.travel(moment, tick=False)


def write_all():
    for job in Job.objects.filter(kind=JobKind.ALERT).order_by("id"):
        jobs.run(job.pk, steps.STEPS)


def test_a_failed_day_is_written_of_once(post_office, editor):
    failed(WEDNESDAY.date())
    with at(WEDNESDAY + timedelta(hours=5)):
        assert alerts.watch() == 1
        assert alerts.watch() == 0
        write_all()
    [mail] = post_office.mails
    assert mail["To"] == "ada@example.org"
    assert "2025-10-08" in mail["Subject"]
    text = mail.get_content()
    assert "huggingface: status 500" in text
    assert "http://127.0.0.1:8000/admin/papers/job/" in text


def test_a_weekday_that_stays_empty_is_written_of_when_it_is_over(post_office, editor):
    answered(WEDNESDAY.date())
    with at(WEDNESDAY + timedelta(hours=23)):
        SourceAnswer.objects.update(fetched_at=WEDNESDAY + timedelta(hours=22))
        assert alerts.watch() == 0
    SourceAnswer.objects.update(fetched_at=WEDNESDAY + timedelta(hours=25))
    with at(WEDNESDAY + timedelta(hours=26)):
        assert alerts.watch() == 1
        write_all()
    assert len(post_office.mails) == 1


def test_an_empty_weekend_and_a_day_with_papers_are_no_news(post_office, editor):
    saturday = (WEDNESDAY + timedelta(days=3)).date()
    answered(WEDNESDAY.date(), "2510.00001")
    answered((WEDNESDAY + timedelta(days=1)).date(), "2510.00002")
    answered((WEDNESDAY + timedelta(days=2)).date(), "2510.00003")
    answered(saturday)
    answered(saturday + timedelta(days=1))
    with at(WEDNESDAY + timedelta(days=5)):
        assert alerts.watch() == 0


def test_a_day_that_was_never_read_is_written_of(post_office, editor):
    answered(WEDNESDAY.date(), "2510.00001")
    answered((WEDNESDAY + timedelta(days=2)).date(), "2510.00003")
    with at(WEDNESDAY + timedelta(days=2, hours=3)):
        assert alerts.watch() == 1
    assert Job.objects.get().subject == Subject(
        day=date(2025, 10, 9), source="huggingface", topic="missed"
    )


def test_a_day_long_ago_is_no_news(post_office, editor):
    failed(WEDNESDAY.date())
    with at(WEDNESDAY + timedelta(days=60)):
        assert alerts.watch() == 0


def test_what_was_cured_meanwhile_is_not_written_of(post_office, editor):
    job = failed(WEDNESDAY.date())
    with at(WEDNESDAY + timedelta(hours=5)):
        alerts.watch()
        job.delete()
        write_all()
    assert Job.objects.get().runs.get().counts == {"cured meanwhile": 1}
    assert not post_office.mails


@pytest.mark.parametrize("state", [JobState.DUE, JobState.RUNNING, JobState.WAITING])
def test_a_day_that_is_read_again_is_written_of_when_it_has_failed_again(
    post_office, editor, state
):
    day = failed(WEDNESDAY.date())
    with at(WEDNESDAY + timedelta(hours=5)) as clock:
        alerts.watch()
        Job.objects.filter(pk=day.pk).update(state=state, next_at=now())
        write_all()
        alert = Job.objects.get(kind=JobKind.ALERT)
        assert (alert.state, post_office.mails) == (JobState.WAITING, [])
        day.save()  # It has failed as before.
        clock.move_to(alert.next_at)
        write_all()
    assert len(post_office.mails) == 1


def test_a_trouble_that_was_cured_and_comes_anew_is_written_of(post_office, editor):
    day = failed(WEDNESDAY.date())
    with at(WEDNESDAY + timedelta(hours=5)):
        alerts.watch()
        day.delete()
        write_all()
        failed(WEDNESDAY.date())
        assert alerts.watch() == 1
        write_all()
    assert len(post_office.mails) == 1


def test_a_mail_that_could_not_be_sent_is_due_again_while_the_trouble_lasts(post_office):
    failed(WEDNESDAY.date())
    with at(WEDNESDAY + timedelta(hours=5)):
        alerts.watch()
        write_all()
        assert Job.objects.get(kind=JobKind.ALERT).state == JobState.FAILED
        User.objects.create_superuser("ada", "ada@example.org")
        assert alerts.watch() == 1
        write_all()
    assert len(post_office.mails) == 1


def test_a_mail_that_was_sent_is_not_sent_again_whoever_asks(post_office, editor):
    day = failed(WEDNESDAY.date())
    with at(WEDNESDAY + timedelta(hours=5)) as clock:
        alerts.watch()
        write_all()
        Job.objects.filter(pk=day.pk).update(state=JobState.DONE)
        alerts.watch()
        day.save()
        assert alerts.watch() == 0
        # Another `watch` made it due while it was being sent.
        about = Subject(day=date(2025, 10, 8), source="huggingface", topic="failed")
        jobs.add(JobKind.ALERT, about, again=True)
        clock.shift(1)
        write_all()
        assert alerts.watch() == 0
    assert Job.objects.get(kind=JobKind.ALERT).state == JobState.DONE
    assert len(post_office.mails) == 1


def test_without_an_address_the_job_says_what_to_do(post_office):
    User.objects.create_superuser("ada")
    failed(WEDNESDAY.date())
    with at(WEDNESDAY + timedelta(hours=5)):
        alerts.watch()
        write_all()
    assert "add one under Users" in Job.objects.get(kind=JobKind.ALERT).reason


def test_without_a_mail_server_nothing_is_due(settings, editor):
    settings.EMAIL_URL = ""
    failed(WEDNESDAY.date())
    with at(WEDNESDAY + timedelta(hours=5)):
        assert alerts.watch() == 0


def test_a_mail_server_that_is_away_is_tried_again(post_office, editor, settings):
    settings.EMAIL_PORT = 1  # No server listens there.
    failed(WEDNESDAY.date())
    with at(WEDNESDAY + timedelta(hours=5)):
        alerts.watch()
        write_all()
    assert Job.objects.get(kind=JobKind.ALERT).state == JobState.WAITING


def test_only_those_who_may_act_are_written_to(editor):
    User.objects.create_user("reader", "reader@example.org")
    User.objects.create_superuser("gone", "gone@example.org", is_active=False)
    assert alerts.editors() == ["ada@example.org"]


def read(count, day, kinds):
    for _ in range(count):
        FullText.objects.create(
            paper=make_paper(), version=1, format="html", checksum="0", parsed_at=day,
            parts=[{"kind": "other"}], kinds=kinds,
        )  # fmt: skip


def test_full_texts_without_their_usual_sections_are_written_of_once_a_week(post_office, editor):
    read(40, WEDNESDAY - timedelta(days=9), "conclusion introduction results")
    read(10, WEDNESDAY, "other")
    answered(WEDNESDAY.date(), "2510.00001")
    with at(WEDNESDAY + timedelta(days=1, hours=2)) as clock:
        assert alerts.watch() == 1
        assert alerts.watch() == 0
        write_all()
        read(10, now(), "other")
        answered(now().date(), "2510.00002")
        clock.shift(timedelta(days=1))
        assert alerts.watch() == 0
    [mail] = post_office.mails
    assert "2025-10-08" in mail["Subject"]
    text = mail.get_content()
    assert "10" in text
    assert "100" in text
    assert "HTML" in text
    assert "/admin/papers/sourcestate/" in text


def test_a_fall_that_is_over_is_not_written_of(post_office, editor):
    read(40, WEDNESDAY - timedelta(days=9), "conclusion introduction results")
    read(10, WEDNESDAY, "other")
    with at(WEDNESDAY + timedelta(days=1, hours=2)):
        jobs.add(JobKind.ALERT, Subject(day=WEDNESDAY.date(), topic="texts"))
        FullText.objects.update(kinds="conclusion introduction results")
        write_all()
    assert Job.objects.get().runs.get().counts == {"cured meanwhile": 1}
    assert not post_office.mails


def test_while_its_source_alone_is_asked_again_no_mail_says_that_it_failed(post_office, editor):
    with at(WEDNESDAY + timedelta(days=2)):
        failed(WEDNESDAY.date())
        alone = Subject(day=WEDNESDAY.date(), source=Source.HUGGINGFACE)
        jobs.add(JobKind.INGEST_DAY, alone)
        with pytest.raises(jobs.Postponed):
            alerts.send(Subject(day=alone.day, source=alone.source, topic="failed"))
        assert post_office.mails == []
