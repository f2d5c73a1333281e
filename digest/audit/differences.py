"""What differs between two states of a row, as texts that fit a page."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from django.db.models import Field, Model

Row = tuple[str, str, str]
"""The name of a field, what it was, what it is."""

LONGEST = 200
"""Characters of a value."""
BEFORE = 40
"""Characters that are shown before the first that differs."""
CUT = "…"

UNSAID = frozenset(
    {"id", "password", "last_login", "date_joined", "raw_title", "feed_id", "front_matter"}
    | {"last_run_at", "total_run_count", "date_changed"}
)
"""Fields that no person edits, or that nobody may read."""
_SECRET = re.compile(r"token|secret|hash|checksum|(^|_)key$")
"""How fields are named that may hold something secret, in tables to come too."""


def differences(before: Model | None, after: Model | None, fields: list[Field]) -> list[Row]:
    """Return the fields that differ. None is a row that is not there."""
    rows = []
    for field in fields:
        old, new = _value(before, field), _value(after, field)
        if old != new and _text(old) != _text(new):
            rows.append((field.name, *shortened(_text(old), _text(new))))
    return rows


def said_fields(model: type[Model] | Model) -> list[Field]:
    """Return the fields of a model that an act may tell of."""
    return [field for field in model._meta.concrete_fields if _is_said(field)]


def _is_said(field: Field) -> bool:
    return field.editable and not field.primary_key and is_told(field.name)


def is_told(name: str) -> bool:
    return name not in UNSAID and not _SECRET.search(name)


def _value(row: Model | None, field: Field) -> Any:
    if row is None or field.attname in row.get_deferred_fields():
        return None
    return getattr(row, field.attname)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime() | date() | time():
            return value.isoformat()
        case list() | tuple():
            return ", ".join(map(str, value))
    return str(value).replace("\0", " ")


def shortened(before: str, after: str) -> tuple[str, str]:
    """Return both texts, if they are long only the part around the first difference."""
    if max(len(before), len(after)) <= LONGEST:
        return before, after
    start = max(0, _same(before, after) - BEFORE)
    return _part(before, start), _part(after, start)


def _same(before: str, after: str) -> int:
    """Return how many characters both texts begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))


def _part(text: str, start: int) -> str:
    part = text[start : start + LONGEST]
    head = CUT if start and part else ""
    return head + part + (CUT if start + LONGEST < len(text) else "")
