"""Parsers of settings that are addresses: of this site, its services and other sites."""

import re
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from redis import ConnectionPool

from digest.environment import header_value, names

LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}
_HOST = re.compile(r"[a-z0-9][a-z0-9_.-]*|[0-9a-f:.]*:[0-9a-f:.]*")
_ALLOWED_HOST = re.compile(r"\.?[a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\]")


def hosts(value: str) -> list[str]:
    """Parse host names as Django compares them. `.papers.example` includes all below it.

    There must be at least one.
    """
    found = names(value.lower())
    if not found or not all(map(_ALLOWED_HOST.fullmatch, found)):
        raise ValueError(value)
    return found


def base_url(value: str) -> str:
    """Parse the http(s) URL of a site, and return it without a slash at its end."""
    parts = urlsplit(header_value(value))
    odd = set(value) & set("?#") or parts.port == 0  # Other odd ports raise ValueError themselves.
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.hostname or "") or odd:
        raise ValueError(value)
    return value.rstrip("/")


def shown_url(value: str) -> str:
    """Parse a URL that readers see. It must not contain a login."""
    if "@" in urlsplit(value).netloc:
        raise ValueError(value)
    return base_url(value)


def origin(value: str) -> str:
    """Parse an http(s) URL without a path, and return it as browsers write an origin."""
    parts = urlsplit(shown_url(value))
    if parts.path:
        raise ValueError(value)
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}"


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def is_loopback(host: str) -> bool:
    return host in LOOPBACK


DJANGO_OPTIONS = {"assume_role", "isolation_level", "pool", "server_side_binding"}


def postgresql(value: str) -> dict[str, Any]:
    """Parse `postgresql://USER:PASSWORD@HOST:PORT/NAME` (or `?host=DIR`) into Django's settings."""
    if urlsplit(value).scheme not in {"postgres", "postgresql"}:
        raise ValueError(value)
    config: dict[str, Any] = environ.Env.db_url_config(value)
    if not config["NAME"]:
        raise ValueError(value)
    options = config.get("OPTIONS", {})
    for name in {"host", "password"} & options.keys():  # Django's own commands need them there.
        config[name.upper()] = str(options.pop(name))
    try:
        make_conninfo(**{name: options[name] for name in options.keys() - DJANGO_OPTIONS})
    except ProgrammingError:
        raise ValueError(value) from None
    return config


def redis(value: str) -> str:
    """Check `redis://:PASSWORD@HOST:PORT/NUMBER` (or rediss), and return it unchanged."""
    parts = urlsplit(header_value(value))
    odd = parts.fragment or parts.port == 0 or not re.fullmatch("/?[0-9]*", parts.path)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname or odd:
        raise ValueError(value)
    try:
        ConnectionPool.from_url(value).make_connection()  # It does not connect yet.
    except TypeError:  # An unknown option.
        raise ValueError(value) from None
    return value


MAIL_SCHEMES = {"smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail"}


def mail_server(value: str) -> dict[str, Any]:
    """Return Django's mail settings from `smtp://USER:PASSWORD@HOST:PORT` (smtp+tls, smtp+ssl).

    There are none for an empty value. `consolemail://` prints mails instead.
    """
    if not value:
        return {}
    parts = urlsplit(value)
    if parts.scheme not in MAIL_SCHEMES or parts.query or parts.fragment:
        raise ValueError(value)
    config: dict[str, Any] = environ.Env.email_url_config(value)
    if "smtp" in config["EMAIL_BACKEND"] and not config["EMAIL_HOST"]:
        raise ValueError(value)
    return config


def mail_address(value: str) -> str:
    """Check a mail address that the header of a request can carry, and return it."""
    try:
        validate_email(header_value(value))
    except ValidationError:
        raise ValueError(value) from None
    return value
