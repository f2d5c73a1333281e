"""Who may see how the site is: a monitor, and nobody who only says that it is one."""

from __future__ import annotations

import secrets
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
"""What proxies add. A request that has one comes from elsewhere, whatever it says."""


def lets_in(request: HttpRequest) -> bool:
    """Return whether a request may see the state of the site.

    With METRICS_TOKEN it must carry the token. Without, it must come from this machine and through
    no proxy. No header opens the door; a forged one only shuts it.
    """
    if settings.METRICS_TOKEN:
        return secrets.compare_digest(_sent(request).encode(), _expected().encode())
    return _is_from_here(request) and not any(name in request.META for name in FORWARDED)


def _is_from_here(request: HttpRequest) -> bool:
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # Behind a Unix socket there is no address.
        return False


def _sent(request: HttpRequest) -> str:
    kind, _blank, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return f"{kind.lower()} {token.strip()}"


def _expected() -> str:
    return f"bearer {settings.METRICS_TOKEN}"
