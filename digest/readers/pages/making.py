"""Making a page: a request of our own, answered by Django inside one snapshot of the database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from digest.readers.pages import keys, rows
from digest.readers.pages.changes import CONSTANT, TABLES, kinds_of
from digest.readers.pages.rows import Page
from papers.clock import now

logger = logging.getLogger(__name__)

Handler = Callable[[WSGIRequest], HttpResponseBase]
STORED = {200, 410}
# What `Page` says itself, and what belongs to one response.
_OF_PAGE = {"content-length", "vary"}
_OF_RESPONSE = {"etag", "last-modified", "x-request-id"}
_SNAPSHOT = """
    SELECT pg_current_snapshot()::text, pg_current_xact_id()::text,
        (SELECT min(published_at) FROM digest_post WHERE state = 'published' AND published_at > %s)
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A page that was made. It may be kept only if it was `stored`."""

    page: Page
    stored: bool


def make(path: str, handler: Handler, request_id: str = "", *, stored: bool = True) -> Made:
    """Make the page of a path, and store it if that is right, and if it shall be `stored`.

    Raises DatabaseError if the database cannot be asked.
    """
    began, at = monotonic(), now()
    request = WSGIRequest(_environ(path, request_id))
    with keys.collecting() as told, transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(_SNAPSHOT, [at])
            snapshot, number, future = cursor.fetchone() or ("", "", None)
        keys.tell_until(future)
        with connection.execute_wrapper(told.watch):
            response = handler(request)
    page = _page(response, told.until, at)
    lasted = monotonic() - began
    stored = stored and lasted <= rows.LONGEST_MAKING.total_seconds()
    if not stored or not _may_be_stored(path, response, told):
        return Made(page, stored=False)
    try:
        page = rows.store(path, page, told.keys, _up_to(number, snapshot), at)
    except DatabaseError as error:  # A full disk, or a server that only reads.
        logger.warning("The page %s cannot be stored: %s", path, error)
        return Made(page, stored=False)
    return Made(page, stored=True)


def _up_to(number: str, snapshot: str) -> str:
    """Return a snapshot that sees the same and ends at a transaction that began after it.

    PostgreSQL ends a snapshot after the last transaction that is over. Those under way that began
    later still are not part of it.
    """
    first, end, under_way = snapshot.split(":")
    later = map(str, range(int(end), int(number)))
    return f"{first}:{number}:{','.join(filter(None, [under_way, *later]))}"


def _environ(path: str, request_id: str) -> dict[str, Any]:
    """Return a request for a path that says nothing of any reader."""
    site = urlsplit(settings.SITE_URL)
    port = site.port or {"https": 443}.get(site.scheme, 80)
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": "",
        "SERVER_NAME": site.hostname or "",
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "HTTP_X_REQUEST_ID": request_id,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": BytesIO(),
    }


def _page(response: HttpResponseBase, until: datetime | None, at: datetime) -> Page:
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    lasting = response.status_code in STORED
    dropped = _OF_PAGE | _OF_RESPONSE if lasting else _OF_PAGE
    headers = tuple(pair for pair in response.items() if pair[0].lower() not in dropped)
    etag = rows.etag_of(body) if lasting else ""
    return Page(response.status_code, headers, rows.compress(body), etag, at, until)


def _may_be_stored(path: str, response: HttpResponseBase, told: keys.Told) -> bool:
    if response.status_code not in STORED or response.cookies or not told.stored:
        return False
    if not isinstance(response, HttpResponse) or "private" in response.get("Cache-Control", ""):
        return False
    untold = {
        table
        for table in told.tables
        if table in _all_tables() and table not in CONSTANT and not _is_told(table, told)
    }
    if untold:
        logger.error(
            "The page %s is not stored: it was made from %s, and told no key of it",
            path,
            ", ".join(sorted(untold)),
        )
    return not untold


def _is_told(table: str, told: keys.Told) -> bool:
    return table in TABLES and bool(kinds_of(table) & told.kinds)


@cache
def _all_tables() -> frozenset[str]:
    """Return the tables of all models, ours and those of libraries."""
    return frozenset(connection.introspection.django_table_names())
