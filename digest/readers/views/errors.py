"""Pages for readers when a request or the site itself fails. Nothing here queries the database."""

from __future__ import annotations

import logging
import sys

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from digest.readers.context import frame
from papers import log_context

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
        return _unavailable("503.html")
    return HttpResponse(_page_of_an_error(), status=500, headers={"Cache-Control": "no-store"})


def busy() -> HttpResponse:
    """Return 503 for a request that found no place in this process."""
    return _unavailable("busy.html")


def _unavailable(template: str) -> HttpResponse:
    headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string(template, frame()), status=503, headers=headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Respond with 400, or with 503 if a session could not be stored since the database is down.

    Django takes whatever keeps a session from being stored for a person who signed out meanwhile.
    Its own page checks the form's token, for which it reads the form again. If it is the form that
    cannot be read, that fails a second time.
    """
    if isinstance(exception, SessionInterrupted) and _is_of_the_database(exception):
        return _unavailable("503.html")
    return HttpResponse(render_to_string("400.html", frame()), status=400)


def _is_of_the_database(exception: BaseException | None) -> bool:
    """Whether what was being handled when it was raised, or before, is a database that is down."""
    while exception and not isinstance(exception, (OperationalError, InterfaceError)):
        exception = exception.__context__
    return exception is not None


def _page_of_an_error() -> str:
    """Return the page with the id that finds the error in the log."""
    found_by = log_context.request_id()
    context = frame() | {"request_id": found_by, "contact_email": settings.CONTACT_EMAIL}
    try:
        return render_to_string("500.html", context)
    except Exception:
        logger.exception("The page of an error cannot be made")
        return LAST_RESORT.format(id=found_by)
