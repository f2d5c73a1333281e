"""Choices of listed papers: one at a time with a way back, or several at once."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from simple_history.utils import bulk_update_with_history

from digest.admin.days import Day
from digest.audit import record
from digest.models import Act
from digest.publishing import approval
from papers.admin.base import EditorsAdmin
from papers.models import Choice, Listing
from papers.pipeline.steps import follow_picked

_SALT = "digest.admin.choosing"


def may_say_why(request: HttpRequest) -> bool:
    """Return whether the user may write why a paper is left out. Readers see it at once."""
    return approval.may_publish(request.user)


def clean_reason(text: str) -> str:
    """Return a reason as it is stored. Raises ValidationError if it cannot be."""
    return Listing._meta.get_field("reason").clean(text, None)


@require_POST
@transaction.atomic
def choose(request: HttpRequest, object_id: int, model_admin: EditorsAdmin) -> HttpResponse:
    """Change the choice for one paper, and respond with the parts of the page that show it."""
    listing = _locked(request, object_id, model_admin)
    before = (listing.choice, listing.reason)
    try:
        choice = Choice(request.POST.get("choice", ""))
        reason = clean_reason(request.POST.get(f"reason-{listing.pk}", ""))
    except (ValueError, ValidationError):
        return HttpResponseBadRequest()
    _store(listing, choice, _new_reason(request, listing, choice, reason))
    said = _("%(choice)s: %(paper)s") % _words(listing)
    return _shown(request, listing, said=said, undo=_way_back(request, listing, *before))


@require_POST
@transaction.atomic
def undo(request: HttpRequest, object_id: int, model_admin: EditorsAdmin) -> HttpResponse:
    """Take the user's own last choice for a paper back, unless somebody chose again since."""
    listing = _locked(request, object_id, model_admin)
    try:
        way = signing.loads(request.POST.get("way", ""), salt=_SALT)
    except signing.BadSignature:
        return HttpResponseBadRequest()
    if way["now"] != _state(request, listing):
        said = _("Not taken back, it was changed since: %(paper)s") % _words(listing)
        return _shown(request, listing, said=said, status=409)
    _store(listing, Choice(way["choice"]), way["reason"])
    return _shown(request, listing, said=_("Taken back: %(paper)s") % _words(listing))


def choose_all(
    request: HttpRequest, listings: list[Listing], choice: Choice, reason: str = ""
) -> None:
    """Make one choice for several papers."""
    with transaction.atomic():
        stored = {each.pk: each for each in Listing.objects.locked_beside(listings)}
        told = [(each.paper.arxiv_id, stored[each.pk].choice, choice.value) for each in listings]
        for listing in listings:
            listing.reason = _new_reason(request, stored[listing.pk], choice, reason)
            listing.choice = choice
        bulk_update_with_history(listings, Listing, ["choice", "reason"], default_user=request.user)
        Listing.share_choices(listings)
        if listings:
            record(Act.CHANGED, listings[0], changes=told, reason=reason)
        if choice == Choice.PICKED:
            follow_picked(listing.paper for listing in listings)


def _locked(request: HttpRequest, object_id: int, model_admin: EditorsAdmin) -> Listing:
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    listing = get_object_or_404(Listing.objects.select_related("paper"), pk=object_id)
    Listing.objects.locked_beside([listing])
    listing.refresh_from_db(fields=["choice", "reason"])
    return listing


def _store(listing: Listing, choice: Choice, reason: str) -> None:
    listing.choice, listing.reason = choice, reason
    listing.save(update_fields=["choice", "reason"])
    Listing.share_choices([listing])
    if choice == Choice.PICKED:
        follow_picked([listing.paper])


def _new_reason(request: HttpRequest, listing: Listing, choice: Choice, typed: str) -> str:
    """Return the reason to store with the choice.

    One who may not publish writes none, and leaves a stored one as it is.
    """
    if choice != Choice.EXCLUDED:
        return ""
    if may_say_why(request):
        return typed
    return listing.reason if listing.choice == Choice.EXCLUDED else ""


def _way_back(request: HttpRequest, listing: Listing, choice: str, reason: str) -> str:
    """Return what `undo` needs. It is signed: one who may write no reason may restore one."""
    way = {"choice": choice, "reason": reason, "now": _state(request, listing)}
    return signing.dumps(way, salt=_SALT)


def _state(request: HttpRequest, listing: Listing) -> list[Any]:
    """Return the user and the newest change of a paper's choice, which only its own undo knows.

    A machine's choice, as of a paper that is taken down, is in no history: the choice itself tells.
    """
    about = Listing.history.filter(paper=listing.paper_id, day=listing.day)
    newest = about.order_by("-history_id").values_list("pk", flat=True).first()
    return [request.user.pk, listing.pk, newest, listing.choice, listing.reason]


def _words(listing: Listing) -> dict[str, str]:
    choice = Choice(listing.choice)
    return {"choice": str(choice.label).capitalize(), "paper": listing.paper.title_plain}


def _shown(request: HttpRequest, listing: Listing, *, status: int = 200, **words: str) -> Any:
    context = {
        "listing": listing,
        "day": Day.of(listing.day),
        "may_choose": True,
        "may_say_why": may_say_why(request),
        **words,
    }
    return render(request, "admin/papers/listing/chosen.html", context, status=status)
