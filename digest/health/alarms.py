"""Remembers which troubles go on, and mails operators once of each, and once when it is over.

A trouble is told when a second look sees it too: after a start, a look may come before the first
heartbeats. It is over when it was not seen for CALM. So one that comes and goes each minute is one
trouble, and two mails. A mail that could not be sent is tried again with the next look.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from digest.health import troubles, wording
from digest.health.troubles import Trouble
from digest.ledger import alerts
from digest.models import Alarm
from papers.clock import now
from papers.jobs.locks import unless_under_way

CALM = timedelta(minutes=15)

logger = logging.getLogger(__name__)


def look() -> int:
    """Look for troubles once, and mail what is new and what is over. Return how many mails.

    It is safe to call at any time from any process: who comes second at the same time does nothing.
    """
    with unless_under_way("look for troubles") as free:
        return _look() if free else 0


def _look() -> int:
    seen_before = set(Alarm.objects.values_list("name", flat=True))
    found = {trouble.name: trouble for trouble in troubles.found()}
    _remember(found.values())
    if not settings.EMAIL_URL or not recipients():
        _over().delete()
        return 0
    untold = Alarm.objects.filter(name__in=seen_before & found.keys(), told_at=None)
    begun = [found[alarm.name] for alarm in untold.order_by("name")]
    return _mail_begun(begun) + _mail_over()


def _remember(found: Iterable[Trouble]) -> None:
    """Make a row of each new trouble, and note that the others still go on."""
    at = now()
    rows = [Alarm(name=each.name, since=each.since or at, seen_at=at) for each in found]
    Alarm.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["name"], update_fields=["seen_at"]
    )


def _over() -> QuerySet[Alarm]:
    return Alarm.objects.filter(seen_at__lt=now() - CALM)


def _mail_begun(begun: list[Trouble]) -> int:
    if not begun:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        count = len(begun)
        subject = ngettext("%(n)d trouble", "%(n)d troubles", count) % {"n": count}
        if count == 1:
            subject = begun[0].title
        if not _send(subject, {"begun": begun}):
            return 0
    told = Alarm.objects.filter(name__in=[each.name for each in begun])
    told.update(told_at=now())
    return 1


def _mail_over() -> int:
    """Mail which troubles are over, if a mail had told of them, and forget all that are.

    Nothing is said of a day that is only too old to be looked at: it may be unread for ever.
    """
    over = list(_over().order_by("name"))
    told = [row for row in over if row.told_at and troubles.is_looked_at(row.name)]
    if told:
        with translation.override(settings.LANGUAGE_CODE):
            titles = [wording.title(row.name) for row in told]
            if not _send(gettext("Over: %(what)s") % {"what": titles[0]}, {"over": titles}):
                return 0
    Alarm.objects.filter(name__in=[row.name for row in over]).delete()
    return bool(told)


def _send(subject: str, context: dict[str, object]) -> bool:
    """Mail operators, and return whether the mail server took it."""
    page = settings.SITE_URL + reverse("admin:index")
    text = render_to_string("mail/troubles.txt", context | {"page": page})
    try:
        send_mail(f"[{settings.SITE_TITLE}] {subject}", text, None, recipients())
    except OSError as error:  # What smtplib raises is one, too.
        logger.warning("A mail about troubles could not be sent: %s", error)
        return False
    return True


def recipients() -> list[str]:
    """Return OPERATORS, or the users who may try a job again, as for mails about bad days."""
    return settings.OPERATORS or alerts.editors()
