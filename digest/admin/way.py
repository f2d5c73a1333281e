"""What became of a paper, for its page: fetched when it is opened, or on a page of its own."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from digest.way import Way
from papers.admin.papers import PaperAdmin
from papers.admin.requests import StaffRequest
from papers.models import Paper
from papers.way import Line, Place


class Shown(NamedTuple):
    """A line with the address that the user may open, or ""."""

    line: Line
    address: str


@require_safe
@vary_on_headers("HX-Request")
def way_view(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Show a paper's way: its part of the paper's page to htmx, a whole page to all others."""
    paper = get_object_or_404(Paper.objects.only("arxiv_id"), pk=object_id)
    if not model_admin.has_view_permission(request, paper):
        raise PermissionDenied
    context = way_context(request, Way.of(paper.arxiv_id))
    if request.headers.get("HX-Request"):
        return TemplateResponse(request, "admin/papers/way/way.html", context)
    context |= {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "original": paper,
        "title": _("What became of it"),
    }
    return TemplateResponse(request, "admin/papers/way/page.html", context)


def way_context(request: HttpRequest, way: Way) -> dict[str, Any]:
    """Return the lines that the user may see."""
    lines = [line for line in way.lines if _may(request, line.permission)]
    return {
        "way": way,
        "lines": [Shown(line, _address(request, line.place)) for line in lines],
        "verdict_address": _address(request, way.verdict.place),
    }


def _address(request: HttpRequest, place: Place | None) -> str:
    return place.address if place and _may(request, place.permission) else ""


def _may(request: HttpRequest, permission: str) -> bool:
    """Return whether the user may view it. Who may change it may view it, as in all the admin."""
    changing = permission.replace(".view_", ".change_")
    return not permission or request.user.has_perm(permission) or request.user.has_perm(changing)


# papers/ knows no posts, so the page is added to its others from here.
PaperAdmin.custom_urls = (
    *PaperAdmin.custom_urls,
    ("<int:object_id>/why/", "papers_paper_why", way_view),
)
