"""Readers' reports of mistakes. Each is shown beside the text it is about, and decided there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from papers.admin.base import SearchedAdmin
from papers.admin.requests import StaffRequest
from papers.clock import now
from papers.models import Report, ReportState, Section

SHOWN_LENGTH = 120  # Characters of a report in the list.
VERDICTS = {
    "fixed": (
        ReportState.FIXED,
        _("Noted as fixed. Readers see your text once its changes are published."),
    ),
    "no-mistake": (ReportState.REJECTED, _("Noted: no mistake. The text stays as it is.")),
}


@require_POST
def decide(request: StaffRequest, object_id: int, verdict: str, model_admin: Any) -> HttpResponse:
    if not request.user.has_perm("papers.change_report"):
        raise PermissionDenied
    if verdict not in VERDICTS:
        raise Http404
    report = get_object_or_404(Report, pk=object_id)
    report.state, done = VERDICTS[verdict]
    report.decided_by, report.decided_at, report.public_at = request.user, now(), None
    try:
        report.correction = _correction(request) if report.state == ReportState.FIXED else ""
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return HttpResponseRedirect(reverse("admin:papers_report_change", args=[report.pk]))
    report.save(update_fields=["state", "decided_by", "decided_at", "public_at", "correction"])
    messages.success(request, done)
    return HttpResponseRedirect(reverse("admin:papers_report_changelist"))


def _correction(request: HttpRequest) -> str:
    """Return what an editor says was put right, as the correction for readers. It may be empty."""
    typed = request.POST.get("correction", "").strip()
    return Report._meta.get_field("correction").clean(typed, None)


def sections_meant(report: Report) -> list[Section]:
    """Return the section a report names, or all public sections of its paper."""
    if report.section:
        return [report.section]
    return list(report.paper.sections.public().order_by("language", "position", "id"))


@admin.register(Report)
class ReportAdmin(SearchedAdmin):
    list_display = ["said", "paper_title", "part", "state_label", "created_at"]
    list_filter = ["state"]
    list_select_related = ["paper", "section"]
    search_fields = ["text", "paper__title", "paper__title_plain", "paper__arxiv_id"]
    ordering = [
        Case(When(state=ReportState.OPEN, then=Value(0)), default=Value(1)).asc(),
        "-created_at",
        "-id",
    ]
    fields = ["state", "correction", "created_at", "decided_by", "decided_at"]
    readonly_fields = fields
    change_form_outer_before_template = "admin/papers/report_before.html"
    custom_urls = (("<int:object_id>/<str:verdict>/decide/", "papers_report_decide", decide),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # Only readers report.

    def has_change_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        return False  # The buttons decide it. A reader's words are never edited.

    @display(description=_("what is wrong"))
    def said(self, report: Report) -> str:
        return Truncator(" ".join(report.text.split())).chars(SHOWN_LENGTH)

    @display(description=_("paper"), ordering="paper__title_plain")
    def paper_title(self, report: Report) -> str:
        return report.paper.title_plain

    @display(description=_("section"))
    def part(self, report: Report) -> str:
        return f"{report.section.title} ({report.section.language})" if report.section else ""

    @display(
        description=_("state"),
        label={ReportState.OPEN: "warning", ReportState.FIXED: "success"},
    )
    def state_label(self, report: Report) -> tuple[str, str]:
        return report.state, report.get_state_display()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        report = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if report:
            meant = sections_meant(report)
            unpublished = any(section.changed for section in meant)
            context = {"report": report, "sections": meant, "unpublished": unpublished}
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )
