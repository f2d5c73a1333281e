"""Asks the site itself for each address of a list, and says which are dead and which redirect.

No network is used: the site's own handler of requests is called in this process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any
from unicodedata import category
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http.response import HttpResponseBase

MAX_BYTES = 4 * 1024 * 1024
MAX_ADDRESSES = 100_000
MAX_CHARS = 2_000  # of an address
MAX_STEPS = 5  # redirects one after the other

Handler = Callable[[WSGIRequest], HttpResponseBase]


class ListRefused(ValueError):
    """The list cannot be read. The message says where and why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site answers at an address, after the redirects within the site."""

    line: int
    address: str
    status: int
    """0 if it was not asked, because the address is none."""
    leads_to: str = ""

    @property
    def is_dead(self) -> bool:
        return self.status != HTTPStatus.OK and not self.is_elsewhere

    @property
    def is_elsewhere(self) -> bool:
        """Return whether it leads out of the site, where nothing is asked."""
        return self.leads_to != "" and not self.leads_to.startswith("/")

    @property
    def said(self) -> str:
        """Return what became of it, on one line."""
        arrow = f" -> {self.leads_to}" if self.leads_to else ""
        if self.status == 0:
            return f"line {self.line}: {self.address}: no address of a page"
        return f"line {self.line}: {self.address}{arrow}: {_named(self.status)}"


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def addresses(data: bytes) -> list[tuple[int, str]]:
    """Return the addresses of a list, each with its line. Blank lines and ``#`` lines are left out.

    Raises ListRefused.
    """
    if len(data) > MAX_BYTES:
        raise ListRefused("over 4 MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ListRefused(f"line {line}: not UTF-8") from None
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), start=1)]
    found = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if len(found) > MAX_ADDRESSES:
        raise ListRefused(f"line {found[MAX_ADDRESSES][0]}: over {MAX_ADDRESSES:,} addresses")
    for number, address in found:
        if len(address) > MAX_CHARS:
            raise ListRefused(f"line {number}: over {MAX_CHARS:,} characters")
    return found


def ask(found: Iterable[tuple[int, str]], handler: Handler) -> Iterator[Answer]:
    """Yield what the site answers at each address, whatever the host in it."""
    for line, address in found:
        path = _path(address)
        yield _followed(line, address, path, handler) if path else Answer(line, address, 0)


def _path(address: str) -> str:
    """Return the path and query of an address, or "" if it has none that can be asked for."""
    if any(category(char) in {"Cc", "Cs"} for char in address):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:  # "https://["
        return ""
    if parts.scheme not in {"http", "https", ""} or not (parts.netloc or parts.path):
        return ""
    path = parts.path if parts.netloc or parts.path.startswith("/") else f"/{parts.path}"
    return (path or "/") + (f"?{parts.query}" if parts.query else "")


def _followed(line: int, address: str, path: str, handler: Handler) -> Answer:
    leads_to = ""
    for _ in range(MAX_STEPS + 1):
        status, location = _asked(leads_to or path, handler)
        if not location:
            return Answer(line, address, status, leads_to)
        leads_to = _within(urljoin(settings.SITE_URL + (leads_to or path), location))
        if not leads_to.startswith("/"):
            return Answer(line, address, status, leads_to)
    return Answer(line, address, HTTPStatus.LOOP_DETECTED, leads_to)


def _within(address: str) -> str:
    """Return an address of the site as its path, and another as it is."""
    root = f"{settings.SITE_URL}/"
    return address.removeprefix(settings.SITE_URL) if address.startswith(root) else address


def _asked(path: str, handler: Handler) -> tuple[int, str]:
    """Return the status of a page, and where it redirects or ""."""
    response = handler(WSGIRequest(_environ(path)))
    return response.status_code, response.headers.get("Location", "")


def _environ(path: str) -> dict[str, Any]:
    """Return a WSGI request without cookies, as a browser's that comes through the proxy."""
    plain, _, query = path.partition("?")
    site = urlsplit(settings.SITE_URL)
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(plain).decode("latin-1"),
        "QUERY_STRING": quote(query, safe="%=&+/:;,.~!$'()*@?"),
        "SERVER_NAME": site.hostname or "localhost",
        "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": BytesIO(),
    }
