"""Formats the log lines of Django, Celery and granian (`logging.json`): on stderr, without secrets.

A record is one line of text with its traceback indented below, or one line of JSON (LOG_FORMAT).
Nothing that a visitor sends can begin a new line.

It uses only the standard library. A library for JSON lines would save one call of `json.dumps`, and
secrets must be removed and characters escaped before that call anyway.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError

from papers import log_context

if TYPE_CHECKING:  # Django's request module needs the settings, which are not loaded yet.
    from django.http import HttpRequest

HIDDEN = "…"
# A shorter secret is not secret, and hiding it would garble every line that has its letters.
LEAST_CHARS = 4

_request: ContextVar["HttpRequest | None"] = ContextVar("request", default=None)


@contextmanager
def request(request_id: str, request: "HttpRequest") -> Iterator[None]:
    """Add the request's id to the log lines within the block, and hide the request's secrets."""
    token = _request.set(request)
    try:
        with log_context.request(request_id):
            yield
    finally:
        _request.reset(token)


# --- What a record becomes --------------------------------------------------------------------
class RefusedRequests(logging.Filter):
    """Logs a request that Django refuses as suspicious in one line, as a warning.

    It is not an error of the site.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security.") and record.levelno > logging.WARNING:
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = None
        return True


class Retries(logging.Filter):
    """Says in stamina's lines what failed and when it is tried again: only extra fields say it."""

    def filter(self, record: logging.LogRecord) -> bool:
        fields = vars(record)
        if "stamina.caused_by" in fields:
            record.msg = "%s: tried again in %.1f s"
            record.args = (fields["stamina.caused_by"], fields["stamina.wait_for"])
        return True


class Outages(logging.Filter):
    """Logs a request that met a database that is down in one line, as a warning.

    The traceback says nothing more, and each request of the outage would log it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if record.name == "django.request" and is_outage(error):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            said = " ".join(str(error).split())
            record.msg, record.args = f"{record.getMessage()}: {said}", ()
            record.exc_info = None
        return True


def is_outage(error: BaseException | None) -> bool:
    """Return whether the database cannot be reached, is stopping, or is full of connections.

    Other operational errors, such as a deadlock, are about one query.
    """
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    # Class 57P and code 53300 of https://www.postgresql.org/docs/current/errcodes-appendix.html.
    # A connection that fails has no code.
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return not state or state == "53300" or state.startswith(("08", "57P"))


class Line(logging.Formatter):
    def __init__(self, write: Callable[[dict[str, str]], str]) -> None:
        super().__init__()
        self.write = write
        self.secrets = set(_long_enough(_configured()))

    def format(self, record: logging.LogRecord) -> str:
        hidden = self.secrets | set(_long_enough(_sent()))
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": log_context.request_id(),
            "job": str(log_context.job_id() or ""),
            "run": str(log_context.run_id() or ""),
            "message": without_secrets(record.getMessage(), hidden),
        }
        if record.exc_info:
            traceback = self.formatException(record.exc_info)
            fields["traceback"] = without_secrets(traceback, hidden)
        return self.write(fields)


def as_text(fields: dict[str, str]) -> str:
    ids = " ".join(f"{name} {fields[name]}" for name in ("request", "job", "run") if fields[name])
    head = f"{fields['time']} {fields['level']} {fields['logger']} [{ids or '-'}]"
    below = fields.get("traceback", "").splitlines()
    return "\n    ".join([f"{head} {_escape(fields['message'])}", *map(_escape, below)])


def line() -> Line:
    """Return the formatter that LOG_FORMAT names."""
    # ASCII JSON escapes every kind of line end by itself.
    return Line(json.dumps if settings.LOG_FORMAT == "json" else as_text)


# Control characters, Unicode line ends, characters that change the direction, lone surrogates.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _escape(text: str) -> str:
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


# --- What no line may contain -----------------------------------------------------------------
_LOGIN_OF_URL = re.compile(r"(?<=://)(?:[^\s/@]{0,200}:[^\s@]{0,200}|[^\s/@]{1,200})(?=@)")
_AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+")
# The tokens of preview links and of links for a new password, which are parts of the addresses.
# Access logs have them.
_PART = r"[^\s/?#\"'&<>,)\]}]+"
_IN_ADDRESSES = re.compile(rf"(?<=/preview/){_PART}|(?<=/password-reset/){_PART}/{_PART}")
_SECRET_FIELD = r"sessionid|csrf\w{0,40}|passw\w{0,40}|secret(?:_key)?|token|api_?key"  # noqa: S105
# The fields of our forms that hold secrets. Other names do not count: a visitor could otherwise
# remove any words from the record of an error, by sending them as a secret of a new name.
_SECRET_FIELDS_OF_FORMS = re.compile(r"(?:old_|new_)?password[12]?|csrfmiddlewaretoken")
# `password=x`, as in a URL, a form or a cookie, and Python's `'password': ['x']`.
_FIELD = re.compile(
    rf"""(?i)((?:{_SECRET_FIELD})(?:=|["']\s?[:,]\s?)[\[(]?b?)("[^"]{{0,999}}"|'[^']{{0,999}}'|[^\s&;,"')\]}}]+)"""
)


def without_secrets(text: str, secrets: set[str]) -> str:
    """Return `text` without these secrets, and without what looks like a secret."""
    for secret in sorted(secrets, key=len, reverse=True):  # A secret may be part of a longer one.
        text = text.replace(secret, HIDDEN)
    text = _LOGIN_OF_URL.sub(HIDDEN, text)
    text = _AUTHORIZATION.sub(rf"\1 {HIDDEN}", text)
    text = _IN_ADDRESSES.sub(HIDDEN, text)
    return _FIELD.sub(rf"\1{HIDDEN}", text)


def _configured() -> Iterator[Any]:
    """Yield the secrets in the settings, and None or "" for those that are not set."""
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS
    yield settings.HF_TOKEN
    yield settings.METRICS_TOKEN
    yield settings.MODEL_API_KEY
    yield settings.EMAIL_HOST_PASSWORD
    yield settings.DATABASES["default"].get("PASSWORD")
    for name in dir(settings):
        if name.endswith("_URL") and isinstance(url := getattr(settings, name), str):
            yield urlsplit(url).password


def _sent() -> Iterator[Any]:
    """Yield the secrets of the current request, as far as they have been read from it."""
    if not (asked := _request.get()):
        return
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        yield asked.COOKIES.get(name)
    yield asked.META.get("CSRF_COOKIE")
    yield asked.META.get(settings.CSRF_HEADER_NAME)
    yield getattr(getattr(asked, "session", None), "session_key", None)
    if hasattr(asked, "_post"):  # Else `POST` would read the body, which the view may want to read.
        for name, values in asked.POST.lists():
            if _SECRET_FIELDS_OF_FORMS.fullmatch(name):
                yield from (value for value in values if value not in asked.path)


def _long_enough(secrets: Iterator[Any]) -> Iterator[str]:
    """Yield each long enough secret as it is, and as URLs and Python's `repr` write it."""
    for secret in secrets:
        if secret and len(secret) >= LEAST_CHARS:
            yield from (secret, unquote(secret), quote(secret, safe=""), repr(secret)[1:-1])
