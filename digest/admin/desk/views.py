"""What the buttons of the desk do, and its live part."""

from __future__ import annotations

from datetime import date

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from digest.admin.desk.work import DRAFTS, Work
from papers import jobs
from papers.admin.addresses import EXTRA_URLS
from papers.clock import now
from papers.models import Job, JobKind, JobState, Subject
from papers.sources.fields import EARLIEST


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Return the drafts under way in their current state, to replace an older one."""
    _require(request, "papers.view_job")
    return render(request, "admin/desk/drafts.html", {"work": Work()})


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Let the sources be asked for a day now."""
    _require(request, "papers.change_job")
    day = _day(request.POST.get("day", ""))
    if day is None:
        return HttpResponseBadRequest()
    added = jobs.add(JobKind.INGEST_DAY, Subject(day=day), again=True)
    said = _("The sources are asked for %(day)s.") if added else _("%(day)s is being asked for.")
    messages.success(request, said % {"day": date_format(day)})
    return _back()


@require_POST
def try_again(request: HttpRequest) -> HttpResponse:
    """Make the failed jobs due again: one, the drafts, or all others."""
    _require(request, "papers.change_job")
    failed = Job.objects.filter(state=JobState.FAILED)
    job = request.POST.get("job", "")
    if job.isdecimal():
        failed = failed.filter(pk=job)
    elif "drafts" in request.POST:
        failed = failed.filter(kind__in=DRAFTS)
    else:
        failed = failed.exclude(kind__in=DRAFTS)
    count = jobs.retry(failed)
    said = ngettext("%d job is due again.", "%d jobs are due again.", count) % count
    messages.add_message(request, messages.SUCCESS if count else messages.WARNING, said)
    return _back()


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _day(text: str) -> date | None:
    """Return a day that sources may know of, or None."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and EARLIEST.date() <= day <= now().date() else None


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:index"))


EXTRA_URLS.extend(
    [
        path("desk/drafts/", admin.site.admin_view(live), name="desk_drafts"),
        path("desk/ask/", admin.site.admin_view(ask), name="desk_ask"),
        path("desk/try-again/", admin.site.admin_view(try_again), name="desk_try_again"),
    ]
)
