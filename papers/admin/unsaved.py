"""The addresses where the scripts of an editor's page keep what is typed and not saved yet."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from papers.admin.requests import StaffRequest
from papers.editing import unsaved
from papers.editing.unsaved import Offer, UnsavedRefused


@require_http_methods(["GET", "POST"])
def texts(request: StaffRequest) -> HttpResponse:
    """Return who is signed in and the unsaved texts of `?page=`, or keep those of the body.

    A GET tells a page whose session has ended that its person is back, with a fresh token.
    """
    if request.method == "POST":
        return _keep(request)
    return JsonResponse(
        {
            "user": request.user.pk,
            "name": request.user.get_username(),
            "token": get_token(request),
            "kept": unsaved.kept(request.user, request.GET.getlist("page")),
        }
    )


def _keep(request: StaffRequest) -> HttpResponse:
    try:
        sent = _body(request)
        if sent["user"] != request.user.pk:  # Somebody else signed in meanwhile.
            raise PermissionDenied
        unsaved.keep_all(request.user, sent["pages"], sent["tab"])
    except (UnsavedRefused, KeyError, TypeError, AttributeError) as refused:
        return _refuse(refused)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
def offer(request: StaffRequest) -> HttpResponse:
    """Return the posted unsaved texts, each with its difference to what its field shows."""
    try:
        offers = [Offer.read(each) for each in _body(request)[: unsaved.MAX_TEXTS]]
    except (UnsavedRefused, KeyError, TypeError) as refused:
        return _refuse(refused)
    return render(request, "admin/papers/unsaved/offers.html", {"offers": offers})


@require_safe
def signed_in(request: StaffRequest) -> HttpResponse:
    """Tell who signed in again that the other tab goes on by itself."""
    return render(request, "admin/papers/unsaved/signed_in.html")


def _body(request: StaffRequest) -> Any:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise UnsavedRefused(_("This is no unsaved text.")) from error


def _refuse(refused: Exception) -> HttpResponse:
    known = isinstance(refused, UnsavedRefused)
    said = str(refused) if known else _("This is no unsaved text.")
    return HttpResponse(said, status=HTTPStatus.BAD_REQUEST, content_type="text/plain")
