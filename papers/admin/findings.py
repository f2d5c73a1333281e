"""The checks' findings. They are shown beside the text they are about, and decided there."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display

from papers.admin.base import SearchedAdmin
from papers.admin.requests import StaffRequest
from papers.models import BY_URGENCY, Finding, FindingLevel, FindingQuerySet, Paper, Section
from papers.pipeline import checking

LEVELS = {
    FindingLevel.ERROR: "danger",
    FindingLevel.WARNING: "warning",
    FindingLevel.UNCHECKED: "info",
}


def find_for_page(request: HttpRequest, paper: Paper) -> list[Finding]:
    """Return the findings about a paper as a whole, and keep those of its sections for the page.

    Nothing is stored, because a page that is only read changes nothing.
    """
    found: dict[int | None, list[Finding]] = defaultdict(list)
    for each in checking.current([paper]):
        found[each.section_id].append(each)
    request.findings = found  # type: ignore[attr-defined]
    return found[None]


def findings_beside(section: Section, request: HttpRequest) -> SafeString:
    """Return a section's findings and readers' reports, as they stand beside its text."""
    found = getattr(request, "findings", {})
    context = {
        "section": section,
        "findings": found.get(section.pk, []),
        "reports": section.open_reports,  # type: ignore[attr-defined] # prefetched
    }
    return render_to_string("admin/papers/beside_section.html", context, request)


@require_POST
def answer(request: StaffRequest, object_id: int, model_admin: FindingAdmin) -> HttpResponse:
    """Accept a finding with a reason, or take that back. The response shows the new state."""
    if not request.user.has_perm("papers.change_finding"):
        raise PermissionDenied
    finding = _with_rows().filter(pk=object_id).first()
    return _answered(request, finding, str(object_id))


@require_POST
def answer_new(
    request: StaffRequest, object_id: int, key: str, model_admin: FindingAdmin
) -> HttpResponse:
    """Accept a finding of the paper `object_id` that its page showed before it was stored."""
    if not request.user.has_perm("papers.change_finding"):
        raise PermissionDenied
    paper = get_object_or_404(Paper, pk=object_id)
    checking.check([paper])
    finding = next((each for each in _with_rows().filter(paper=paper) if each.key == key), None)
    return _answered(request, finding, key)


def _with_rows() -> FindingQuerySet:
    return Finding.objects.select_related("paper", "section__paper", "accepted_by")


def _answered(request: StaffRequest, finding: Finding | None, name: str) -> HttpResponse:
    """Answer a finding, and show its new state. None has gone, because its text is another."""
    if finding is None:
        return render(request, "admin/papers/finding_gone.html")
    error = ""
    if "undo" in request.POST:
        checking.reopen([finding], request.user)
    elif finding.is_open:  # Else a colleague was quicker, and it is shown as answered.
        try:
            checking.accept(finding, request.user, request.POST.get(f"reason-{name}", ""))
        except ValidationError as refused:
            error = " ".join(refused.messages)
    context = {"finding": finding, "error": error, "answered": True}
    return render(request, "admin/papers/finding.html", context)


@admin.register(Finding)
class FindingAdmin(SearchedAdmin):
    """All findings, to look through. Each is decided beside its text."""

    list_display = ["told", "check_name", "level_label", "paper", "section", "answered"]
    list_filter = ["level", "check_name", ("accepted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["accepted_by"]
    search_fields = ["paper__title", "paper__title_plain", "paper__arxiv_id", "text"]
    ordering = [BY_URGENCY.asc(), "-id"]
    fields = ["paper", "section", "check_name", "level", "told", "text", "evidence", "answered"]
    readonly_fields = fields
    custom_urls = (
        ("<int:object_id>/answer/", "papers_finding_answer", answer),
        ("<int:object_id>/<str:key>/answer/", "papers_finding_answer_new", answer_new),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # Only checks make findings.

    def has_change_permission(self, request: HttpRequest, obj: Finding | None = None) -> bool:
        return False  # They are decided beside the text.

    def has_delete_permission(self, request: HttpRequest, obj: Finding | None = None) -> bool:
        return False  # A finding goes when its cause does. A decision is kept.

    def get_queryset(self, request: HttpRequest) -> QuerySet[Finding]:
        # With joins, all papers and sections with their texts would be read to sort the findings.
        return super().get_queryset(request).prefetch_related("paper", "section__paper")

    @display(description=_("finding"))
    def told(self, finding: Finding) -> str:
        return finding.why

    @display(description=_("level"), ordering="level", label=LEVELS)
    def level_label(self, finding: Finding) -> tuple[str, str]:
        return finding.level, finding.get_level_display()

    @display(description=pgettext_lazy("finding", "accepted"))
    def answered(self, finding: Finding) -> str:
        return "" if finding.is_open else f"{finding.accepted_by or ''}: {finding.reason}"
