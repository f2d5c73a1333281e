"""Whether sources may be asked. If one turned us away, a person resumes it here."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from papers import jobs
from papers.models import Job, JobState, SourceState
from papers.sources import arxiv


@admin.register(SourceState)
class SourceStateAdmin(ModelAdmin):
    list_display = ["source", "stopped", "paused_until", "last_request_at", "reason"]
    fields = ["source", "stopped", "paused_until", "last_request_at", "reason"]
    readonly_fields = fields
    actions = ["resume"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SourceState | None = None) -> bool:
        return False

    @admin.action(description=_("Resume: let the source be asked again"), permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[SourceState]) -> None:
        for state in queryset:
            state.resume()
            messages.success(request, _("%s may be asked again.") % state)
            if state.source == arxiv.NAME:
                failed = Job.objects.filter(state=JobState.FAILED, kind__in=jobs.ASKS_ARXIV)
                count = jobs.retry(failed)
                message = ngettext("%d job is due again.", "%d jobs are due again.", count)
                messages.success(request, message % count)
