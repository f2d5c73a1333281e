"""What is wrong with the site, as the last look for troubles found it, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from digest.admin.desk.asking import Asking
from digest.admin.desk.items import Fact, Item, Step, moment
from digest.health import troubles, wording
from digest.models import Alarm
from papers.clock import now

SHOWN_ELSEWHERE = ("beat", "queue")
"""Kinds that the desk finds by itself, because nobody may be there to look."""
LOOKED = timedelta(minutes=8)
"""A look is made each minute, or each five without beat. An older row is over, or unknown."""
PAGES = {
    "day": "admin:papers_job_changelist",
    "cross-check": "admin:papers_job_changelist",
    "budget": "admin:papers_modelcall_changelist",
}
SCHEDULES = "admin:django_celery_beat_periodictask_changelist"


def items(asking: Asking) -> Iterator[Item]:
    """Yield the troubles that go on, to who may see jobs, in one query."""
    if not asking.may("papers.view_job"):
        return
    for alarm in Alarm.objects.filter(seen_at__gt=now() - LOOKED).order_by("since", "name"):
        kind = alarm.name.partition(" ")[0]
        if kind in wording.TODO and kind not in SHOWN_ELSEWHERE:
            yield _item(alarm, kind)


def _item(alarm: Alarm, kind: str) -> Item:
    page = reverse(PAGES.get(kind, SCHEDULES))
    since = Fact(_("since %(time)s") % {"time": moment(alarm.since)})
    facts = (since, Fact(wording.todo(kind)))
    tone = "bad" if kind in troubles.NOT_READY else "warn"
    step = Step(_("Look at it"), page)
    return Item(wording.title(alarm.name), page, _("trouble"), tone, facts, step)
