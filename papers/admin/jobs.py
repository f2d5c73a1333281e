"""The jobs that are due, done and failed. A person can watch them and try them again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import display

from papers import jobs
from papers.admin.base import SearchedAdmin
from papers.admin.job_page import JobPage
from papers.admin.progress import Progress
from papers.jobs import reasons
from papers.models import Job, JobQuerySet, JobState

SHOWN_LENGTH = 200  # Characters of a reason in the list. The job's page has all of it.


@require_POST
def try_all_again(request: HttpRequest, model_admin: JobAdmin) -> HttpResponse:
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    model_admin.try_again(request, Job.objects.filter(state=JobState.FAILED))
    return HttpResponseRedirect(reverse("admin:papers_job_changelist"))


@require_POST
def try_one_again(request: HttpRequest, object_id: int, model_admin: JobAdmin) -> HttpResponse:
    job = get_object_or_404(Job, pk=object_id)
    if not model_admin.has_change_permission(request, job):
        raise PermissionDenied
    model_admin.try_again(request, Job.objects.filter(pk=job.pk))
    return HttpResponseRedirect(reverse("admin:papers_job_change", args=[job.pk]))


@require_safe
def live_list(request: HttpRequest, model_admin: JobAdmin) -> HttpResponse:
    """Return the panel over the job list in its current state, to replace an older one."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    return render(request, "admin/papers/job/progress.html", model_admin.over_list(request))


@require_safe
def live_page(request: HttpRequest, object_id: int, model_admin: JobAdmin) -> HttpResponse:
    """Return a job's page in its current state, to replace an older one."""
    job = get_object_or_404(Job, pk=object_id)
    if not model_admin.has_view_permission(request, job):
        raise PermissionDenied
    return render(request, "admin/papers/job/page.html", model_admin.on_page(request, job))


@admin.register(Job)
class JobAdmin(SearchedAdmin):
    list_display = ["about", "kind", "state_label", "tried", "next_at", "said"]
    list_filter = ["state", "kind"]
    search_fields = ["arxiv_id", "day", "source", "reason"]
    actions = ["try_again"]
    list_before_template = "admin/papers/job/before_list.html"
    change_form_outer_before_template = "admin/papers/job/before_form.html"
    custom_urls = (
        ("live/", "papers_job_live", live_list),
        ("try-again/", "papers_job_try_again", try_all_again),
        ("<int:object_id>/live/", "papers_job_live_page", live_page),
        ("<int:object_id>/try-again/", "papers_job_try_one_again", try_one_again),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # Only the work that is needed makes jobs.

    def has_delete_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Job | None = None) -> list[Any]:
        return []  # There is nothing to fill in: a job is read, and a button tries it again.

    @display(
        description=_("state"),
        ordering="state",
        label={
            JobState.DUE: "default",
            JobState.RUNNING: "info",
            JobState.WAITING: "warning",
            JobState.FAILED: "danger",
            JobState.DONE: "success",
        },
    )
    def state_label(self, job: Job) -> tuple[str, str]:
        return job.state, job.get_state_display()

    @display(description=_("day or paper"), ordering=F("day").desc(nulls_last=True))
    def about(self, job: Job) -> str:
        return str(job.subject)

    @display(description=_("attempts"), ordering="attempts")
    def tried(self, job: Job) -> str:
        return f"{job.attempts}/{jobs.ATTEMPTS}"

    @display(description=_("reason"), ordering="reason")
    def said(self, job: Job) -> str:
        said = reasons.translated(job.reason) or job.reason
        return Truncator(said).chars(SHOWN_LENGTH)

    @admin.action(description=_("Try again"), permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: JobQuerySet) -> None:
        count = jobs.retry(queryset)
        message = ngettext("%d job is due again.", "%d jobs are due again.", count) % count
        self.message_user(request, message, messages.SUCCESS if count else messages.WARNING)

    def over_list(self, request: HttpRequest) -> dict[str, Any]:
        """Return the context of the panel over the list."""
        return {"progress": Progress.read(), "may_retry": self.has_change_permission(request)}

    def on_page(self, request: HttpRequest, job: Job) -> dict[str, Any]:
        """Return the context of a job's page."""
        may_retry = self.has_change_permission(request, job)
        return {"page": JobPage.of(job), "may_retry": may_retry}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = self.over_list(request) if self.has_view_permission(request) else {}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":  # A save would undo what a worker writes meanwhile.
            return HttpResponseNotAllowed(["GET"])
        job = self.get_object(request, object_id)
        context = {"show_save": False, "show_save_and_continue": False, **(extra_context or {})}
        if job and self.has_view_permission(request, job):
            context |= self.on_page(request, job)
        return super().change_view(request, object_id, form_url, context)
