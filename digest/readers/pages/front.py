"""The WSGI application in front of Django: it answers with stored pages, and sheds overload.

A page comes from the process's memory, else from its row, else it is made, at most once at a time.
All else goes to Django, to at most RENDER_THREADS requests of a process at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import contextmanager
from functools import lru_cache
from http import HTTPStatus
from threading import BoundedSemaphore, Lock
from typing import Any
from unicodedata import is_normalized

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpResponse
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix
from django.utils import translation
from django.utils.http import parse_etags, parse_http_date_safe

from digest.health import requests
from digest.middleware import id_of
from digest.readers.pages import making, rows
from digest.readers.pages.memory import Listener, Memory, OwnChanges
from digest.readers.pages.rows import Page
from papers.clock import now

WAIT_S = 2.0
WAITING = 4
"""How many requests may wait for a place. Their threads answer nothing meanwhile."""
MONITORED = {"/healthz", "/readyz", "/metrics"}
_MB = 1024 * 1024
_NOT_MODIFIED = f"304 {HTTPStatus.NOT_MODIFIED.phrase}"

StartResponse = Callable[..., Any]
Environ = dict[str, Any]
Headers = list[tuple[str, str]]


class Busy(Exception):
    """As many requests as may are inside Django, and none of them has ended."""


class Front:
    """Stored pages in front of Django's own WSGI application."""

    def __init__(self, django: WSGIHandler, busy: Callable[[], HttpResponse]) -> None:
        """`busy` makes the response to a request that is not taken."""
        self.django = django
        self.busy = busy
        self.memory = Memory(settings.PAGE_MEMORY_MB * _MB)
        self.own_changes = OwnChanges(self.memory)
        self.listener: Listener | None = None
        self._room = BoundedSemaphore(settings.RENDER_THREADS)
        self._waiting = BoundedSemaphore(WAITING)
        self._lock = Lock()
        self._making: dict[tuple[str, int], Future[Page]] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not _asks_for_a_page(environ):
            return self._pass_on(environ, start_response)
        path = environ["PATH_INFO"]
        page = self.memory.get(path)
        if page is None or (page.until and page.until <= now()):
            try:
                page = self._fetch(path, environ)
            except Busy:
                return self._shed(environ, start_response)
            except (DatabaseError, InterfaceError):
                connection.close()
        else:
            requests.page("memory")
        if page is None:
            return self._pass_on(environ, start_response)
        return _send(page, environ, start_response)

    def _fetch(self, path: str, environ: Environ) -> Page | None:
        """Return the page from its row, or made anew; None if the path has no page to be stored."""
        if not _has_page(_text(path)):
            return None
        self._listen()
        connection.close_if_unusable_or_obsolete()
        return self._once(path, self.memory.generation, environ)

    def _once(self, path: str, generation: int, environ: Environ) -> Page:
        """Read or make a page, or wait for the thread that does.

        What another thread began before a change is not waited for, so a generation is part of it.
        """
        with self._lock:
            ours: Future[Page] = Future()
            future = self._making.setdefault((path, generation), ours)
        if future is not ours:
            try:
                return future.result(WAIT_S)
            except TimeoutError:
                raise Busy from None
        try:
            ours.set_result(self._read(path, generation) or self._make(path, environ))
        except BaseException as error:
            ours.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._making[path, generation]
        return ours.result()

    def _read(self, path: str, generation: int) -> Page | None:
        page = rows.read(_text(path), now())
        if page is not None:
            requests.page("row")
            self.memory.put(path, page, generation)
        return page

    def _make(self, path: str, environ: Environ) -> Page:
        """Make a page. It is remembered once it was read, because it may not count."""
        prefix = get_script_prefix()
        with self._a_place():
            set_script_prefix("/")
            try:
                requests.page("made")
                made = making.make(_text(path), self.django.get_response, _request_id(environ))
                return made.page
            finally:
                set_script_prefix(prefix)
                translation.deactivate()

    @contextmanager
    def _a_place(self) -> Any:
        if not self._room.acquire(blocking=False):
            self._wait()
        try:
            yield
        finally:
            self._room.release()

    def _wait(self) -> None:
        """Wait for a place. Only a few may, so that other threads answer with stored pages."""
        if not self._waiting.acquire(blocking=False):
            raise Busy
        try:
            if not self._room.acquire(timeout=WAIT_S):
                raise Busy
        finally:
            self._waiting.release()

    def _pass_on(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if _is_beside(environ["PATH_INFO"]):
            return self.django(environ, start_response)
        try:
            with self._a_place():
                return self.django(environ, start_response)
        except Busy:
            return self._shed(environ, start_response)

    def _shed(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        with translation.override(_language(environ["PATH_INFO"])):
            response = self.busy()
        start_response(f"503 {HTTPStatus(503).phrase}", list(response.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.content]

    def close(self) -> None:
        """End what runs beside the requests."""
        self.own_changes.stop()
        if self.listener:
            self.listener.stop()

    def _listen(self) -> None:
        """Start the listener with the first page, in the process that serves it."""
        if self.listener is None:
            with self._lock:
                if self.listener is None:
                    self.listener = Listener(self.memory)
                    self.listener.start()


def _is_beside(path: str) -> bool:
    """Return whether a path needs no place: it is answered under any load."""
    return path.startswith(settings.STATIC_URL) or path in MONITORED


def _asks_for_a_page(environ: Environ) -> bool:
    return (
        environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        and not environ.get("QUERY_STRING")
        and _is_ours(environ.get("HTTP_HOST", ""))
    )


@lru_cache(maxsize=64)
def _is_ours(host: str) -> bool:
    """Return whether Django would take this Host header. It answers the others itself."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _text(path: str) -> str:
    """Return a path of WSGI, whose bytes are passed as Latin-1, as text."""
    return path.encode("latin-1").decode(errors="replace")


def _has_page(path: str) -> bool:
    """Return whether the view of a path may be stored (`views.public`)."""
    try:
        with translation.override(_language(path)):
            view = resolve(path).func
    except Resolver404:
        return False
    # Another spelling of the same letters has a page, but not one more to store.
    return bool(getattr(view, "stored", False)) and is_normalized("NFC", path)


def _language(path: str) -> str:
    return translation.get_language_from_path(path) or settings.LANGUAGE_CODE


def _request_id(environ: Environ) -> str:
    return id_of(environ.get("HTTP_X_REQUEST_ID", ""))


def _send(page: Page, environ: Environ, start_response: StartResponse) -> list[bytes]:
    if page.status == HTTPStatus.OK and _is_known(page, environ):
        start_response(_NOT_MODIFIED, _with_id(page, page.headers_unchanged, environ))
        return []
    if _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        headers, body = page.headers_compressed, page.compressed
    else:
        headers, body = page.headers_plain, page.body
    start_response(page.status_line, _with_id(page, headers, environ))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _with_id(page: Page, headers: Headers, environ: Environ) -> Headers:
    """Return a stored page's headers with the request's id, if a proxy gave one.

    No line of the log has it. What is not stored has its own.
    """
    if "HTTP_X_REQUEST_ID" not in environ or not page.etag:
        return headers
    return [*headers, ("X-Request-ID", _request_id(environ))]


def _is_known(page: Page, environ: Environ) -> bool:
    """Return whether the reader has this page already (RFC 9110, 13.1)."""
    if known := environ.get("HTTP_IF_NONE_MATCH"):
        return known == page.etag or _names(known, page.etag)
    if since := environ.get("HTTP_IF_MODIFIED_SINCE"):
        seconds = parse_http_date_safe(since)
        return seconds is not None and int(page.changed_at.timestamp()) <= seconds
    return False


def _names(known: str, etag: str) -> bool:
    tags = {tag.removeprefix("W/") for tag in parse_etags(known)}
    return "*" in tags or etag.removeprefix("W/") in tags


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    for each in accepted.split(","):
        coding, _, weight = each.replace(" ", "").lower().partition(";q=")
        if coding in {"gzip", "x-gzip"}:
            return weight.strip("0.") != "" or not weight
    return False
