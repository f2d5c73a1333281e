"""Limits how often one IP address may write to the editors, without storing any address."""

from __future__ import annotations

import logging
from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from digest.models import PreviewNote
from papers.clock import now
from papers.models import Report

MOST_AN_HOUR = 5
MOST_NOTES_AN_HOUR = 20  # Who reads a preview was asked to, and may have a note on each paper.
HOUR_S = 3600
MOST_OPEN = 200  # Of all readers together, while the cache is down.

logger = logging.getLogger(__name__)


def client_ip(request: HttpRequest) -> str:
    """Return the IP address a request comes from, as far as it can be trusted.

    Each of TRUSTED_PROXIES adds the address of its own client at the right of X-Forwarded-For.
    Anybody may have written the entries further left. If the entry is missing or not an IP address,
    the address of the proxy is returned; behind a Unix socket that is "".
    """
    direct: str = request.META.get("REMOTE_ADDR", "")
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    proxies: int = settings.TRUSTED_PROXIES
    if not 0 < proxies <= len(entries):
        return direct
    try:
        return str(ip_address(entries[-proxies].strip()))
    except ValueError:
        return direct


def allow_report(address: str) -> bool:
    """Count a report from `address`, and return whether it may be stored.

    Without the cache the site cannot tell one reader from another. Then it accepts reports until
    MOST_OPEN wait for an editor.
    """
    return _allow("report", address, MOST_AN_HOUR, lambda: Report.objects.open().count())


def allow_note(address: str) -> bool:
    """Count a note on a preview from `address`, as `allow_report` does."""
    return _allow("note", address, MOST_NOTES_AN_HOUR, lambda: PreviewNote.objects.open().count())


def _allow(kind: str, address: str, most: int, count_open: Callable[[], int]) -> bool:
    try:
        return _count(_key(kind, address)) <= most
    except (RedisError, OSError) as error:
        logger.warning("No cache to count in (%s): %s", kind, error)
        return count_open() < MOST_OPEN


def _count(key: str) -> int:
    counters = caches["counters"]
    if counters.add(key, 1, HOUR_S):
        return 1
    try:
        return counters.incr(key)
    except ValueError:  # The key expired just now.
        return 1


def _key(kind: str, address: str) -> str:
    """Return a keyed hash of the address that changes each day.

    It cannot be traced back to the address, and an address cannot be followed from day to day.
    """
    digest = salted_hmac("digest.readers.throttle", f"{now():%Y-%m-%d} {household(address)}")
    return f"{kind}:{digest.hexdigest()}"


def household(address: str) -> str:
    """Return what one reader can have: an IPv4 address, or an IPv6 network with a 64-bit prefix."""
    try:
        ip = ip_address(address)
    except ValueError:  # Behind a Unix socket there is no address.
        return address
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip_network((ip, 64), strict=False) if ip.version == 6 else ip)
