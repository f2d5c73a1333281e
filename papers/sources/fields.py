"""Kinds of fields that sources fill: pydantic types that clean a value or refuse it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from django.core import exceptions, validators
from pydantic import AfterValidator, Field, PlainValidator

from papers.clock import now
from papers.text import clean, fold

_EARLIEST = datetime(1991, 8, 1, tzinfo=UTC)  # arXiv's first month
_LINE_LIMIT = 200  # characters
_is_web_address = validators.URLValidator(schemes=["http", "https"])


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError("not a time with its zone")
    if not _EARLIEST <= moment <= now() + timedelta(days=2):
        raise ValueError("before arXiv began, or to come")
    return moment.astimezone(UTC)


def _address(value: str) -> str:
    address = re.sub(r"\s*\n\s*", "", clean(value).strip())
    try:
        _is_web_address(address)
    except exceptions.ValidationError:
        raise ValueError("not a web address") from None
    if urlsplit(address).username is not None:
        raise ValueError("an address with a user name")
    return address


def _short(value: str) -> str:
    line = fold(value)
    if len(line) > _LINE_LIMIT:
        raise ValueError(f"{len(line):,} chars, limit {_LINE_LIMIT}")
    return line


def _not_blank(value: str) -> str:
    if not (line := _short(value)):
        raise ValueError("blank")
    return line


Line = Annotated[str, AfterValidator(_short)]
"""One line of clean text, perhaps empty."""
Name = Annotated[str, AfterValidator(_not_blank)]
"""One line of clean text with something on it."""
Address = Annotated[str, Field(max_length=500), AfterValidator(_address)]
"""An http or https address, to be shown and never fetched."""
Moment = Annotated[datetime, PlainValidator(_moment)]
"""A point in time since arXiv began (aware, UTC)."""
