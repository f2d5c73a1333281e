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
    list_display = ["name", "enabled", "scheduler", "last_run_at", "total_run_count"]
    fields = ["name", "task", "scheduler", "enabled", "last_run_at", "total_run_count"]
    readonly_fields = ["name", "task", "scheduler", "last_run_at", "total_run_count"]
    ordering = ["name"]
    actions = ["run_now"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # Celery beat makes them from the settings.

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Run now"), permissions=["change"])
    def run_now(self, request: HttpRequest, queryset: QuerySet[models.PeriodicTask]) -> None:
        try:
            for schedule in queryset:
                current_app.send_task(schedule.task, retry=False)
        except OperationalError:
            messages.error(request, _("The queue cannot be reached. Try again when it is back."))
        else:
            messages.success(request, _("Handed to the workers."))
