"""Mails to editors about a day that could not be read, was never read, or was an empty weekday.

Full texts that are read worse than before are the matter of `text_alerts`. Each trouble of a day is
a job, so that it is mailed once, and retried if the mail server was down. Without EMAIL_URL no mail
is due.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy

from digest import ledger
from digest.ledger import text_alerts
from digest.ledger.accounts import SATURDAY, Day, State
from digest.publishing.approval import BACKEND
from digest.publishing.mails import MAILS
from papers import jobs
from papers.clock import end_of, now
from papers.models import Job, JobKind, Subject


class Trouble(TextChoices):
    FAILED = "failed", gettext_lazy("The day's list could not be read")
    EMPTY = "empty", gettext_lazy("Nothing was listed on a weekday")
    PARTLY = "partly", gettext_lazy("A part of the day's list could not be read")
    MISSED = "missed", gettext_lazy("The day was never read")


def watch() -> int:
    """Make a mail due for each trouble of the last CATCH_UP_DAYS that no mail was sent about.

    Returns how many became due: mails about a new trouble, about one that was gone for a while, and
    about one whose mail could not be sent.
    """
    if not settings.EMAIL_URL:
        return 0
    today = now().date()
    days = ledger.days(today - timedelta(days=settings.CATCH_UP_DAYS), today)
    subjects = [
        Subject(day=day.date, source=day.source, topic=found.value)
        for day in days
        if (found := trouble(day))
    ]
    return jobs.add(JobKind.ALERT, *_unsent([*subjects, *text_alerts.due()]), again=True)


def _unsent(subjects: list[Subject]) -> list[Subject]:
    days = [subject.day for subject in subjects]
    alerts = Job.objects.filter(kind=JobKind.ALERT, day__in=days, runs__counts__has_key=MAILS)
    sent = {alert.subject for alert in alerts}
    return [subject for subject in subjects if subject not in sent]


def trouble(day: Day) -> Trouble | None:
    """Return what editors should know about a day that is over or has failed, or None."""
    if day.state == State.FAILED:
        return Trouble.FAILED
    if day.state == State.MISSED:
        return Trouble.MISSED
    if day.unread and day.state in {State.COMPLETE, State.QUIET}:
        return Trouble.PARTLY
    empty = day.state == State.QUIET and day.date.weekday() < SATURDAY
    return Trouble.EMPTY if empty and now() >= end_of(day.date) else None


def send(subject: Subject) -> Counter[str]:
    """Mail the editors about one trouble, once, if it still is one.

    Raises Postponed while the day is being read again, because only the result shows whether the
    trouble is over. Raises PermanentFailure if no editor has a mail address.
    """
    if subject.day is None or not _unsent([subject]):
        return Counter()
    if subject.topic == text_alerts.TOPIC:
        return text_alerts.send(subject.day, editors())
    found = Trouble(subject.topic)
    of_day = Job.objects.filter(kind=JobKind.INGEST_DAY, day=subject.day)
    # A job that asks this source alone says more of it than the one that asks all.
    reading = of_day.filter(source__in=["", subject.source]).order_by("-source")
    job = reading.unfinished().first()
    if job:
        soon = timedelta(seconds=settings.JOB_RETRY_WAIT_S)
        raise jobs.Postponed("the day is read again", max(now(), job.next_at or now()) + soon)
    accounts = ledger.days(subject.day, subject.day)
    day = next((each for each in accounts if each.source == subject.source), None)
    if day is None or trouble(day) != found:
        return Counter({"cured meanwhile": 1})
    recipients = editors()
    if not recipients:
        raise jobs.PermanentFailure("no editor has a mail address: add one under Users")
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "day": day,
            "trouble": found.label,
            "job": reading.first(),
            "site_url": settings.SITE_URL,
        }
        headline = f"[{settings.SITE_TITLE}] {day.date}: {found.label}"
        send_mail(headline, render_to_string("mail/day.txt", context), None, recipients)
    return Counter({MAILS: len(recipients)})


def editors() -> list[str]:
    """Return the mail addresses of the users who may retry a day."""
    able = User.objects.with_perm("papers.change_job", backend=BACKEND)
    return sorted(set(able.exclude(email="").values_list("email", flat=True)))
