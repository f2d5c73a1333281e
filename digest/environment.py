"""Settings from the environment, each parsed once and refused if odd.

A value that cannot be parsed stops the start with its name, the value and what was expected.
"""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import time, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

from papers.text import addresses

T = TypeVar("T")

LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}


class Environment:
    """The process environment over one `.env` file, which never overrides it."""

    def __init__(self, dotenv: Path) -> None:
        environ.Env.read_env(str(dotenv))

    def read(self, name: str, parse: Callable[[str], T], default: str, expected: str) -> T:
        """Setting `name`, parsed; ImproperlyConfigured says what was expected."""
        # Not through django-environ, to which a leading "$" names another variable.
        value = os.environ.get(name, default).strip()
        try:
            return parse(value)
        except (ValueError, KeyError, OSError, OverflowError):
            shown = re.sub(r"(?<=://).*(?=@)", "…", value)  # No password in a terminal or log.
            raise ImproperlyConfigured(f"{name}={shown!r}: expected {expected}") from None

    def text(self, name: str, default: str = "") -> str:
        return self.read(name, str, default, "text")


BOOLEANS = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(
    ("", "0", "false", "no", "off"), False
)


def boolean(value: str) -> bool:
    return BOOLEANS[value.lower()]


def whole_number(value: str) -> int:
    """A whole number of at least 0."""
    if not value.isascii() or not value.isdigit():
        raise ValueError(value)
    return int(value)


def minutes(value: str) -> timedelta:
    """Whole minutes, 0 or more."""
    return timedelta(minutes=whole_number(value))


def time_of_day(value: str) -> time | None:
    """A time such as 02:30, or None for "never"."""
    return None if value == "never" else time.fromisoformat(value)


def mail_server(value: str) -> dict[str, Any]:
    """Django's mail settings from `smtp://USER:PASSWORD@HOST:PORT` (smtp+tls, smtp+ssl); or none.

    `consolemail://` prints mails instead.
    """
    if not value:
        return {}
    if urlsplit(value).scheme not in environ.Env.EMAIL_SCHEMES:
        raise ValueError(value)
    config: dict[str, Any] = environ.Env.email_url_config(value)
    if "smtp" in config["EMAIL_BACKEND"] and not config["EMAIL_HOST"]:
        raise ValueError(value)
    return config


def folder(value: str, base: Path) -> Path:
    """A folder, made if it is missing; a relative one lies in `base`."""
    path = (base / value).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def languages(value: str, known: Mapping[str, T]) -> list[tuple[str, T]]:
    """Codes of known languages with their names; at least one."""
    if not names(value):
        raise ValueError(value)
    return [(code, known[code]) for code in names(value)]


def seconds(value: str) -> float:
    """Seconds, 0 or more, as a decimal number."""
    number = float(value)
    if not 0 <= number < float("inf"):
        raise ValueError(value)
    return number


def whole_seconds(value: str) -> int:
    """Seconds, 1 or more: the step of a schedule."""
    number = whole_number(value)
    if not number:
        raise ValueError(value)
    return number


def names(value: str) -> list[str]:
    """Names separated by commas, in order, blanks around them dropped."""
    return [name.strip() for name in value.split(",") if name.strip()]


def base_url(value: str) -> str:
    """An http(s) address of a site, without the slash at its end."""
    parts = addresses.split(value)
    odd = parts.query or parts.fragment
    if parts.scheme not in {"http", "https"} or not parts.hostname or odd:
        raise ValueError(value)
    return value.rstrip("/")


def time_zone(value: str) -> str:
    ZoneInfo(value)
    return value


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError(value)
        return value

    return parse


def postgresql(value: str) -> dict[str, Any]:
    """A Django database from `postgresql://USER:PASSWORD@HOST:PORT/NAME` (or `?host=DIR`)."""
    if urlsplit(value).scheme not in {"postgres", "postgresql"}:
        raise ValueError(value)
    config: dict[str, Any] = environ.Env.db_url_config(value)
    options = config.get("OPTIONS", {})
    if "host" in options:  # Where Django's own commands look for it.
        config["HOST"] = options.pop("host")
    return config


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def is_loopback(host: str) -> bool:
    return host in LOOPBACK


def generated_secret(path: Path) -> str:
    """The secret key of a site on loopback: made once, kept in `path` with mode 600."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent) as file:  # Made with mode 600.
            file.write(secrets.token_urlsafe(50))
            file.flush()
            with suppress(FileExistsError):  # Another process was first: its secret stands.
                os.link(file.name, path)
    return path.read_text()
