"""What a reader sees where the site itself fails; nothing here asks the database."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

RETRY_AFTER_S = 10


def server_error(request: HttpRequest) -> HttpResponse:
    """503 where the database is away or cannot answer now, which time cures; else 500.

    Django calls it while it handles the exception, whichever view or middleware raised it.
    """
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
        return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
    return defaults.server_error(request)
