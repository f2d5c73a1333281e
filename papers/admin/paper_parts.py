"""The parts of a paper that are edited by themselves: each section, and the tags."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from papers import kinds
from papers.admin import part_forms
from papers.admin.proposals import open_proposals
from papers.admin.redrafting import queue
from papers.admin.requests import StaffRequest
from papers.editing import live
from papers.editing.forms import SectionForm, with_nothing_shown
from papers.editing.shared_form import SharedForm
from papers.models import Paper, Section
from papers.pipeline import checking


def name_of(language: str, kind: str, heading: str = "") -> str:
    """Return the name of a section's place on a page, before its row is made and after."""
    return f"{language}-{kind}" + (f"-{crc32(heading.encode())}" if heading else "")


@require_http_methods(["GET", "POST"])
def section(
    request: StaffRequest, object_id: int, language: str, kind: str, model_admin: Any
) -> HttpResponse:
    """Show the form of one section, which need not be written yet, or save it."""
    key = {"language": language, "kind": kind, "heading": request.GET.get("heading", "")}
    if request.method == "GET":
        row = _section(get_object_or_404(Paper, pk=object_id), Section.objects.all(), key)
        return part_forms.show(request, _form(request, row))
    try:
        response = _save_section(request, object_id, key)
    except IntegrityError:  # A machine made the row meanwhile: now it is there to be compared.
        response = _save_section(request, object_id, key)
    checking.check(Paper.objects.filter(pk=object_id))
    return response


def _save_section(request: StaffRequest, object_id: int, key: dict[str, str]) -> HttpResponse:
    with transaction.atomic():
        # The paper's lock lets no other person make the same section.
        paper = get_object_or_404(Paper.objects.select_for_update(no_key=True), pk=object_id)
        row = _section(paper, Section.objects.select_for_update(no_key=True), key)
        return part_forms.save(request, _form(request, row))


def _section(paper: Paper, sections: QuerySet[Section], key: dict[str, str]) -> Section:
    """Return the stored section, or a new one where the page offers to write it."""
    if stored := sections.filter(paper=paper, **key).first():
        return stored
    offered = {row.name: row.position for row in kinds.offered()}
    if key["heading"] or key["kind"] not in offered or key["language"] not in _languages():
        raise Http404
    return Section(paper=paper, **key, position=offered[key["kind"]])


def _languages() -> list[str]:
    return [settings.LANGUAGE_CODE, *dict(settings.LANGUAGES)]


def _form(request: StaffRequest, row: Section) -> SectionForm:
    needed = ["papers.change_section", *(["papers.add_section"] if row.pk is None else [])]
    if not request.user.has_perms(needed):
        raise PermissionDenied
    made: Any = admin.site.get_model_admin(Section).get_form(request, row, change=True)
    prefix = name_of(row.language, row.kind, row.heading)
    sent = with_nothing_shown(request.POST, prefix) if request.method == "POST" else None
    form: SectionForm = made(sent, instance=row, initial={"kind": row.kind}, prefix=prefix)
    form.editor = request.user
    if kinds.of(row.kind).longest is None:
        form.fields["markdown"].help_text = ""  # The part says it, and anew once it is saved.
    return form


@require_http_methods(["GET", "POST"])
def tags(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Show the form of a paper's tags alone, or save it."""
    with transaction.atomic():
        paper = part_forms.row_of(request, Paper.objects.all(), object_id)
        if not may_tag(request.user, paper):
            raise PermissionDenied
        made = model_admin.get_form(request, paper, form=SharedForm, fields=["tags"])
        return part_forms.answer(request, made, paper)


def may_tag(user: Any, paper: Paper) -> bool:
    return user.has_perm("papers.change_paper") and live.may_change(user, paper)


@require_POST
def redraft(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Have the model write one section anew, and return what happens now."""
    paper = get_object_or_404(Paper, pk=object_id)
    return HttpResponse(queue(request, paper, list(dict.fromkeys(_languages()))))


@require_safe
def proposals(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Return the open proposals of a paper. Their buttons lead back to `?back=`."""
    if not request.user.has_perm("papers.view_proposal"):
        raise PermissionDenied
    cards = open_proposals(object_id)
    context = {"cards": cards, "back": request.GET.get("back", ""), "none": _("No proposal.")}
    return render(request, "admin/papers/proposal_cards.html", context)
