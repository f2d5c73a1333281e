"""The periodic tasks, as far as the desk depends on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django_celery_beat.models import PeriodicTask

from digest.admin.desk.asking import Asking
from digest.admin.desk.items import Fact, Item, Step, moment
from digest.admin.schedules import NAMES
from papers.clock import now

POLL = "ask for open days"
EACH_MINUTE = "publish scheduled posts"
STILL = timedelta(minutes=15)
"""A task of each minute that did not run for so long says that beat or the queue is down."""


class Schedules:
    def __init__(self) -> None:
        """Read the tasks of the settings in one query. Beat makes their rows when it first runs."""
        rows = PeriodicTask.objects.filter(name__in=NAMES)
        found = rows.values_list("name", "enabled", "last_run_at")
        self.tasks = {name: (enabled, last_run_at) for name, enabled, last_run_at in found}

    def is_off(self, name: str) -> bool:
        return name in self.tasks and not self.tasks[name][0]

    def polls_at(self) -> datetime | None:
        """Return when open days are asked for again, as far as that is known."""
        enabled, last = self.tasks.get(POLL, (False, None))
        if not (enabled and last and settings.POLL_PAUSE):
            return None
        at = last + settings.POLL_PAUSE
        return at if at > now() else None

    def items(self, asking: Asking) -> Iterator[Item]:
        """Yield the tasks that stand still, to who may see them."""
        if not asking.may("django_celery_beat.view_periodictask"):
            return
        page = reverse("admin:django_celery_beat_periodictask_changelist")
        step = Step(_("Look at it"), page)
        for name, (enabled, _last) in self.tasks.items():
            if not enabled:
                title = _("A periodic task is switched off: %(task)s") % {"task": NAMES[name]}
                yield Item(title, page, _("switched off"), "bad", (), step)
        enabled, last = self.tasks.get(EACH_MINUTE, (False, None))
        if enabled and last and last < now() - STILL:
            fact = Fact(_("the last ran %(when)s") % {"when": moment(last)})
            yield Item(
                _("No periodic task runs: is beat running?"),
                page,
                _("stopped"),
                "bad",
                (fact,),
                step,
            )
