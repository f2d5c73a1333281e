"""Pages for readers when a request or the site itself fails. Nothing here queries the database."""

from __future__ import annotations

import logging
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from digest import logs
from digest.readers.context import frame

RETRY_AFTER_S = 10

# Sent if even the page of the error cannot be rendered.
LAST_RESORT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Something broke on our side</title>
<h1>Something broke on our side</h1>
<p>It has been written down, with the code {id}. Please try again in a few minutes.</p>
</html>
"""

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Respond with 503 if the database is down or cannot respond now, which is temporary; else 500.

    Django calls it while it handles the exception, whichever view or middleware raised it.
    """
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
        return HttpResponse(render_to_string("503.html", frame()), status=503, headers=headers)
    return HttpResponse(_page_of_an_error(), status=500, headers={"Cache-Control": "no-store"})


def busy() -> HttpResponse:
    """Return 503 for a request that found no place in this process."""
    headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("busy.html", frame()), status=503, headers=headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Respond with 400.

    Django's own page checks the form's token, for which it reads the form again. If it is the form
    that cannot be read, that fails a second time.
    """
    return HttpResponse(render_to_string("400.html", frame()), status=400)


def _page_of_an_error() -> str:
    """Return the page with the id that finds the error in the log."""
    context = frame() | {"request_id": logs.request_id(), "contact_email": settings.CONTACT_EMAIL}
    try:
        return render_to_string("500.html", context)
    except Exception:
        logger.exception("The page of an error cannot be made")
        return LAST_RESORT.format(id=context["request_id"])
