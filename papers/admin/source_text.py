"""What a paper itself says, for its editors: they hold a summary against it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from papers.admin.requests import StaffRequest
from papers.models import Paper
from papers.pipeline import full_texts


@require_safe
def full_text(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Return a paper's full text by its sections, what it was read from, or why there is none.

    arXiv's terms let nobody else serve a paper, so this is for who may sign in, as are the texts
    that drafts are made from.
    """
    if not request.user.has_perm("papers.view_paper"):
        raise PermissionDenied
    paper = get_object_or_404(Paper, pk=object_id)
    failed = paper.full_texts.exclude(error="").values_list("error", flat=True).first()
    read = paper.full_texts.filter(error="").best_first().defer("parts").first()
    parts = full_texts.newest([paper]).get(paper.pk, ())
    context = {"parts": parts, "failed": failed, "read": read}
    return render(request, "admin/papers/full_text.html", context)
