"""A mail to editors about full texts that have fewer of the usual sections than before."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy

from digest.publishing.mails import MAILS
from papers import jobs
from papers.clock import now
from papers.models import Job, JobKind, Subject
from papers.pipeline import text_figures

TOPIC = "texts"
HEADLINE = gettext_lazy("Fewer full texts have their usual sections")
QUIET = timedelta(days=7)
"""For so long nothing more is said of the same fall."""


def due() -> list[Subject]:
    """Return the mail that is due about the last whole day (UTC), if there is one."""
    day = now().date() - timedelta(days=1)
    told = Job.objects.filter(kind=JobKind.ALERT, topic=TOPIC, day__gt=day - QUIET)
    if told.exists() or not text_figures.fall(day):
        return []
    return [Subject(day=day, topic=TOPIC)]


def send(day: date, recipients: list[str]) -> Counter[str]:
    """Mail the editors about the fall of a day, if it still is one."""
    fall = text_figures.fall(day)
    if fall is None:
        return Counter({"cured meanwhile": 1})
    if not recipients:
        raise jobs.PermanentFailure("no editor has a mail address: add one under Users")
    with translation.override(settings.LANGUAGE_CODE):
        context = {"fall": fall, "site_url": settings.SITE_URL}
        headline = f"[{settings.SITE_TITLE}] {day}: {HEADLINE}"
        send_mail(headline, render_to_string("mail/texts.txt", context), None, recipients)
    return Counter({MAILS: len(recipients)})
