"""Proposals that would replace an editor's text. Each shows its difference, to accept or refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display

from papers.admin.base import SearchedAdmin
from papers.admin.requests import StaffRequest
from papers.editing.proposals import (
    Part,
    ProposalConflict,
    accept,
    as_text,
    current,
    proposer,
    reject,
    title,
)
from papers.models import Proposal, ProposalState
from papers.pipeline import checking
from papers.text import differences

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Card:
    """A proposal as an editor sees it."""

    proposal: Proposal
    title: str
    proposer: str
    pieces: list[differences.Piece]
    rows: list[differences.Row]
    """For a text: both texts side by side, to take over in part."""
    standing: str


def card(proposal: Proposal) -> Card:
    stands, proposed = current(proposal), as_text(proposal.value)
    return Card(
        proposal,
        title(proposal),
        proposer(proposal),
        differences.shortened(differences.pieces(stands, proposed)),
        differences.rows(stands, proposed) if proposal.section_id else [],
        differences.checksum(stands),
    )


def open_proposals(paper_id: int) -> list[Card]:
    """Return the newest open proposals for a paper, at most SHOWN."""
    proposals = Proposal.objects.filter(paper=paper_id, state=ProposalState.OPEN)
    return [card(each) for each in proposals.select_related("paper", "section__paper")[:SHOWN]]


DONE = {
    "accept": gettext_lazy("Accepted. The former text is kept in the history."),
    "refuse": gettext_lazy("Refused. Your text stays as it is."),
}


IN_PART = gettext_lazy("Taken over. The rest of the proposal stays open.")


@require_POST
def decide(request: StaffRequest, object_id: int, verdict: str, model_admin: Any) -> HttpResponse:
    if not request.user.has_perms(["papers.change_proposal", "papers.change_paper"]):
        raise PermissionDenied
    if verdict not in DONE:
        raise Http404
    proposal = get_object_or_404(Proposal, pk=object_id)
    try:
        if verdict == "accept":
            accept(proposal, request.user, _part(request))
            checking.check([proposal.paper])
        else:
            reject(proposal, request.user)
    except ProposalConflict as refusal:
        messages.error(request, str(refusal))
    else:
        proposal.refresh_from_db(fields=["state"])
        in_part = verdict == "accept" and proposal.state != ProposalState.ACCEPTED
        messages.success(request, IN_PART if in_part else DONE[verdict])
    return HttpResponseRedirect(_back(request, proposal))


def _back(request: HttpRequest, proposal: Proposal) -> str:
    """Return the page of this site that the proposal was decided on."""
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return back
    return reverse("admin:papers_paper_change", args=[proposal.paper_id])


def _part(request: HttpRequest) -> Part | None:
    """Return the chosen rows, if a choice was shown."""
    if "standing" not in request.POST:
        return None
    rows = (int(row) for row in request.POST.getlist("row") if row.isdecimal())
    return Part(frozenset(rows), request.POST["standing"])


@admin.register(Proposal)
class ProposalAdmin(SearchedAdmin):
    list_display = ["subject", "paper_title", "proposer", "state_label", "created_at"]
    list_filter = ["state"]
    list_select_related = ["decided_by"]
    search_fields = ["paper__title", "paper__title_plain", "paper__arxiv_id"]
    fields = ["paper", "state", "proposer", "created_at", "decided_by", "decided_at"]
    readonly_fields = fields
    change_form_outer_before_template = "admin/papers/proposal_before.html"
    custom_urls = (
        (
            "<int:object_id>/<str:verdict>/decide/",
            "papers_proposal_decide",
            decide,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        # With joins, all papers and sections with their texts would be read to sort the proposals.
        return super().get_queryset(request).prefetch_related("paper", "section__paper")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # Only machines propose.

    def has_change_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        return False  # The buttons decide it. It is never edited.

    def has_delete_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        return False  # A refused proposal must be remembered.

    @display(description=gettext_lazy("proposal"))
    def subject(self, proposal: Proposal) -> str:
        return title(proposal)

    @display(description=gettext_lazy("paper"), ordering="paper__title_plain")
    def paper_title(self, proposal: Proposal) -> str:
        return proposal.paper.title_plain

    @display(description=gettext_lazy("proposed by"))
    def proposer(self, proposal: Proposal) -> str:
        return proposer(proposal)

    @display(
        description=gettext_lazy("state"),
        label={
            ProposalState.OPEN.label: "warning",
            ProposalState.ACCEPTED.label: "success",
        },
    )
    def state_label(self, proposal: Proposal) -> tuple[str, str]:
        return proposal.state, proposal.get_state_display()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        proposal = self.get_object(request, object_id)
        context = {"card": card(proposal)} if proposal else {}
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )
