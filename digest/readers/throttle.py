"""How often one address may report, without keeping any address."""

from __future__ import annotations

import logging
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from papers.clock import now
from papers.models import Report

MOST_AN_HOUR = 5
HOUR_S = 3600
MOST_OPEN = 200  # Of all readers together, while the cache is away.

logger = logging.getLogger(__name__)


def client_ip(request: HttpRequest) -> str:
    """Where a request comes from, as far as it can be believed; "" behind a Unix socket.

    Each of TRUSTED_PROXIES adds to X-Forwarded-For, at its right, whom it was asked by; what stands
    further left anybody may have written. Where the entry is missing, or no address, the proxy's
    own counts.
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

    Without its cache the site cannot tell one reader from another: then it takes reports until
    MOST_OPEN wait for an editor.
    """
    try:
        return _count(_key(address)) <= MOST_AN_HOUR
    except (RedisError, OSError) as error:
        logger.warning("No cache to count reports in: %s", error)
        return Report.objects.open().count() < MOST_OPEN


def _count(key: str) -> int:
    if cache.add(key, 1, HOUR_S):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # Its hour ended just now.
        return 1


def _key(address: str) -> str:
    """A keyed hash that changes each day: it cannot be traced back to the address, nor followed."""
    digest = salted_hmac("digest.readers.throttle", f"{now():%Y-%m-%d} {household(address)}")
    return f"report:{digest.hexdigest()}"


def household(address: str) -> str:
    """What one reader can have of addresses: of IPv6 a whole network of 64 bits."""
    try:
        ip = ip_address(address)
    except ValueError:  # Behind a Unix socket there is none.
        return address
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip_network((ip, 64), strict=False) if ip.version == 6 else ip)
