"""What a monitor asks: whether the process lives, whether the site works, and its figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from digest.health import door, metrics, readiness

View = Callable[[HttpRequest], HttpResponse]


def asked(view: View) -> View:
    """Make a view's response fit for monitors: never stored, and the same for everybody."""
    answer = csrf_exempt(require_safe(never_cache(view)))
    answer.stored = False  # type: ignore[attr-defined]
    return answer


def private(view: View) -> View:
    """Answer 404 to whom the door keeps out, without a page that would have to be made."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        return view(request) if door.lets_in(request) else HttpResponse(status=404)

    return answer


@asked
def healthz(request: HttpRequest) -> HttpResponse:
    """Respond with 200 if this process reaches its database, else with 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):  # The second where a connection broke just now.
        return JsonResponse({"database": "unreachable"}, status=503)
    return JsonResponse({"database": "ok"})


@asked
@private
def readyz(request: HttpRequest) -> HttpResponse:
    """Respond with 200 if the site does its work, else with 503 and what keeps it from it."""
    faults = readiness.faults()
    text = "\n".join(faults or ["ready"]) + "\n"
    response = HttpResponse(text, status=503 if faults else 200, content_type="text/plain")
    # Else Django would log an error each time that a monitor asks. The alarms tell people.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


@asked
@private
def figures(request: HttpRequest) -> HttpResponse:
    return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)
