"""What there is to do, was done and failed: to be read, and tried again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from papers import jobs
from papers.models import Job, JobQuerySet, JobState, Run


class Machines:
    """Rows that machines write, and nobody else."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RunInline(Machines, TabularInline):
    model = Run
    fields = ["started_at", "ended_at", "outcome", "message", "counts"]
    readonly_fields = fields
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@require_POST
def try_all_again(request: HttpRequest, model_admin: JobAdmin) -> HttpResponse:
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    model_admin.try_again(request, Job.objects.filter(state=JobState.FAILED))
    return HttpResponseRedirect(reverse("admin:papers_job_changelist"))


@admin.register(Job)
class JobAdmin(Machines, ModelAdmin):
    list_display = ["key", "kind", "state_label", "attempts", "next_at", "reason"]
    list_filter = ["state", "kind"]
    search_fields = ["key", "reason"]
    fields = ["kind", "key", "state", "attempts", "next_at", "reason", "handed_at"]
    readonly_fields = fields
    inlines = [RunInline]
    actions = ["try_again"]
    list_before_template = "admin/papers/job/again.html"
    custom_urls = (("try-again/", "papers_job_try_again", try_all_again),)

    @display(
        description=_("state"),
        ordering="state",
        label={
            JobState.RUNNING: "info",
            JobState.WAITING: "warning",
            JobState.FAILED: "danger",
            JobState.DONE: "success",
        },
    )
    def state_label(self, job: Job) -> tuple[str, str]:
        return job.state, job.get_state_display()

    @admin.action(description=_("Try again"), permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: JobQuerySet) -> None:
        count = jobs.retry(queryset)
        message = ngettext("%d job is due again.", "%d jobs are due again.", count)
        messages.success(request, message % count)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Nothing to save here: a job is read, and tried again from the list."""
        context = {"show_save": False, "show_save_and_continue": False, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        failed = Job.objects.filter(state=JobState.FAILED).count()
        may = self.has_change_permission(request)
        context = {"failed": failed if may else 0, **(extra_context or {})}
        return super().changelist_view(request, context)
