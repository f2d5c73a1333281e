"""The periodic tasks. The settings say how often they run. Here they are shown and disabled."""

from __future__ import annotations

from typing import Any

from celery import current_app
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_celery_beat import models
from kombu.exceptions import OperationalError
from unfold.admin import ModelAdmin
from unfold.decorators import display

NAMES = {
    "publish scheduled posts": _("publish scheduled posts"),
    "hand out jobs": _("hand out jobs"),
    "ask for open days": _("ask for open days"),
    "hear from the workers": _("hear from the workers"),
    "hear from the workers that ask arXiv": _("hear from the workers that ask arXiv"),
    "look for troubles": _("look for troubles"),
    "mail what went wrong": _("mail what went wrong"),
    "ask again about published papers": _("ask again about published papers"),
    "compare the month's list": _("compare the month's list with its days"),
    "forget old sign-ins": _("forget old sign-ins"),
    "forget old audit records": _("forget old audit records"),
    "back the site up": _("back the site up"),
    "forget what got old": _("forget runs, replies and answers that got old"),
    "forget unsaved texts": _("forget unsaved texts"),
    "index what readers see anew": _("index what readers see anew"),
    "suggest papers": _("suggest papers"),
    "delete old pages": _("delete old pages"),
    "empty the trash": _("empty the trash"),
}
"""What the periodic tasks of the settings are called in the reader's language."""

for model in (
    models.PeriodicTask,
    models.IntervalSchedule,
    models.CrontabSchedule,
    models.SolarSchedule,
    models.ClockedSchedule,
):
    admin.site.unregister(model)


@admin.register(models.PeriodicTask)
class ScheduleAdmin(ModelAdmin):
    list_display = ["told", "enabled", "every", "last_run_at", "total_run_count"]
    fields = ["told", "code", "every", "enabled", "last_run_at", "total_run_count"]
    readonly_fields = ["told", "code", "every", "last_run_at", "total_run_count"]
    ordering = ["name"]
    actions = ["run_now"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # Celery beat makes them from the settings.

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("task"), ordering="name")
    def told(self, schedule: models.PeriodicTask) -> str:
        return str(NAMES.get(schedule.name, schedule.name))

    @display(description=_("interval"))
    def every(self, schedule: models.PeriodicTask) -> str:
        return str(schedule.scheduler)

    @display(description=_("code"))
    def code(self, schedule: models.PeriodicTask) -> str:
        return schedule.task

    @admin.action(description=_("Run now"), permissions=["change"])
    def run_now(self, request: HttpRequest, queryset: QuerySet[models.PeriodicTask]) -> None:
        try:
            for schedule in queryset:
                current_app.send_task(schedule.task, retry=False)
        except OperationalError:
            messages.error(request, _("The queue cannot be reached. Try again when it is back."))
        else:
            messages.success(request, _("Handed to the workers."))
