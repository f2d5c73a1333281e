"""Whether sources may be asked, and how well their full texts are read.

If a source turned us away, a person resumes it here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from papers.clock import now
from papers.models import SourceState
from papers.pipeline import resuming, text_figures

SHOWN = timedelta(days=13)


@admin.register(SourceState)
class SourceStateAdmin(ModelAdmin):
    list_display = [
        "source",
        "stopped",
        "paused_until",
        "silent_since",
        "last_request_at",
        "reason",
    ]
    fields = list_display
    readonly_fields = fields
    actions = ["resume"]
    list_before_template = "admin/papers/source/before_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        today = now().date()
        told = {
            "figures": text_figures.figures(today - SHOWN, today),
            "fall": text_figures.fall(today - timedelta(days=1)),
        }
        return super().changelist_view(request, {**(extra_context or {}), **told})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SourceState | None = None) -> bool:
        return False

    @admin.action(description=_("Resume: let the source be asked again"), permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[SourceState]) -> None:
        for state in queryset:
            count = resuming.resume(state)
            messages.success(request, _("%s may be asked again.") % state)
            if count:
                message = ngettext("%d job is due again.", "%d jobs are due again.", count)
                messages.success(request, message % count)
