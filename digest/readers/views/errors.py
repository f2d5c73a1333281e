"""What a reader sees where the site itself fails; nothing here asks the database."""

from __future__ import annotations

import logging
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from digest import logs

RETRY_AFTER_S = 10

# Where not even the page of the error can be made.
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
    """503 where the database is away or cannot answer now, which time cures; else 500.

    Django calls it while it handles the exception, whichever view or middleware raised it.
    """
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
        return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
    return HttpResponse(_page_of_an_error(), status=500, headers={"Cache-Control": "no-store"})


def _page_of_an_error() -> str:
    """The page by whose id the error is found in the log."""
    context = {"request_id": logs.request_id(), "contact_email": settings.CONTACT_EMAIL}
    try:
        return render_to_string("500.html", context)
    except Exception:
        logger.exception("The page of an error cannot be made")
        return LAST_RESORT.format(id=context["request_id"])
