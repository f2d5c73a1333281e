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
from typing import TypeVar
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

YEAR = timedelta(days=366)


class Environment:
    """The process environment over one `.env` file, which never overrides it."""

    def __init__(self, dotenv: Path) -> None:
        environ.Env.read_env(str(dotenv))

    def read(
        self,
        name: str,
        parse: Callable[[str], T],
        default: str,
        expected: str,
        *,
        secret: bool = False,
    ) -> T:
        """Setting `name`, parsed; ImproperlyConfigured says what was expected."""
        # Not through django-environ, to which a leading "$" names another variable.
        value = os.environ.get(name, default).strip()
        try:
            return parse(value)
        except (ValueError, KeyError, OSError, OverflowError):
            shown = "" if secret else f"={_without_password(value)!r}"
            raise ImproperlyConfigured(f"{name}{shown}: expected {expected}") from None


def _without_password(value: str) -> str:
    """`value` for a terminal or a log, also where a password makes it no address."""
    value = re.sub(r"(?<=://).*(?=@)|^(?!.*://)[^@]*:.*(?=@)", "…", value)
    # `redis://:PASSWORD`, without its host.
    value = re.sub(r"^((?!https?:)[\w+.-]+://[^/?#@]*):(?!\d{1,5}(?:[/?#]|$)).+", r"\1:…", value)
    return re.sub(r"(?i)(password=)[^&]*", r"\1…", value)


def optional(parse: Callable[[str], str]) -> Callable[[str], str]:
    """What `parse` takes, or nothing."""
    return lambda value: parse(value) if value else ""


# Controls, line ends, lone surrogates: what no header, no feed and no page can carry.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def line(value: str) -> str:
    """One line of text, not empty."""
    if not value or _UNFIT.search(value):
        raise ValueError(value)
    return value


def header_value(value: str) -> str:
    """Printable ASCII without blanks, or nothing."""
    if not re.fullmatch("[!-~]*", value):
        raise ValueError
    return value


LEAST_TOKEN_CHARS = 16


def token(value: str) -> str:
    """A secret that a header carries and nobody guesses, or nothing."""
    if value and len(value) < LEAST_TOKEN_CHARS:
        raise ValueError
    return header_value(value)


LEAST_KEY_CHARS = 32
LEAST_DIFFERENT_CHARS = 5
# How the keys begin that generators of projects and examples of `.env` files have.
_SAMPLE_KEY = re.compile(
    r"\W*(?:django.insecure|(?:please.?)?(?:change|replace).?(?:me|this)|your.?secret|insert.?your"
    r"|set.?django.?secret|secret.?key.?here)",
    re.IGNORECASE,
)


def secret_key(value: str) -> str:
    """A key that nobody guesses: long, of different characters, and no sample."""
    odd = len(value) < LEAST_KEY_CHARS or len(set(value)) < LEAST_DIFFERENT_CHARS
    if odd or _SAMPLE_KEY.match(value):
        raise ValueError
    return value


BOOLEANS = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(
    ("", "0", "false", "no", "off"), False
)


def boolean(value: str) -> bool:
    return BOOLEANS[value.lower()]


def whole_number(value: str) -> int:
    """A whole number of at least 0."""
    if not re.fullmatch("[0-9]{1,10}", value):
        raise ValueError(value)
    return int(value)


def positive_number(value: str) -> int:
    """A whole number of at least 1."""
    if not (number := whole_number(value)):
        raise ValueError(value)
    return number


def days(value: str) -> int:
    """Whole days, 0 or more, at most ten years."""
    if (number := whole_number(value)) > 3653:
        raise ValueError(value)
    return number


def some_days(value: str) -> timedelta:
    """Whole days, 1 or more, at most a year."""
    if not timedelta(0) < (time := timedelta(days=whole_number(value))) <= YEAR:
        raise ValueError(value)
    return time


def minutes(value: str) -> timedelta:
    """Whole minutes, 0 or more, at most a year."""
    if (time := timedelta(minutes=whole_number(value))) > YEAR:
        raise ValueError(value)
    return time


def time_of_day(value: str) -> time | None:
    """A time such as 02:30, or None for "never"."""
    if value == "never":
        return None
    if not re.fullmatch("[0-9]{2}:[0-9]{2}", value):
        raise ValueError(value)
    return time.fromisoformat(value)


def folder(value: str, base: Path) -> Path:
    """A folder to write in, made if it is missing; a relative one lies in `base`."""
    path = (base / line(value)).resolve()
    path.mkdir(parents=True, exist_ok=True)
    if not os.access(path, os.W_OK | os.X_OK):
        raise ValueError(value)
    return path


def languages(value: str, known: Mapping[str, T]) -> list[tuple[str, T]]:
    """Codes of known languages with their names; at least one, each once."""
    codes = names(value)
    if not codes or len(set(codes)) < len(codes):
        raise ValueError(value)
    return [(code, known[code]) for code in codes]


def seconds(value: str) -> float:
    """Seconds, 0 or more, at most a year, as a decimal number."""
    number = float(value)
    if not 0 <= number <= YEAR.total_seconds():
        raise ValueError(value)
    return number


def some_seconds(value: str) -> float:
    """Seconds, more than 0: something is to happen within them."""
    if not (number := seconds(value)):
        raise ValueError(value)
    return number


def whole_seconds(value: str) -> int:
    """Seconds, 1 or more: the step of a schedule."""
    if not 1 <= (number := whole_number(value)) <= YEAR.total_seconds():
        raise ValueError(value)
    return number


def names(value: str) -> list[str]:
    """Names separated by commas, in order, blanks around them dropped."""
    return [name.strip() for name in value.split(",") if name.strip()]


def time_zone(value: str) -> str:
    ZoneInfo(value)
    return value


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError(value)
        return value

    return parse


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
