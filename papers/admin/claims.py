"""The sentences of a section as its editors see them: each with what it rests on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from papers.admin.requests import StaffRequest
from papers.checks.evidence import claims, highlight
from papers.models import Evidence, Quote, Section, quotes_of
from papers.pipeline import evidence_choices
from papers.pipeline.evidence_choices import Gone
from papers.text import strict_json


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A sentence of the paper beside a claim."""

    quote: Quote
    html: SafeString
    """Its words, those marked that the claim renders."""

    @property
    def sent(self) -> str:
        """What a browser sends to choose it, as a JSON object."""
        place = json.dumps(evidence_choices.place_of(self.quote))
        return json.dumps({"place": place})


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the working text."""

    text: str
    row: Evidence | None
    """None if it was not compared with the paper yet."""

    @property
    def quotes(self) -> list[ShownQuote]:
        return [_shown(self.text, each) for each in quotes_of(self.row.quotes if self.row else ())]


def claims_of(section: Section) -> list[Claim]:
    """Return the sentences of a section in order. Its `evidence` should be prefetched."""
    rows = {row.sentence: row for row in section.evidence.all()} if section.pk else {}
    said = claims.claims(section.markdown)
    return [Claim(each.text, rows.get(claims.checksum(each.text))) for each in said]


def _shown(claim: str, quote: Quote) -> ShownQuote:
    pieces, at = [], 0
    for start, end in highlight.rendered(claim, quote.text):
        pieces += [("{}", quote.text[at:start]), ("<mark>{}</mark>", quote.text[start:end])]
        at = end
    pieces.append(("{}", quote.text[at:]))
    html = format_html_join("", "{}", ((format_html(form, text),) for form, text in pieces))
    return ShownQuote(quote, html)


@require_safe
def claims_view(
    request: StaffRequest, object_id: int, section_id: int, model_admin: Any
) -> HttpResponse:
    """Return the sentences of a section, each with what it rests on."""
    if not request.user.has_perms(["papers.view_paper", "papers.view_section"]):
        raise PermissionDenied
    rests = Prefetch("evidence", Evidence.objects.select_related("chosen_by"))
    sections = Section.objects.filter(paper=object_id).prefetch_related(rests)
    section = get_object_or_404(sections, pk=section_id)
    context = {"claims": claims_of(section), "paper_id": object_id}
    return render(request, "admin/papers/claims.html", context)


@require_http_methods(["GET", "POST"])
def evidence_view(
    request: StaffRequest, object_id: int, evidence_id: int, model_admin: Any
) -> HttpResponse:
    """Offer the sentences that a claim may rest on, or note an editor's choice.

    The response is the claim as it stands then.
    """
    if not request.user.has_perms(["papers.view_paper", "papers.change_section"]):
        raise PermissionDenied
    rows = Evidence.objects.select_related("section__paper", "chosen_by")
    row = rows.filter(pk=evidence_id, section__paper=object_id).first()
    if row is None:
        return render(request, "admin/papers/claim_gone.html")
    try:
        if request.method == "POST":
            _choose(request, row)
        text = evidence_choices.claim_of(row)
        offered = evidence_choices.offered(row) if request.method == "GET" else []
    except Gone:
        return render(request, "admin/papers/claim_gone.html")
    context = {
        "claim": Claim(text, row),
        "paper_id": object_id,
        "offered": [_shown(text, each) for each in offered],
    }
    return render(request, "admin/papers/claim.html", context)


def _choose(request: StaffRequest, row: Evidence) -> None:
    """Note what the request says. Raises Gone if it says nothing that can be meant."""
    if "own" in request.POST:
        evidence_choices.claim_as_own(row, request.user)
    elif "back" in request.POST:
        evidence_choices.take_back(row, request.user)
    else:
        try:
            place = strict_json.loads(request.POST.get("place", ""))
        except ValueError:
            raise Gone from None
        evidence_choices.choose(
            row, tuple(place) if isinstance(place, list) else place, request.user
        )
