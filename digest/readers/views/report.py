"""The page to report a mistake. It is a page of its own, so that no cache stores what is sent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digest.models import published_papers
from digest.readers.open_forms import refuse_large
from digest.readers.reporting import ReportForm
from digest.readers.summaries import in_language
from digest.readers.throttle import allow_report, client_ip
from digest.readers.views.paper import public_paper
from papers.models import Section


def page(request: HttpRequest, arxiv_id: str) -> HttpResponse:
    """Show the form, with the section that `?section=` names, or store the report that is sent."""
    refuse_large(request)
    shown: Any = Prefetch("sections", Section.objects.public(), "public_sections")
    paper: Any = public_paper(published_papers().prefetch_related(shown), arxiv_id)
    sections = in_language(paper.public_sections, get_language() or settings.LANGUAGE_CODE)
    sent = request.POST if request.method == "POST" else None
    form = ReportForm(paper, sections, sent, initial={"section": request.GET.get("section")})
    status = 200
    if form.is_valid():
        if allow_report(client_ip(request)):
            form.save()
            return redirect("report_thanks", paper.arxiv_id)
        form.add_error(
            None, _("Too many reports came from here within an hour. Please send it later.")
        )
        status = 429
    return render(request, "papers/report.html", {"paper": paper, "form": form}, status=status)


def thanks(request: HttpRequest, arxiv_id: str) -> HttpResponse:
    """Show what happens with a report that was sent."""
    paper = public_paper(published_papers(), arxiv_id)
    context = {"paper": paper, "contact_email": settings.CONTACT_EMAIL}
    return render(request, "papers/report_thanks.html", context)
