"""Acts at the door: signing in, failing to, signing out.

Whoever fails may be anybody, and PostgreSQL refuses to delete what that writes. So there is an end
to it: the log of sign-ins has all failures.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.models import User
from django.utils.translation import gettext_noop

from digest.audit.recording import record
from digest.models.audit import Act, AuditRecord
from papers.clock import now

HOUR = timedelta(hours=1)
MOST_OF_ADDRESS = 30
"""Failures from one address that are recorded in an hour. Three locks need as many. Names that no
account has count too: what is left out, and how long it takes, must not tell which those are."""
WHY = {
    "sign_in_code": gettext_noop("The code was wrong."),
    "password_change": gettext_noop("The old password was wrong."),
}
"""What failed, by the page. On the sign-in page it is name and password."""
WHY_ELSEWHERE = gettext_noop("The password was asked again, and was wrong.")


def signed_in(request: Any, user: User, **kwargs: Any) -> None:
    record(Act.SIGNED_IN, user, person=user, address=_address(request))


def signed_out(request: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record(Act.SIGNED_OUT, user, person=user, address=_address(request))


def failed(credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
    """Record an attempt that counted. One that a lock refused tried nothing."""
    if request is None or _was_refused(request) or _are_many(_address(request)):
        return
    match = getattr(request, "resolver_match", None)
    page = match.url_name if match else ""
    reason = "" if page == "login" else WHY.get(page, WHY_ELSEWHERE)
    name = str(credentials.get("username") or "")
    record(Act.SIGN_IN_FAILED, name, reason=reason, address=_address(request))


def _are_many(address: str | None) -> bool:
    recorded = AuditRecord.objects.filter(act=Act.SIGN_IN_FAILED, at__gt=now() - HOUR)
    return recorded.filter(address=address).count() >= MOST_OF_ADDRESS


def _was_refused(request: Any) -> bool:
    """Return whether a lock refused the attempt. django-axes counts only those that it let pass."""
    locked = getattr(request, "axes_locked_out", False)
    return bool(locked) and request.axes_failures_since_start is None


def _address(request: Any) -> str | None:
    if request is None:
        return None
    AxesProxyHandler.update_request(request)
    return request.axes_ip_address
