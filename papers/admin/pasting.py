"""Where a script of the editors' pages asks for the Markdown of what was pasted."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from papers.admin.base import writes_markdown
from papers.admin.requests import StaffRequest
from papers.text import pasting, rendering
from papers.text.conversion import plain
from papers.text.pasting import MAX_HTML, PasteRefused


@require_POST
def paste(request: StaffRequest) -> HttpResponse:
    """Return the posted `html` as Markdown, or as plain text for a `line`. Nothing is stored."""
    if not writes_markdown(request.user):
        raise PermissionDenied
    if len(request.body) > 4 * MAX_HTML:
        return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        sent: Any = json.loads(request.body)
        pasted = pasting.markdown(sent["html"])
        text = plain(rendering.render(pasted.markdown)) if sent.get("line") else pasted.markdown
    except PasteRefused:
        return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return _refuse(HTTPStatus.BAD_REQUEST)
    return JsonResponse({"text": text, "pictures": pasted.pictures})


def _refuse(status: HTTPStatus) -> HttpResponse:
    said = _("This cannot be read as a text with markup.")
    return HttpResponse(said, status=status, content_type="text/plain")
