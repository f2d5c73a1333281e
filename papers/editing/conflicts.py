"""A field that two people changed: both texts, their difference, and who wrote the other when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from papers.text import differences

VERSIONS = 50
"""How many versions are searched for the one that brought the text."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who gave a field the value that it has, and when. A machine has no name."""

    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Conflict:
    """What stands in the database, and what somebody wants to save in its place."""

    standing: str
    typed: str
    change: Change | None

    def html(self) -> SafeString:
        pieces = differences.pieces(self.standing, self.typed)
        context = {"conflict": self, "pieces": pieces}
        return render_to_string("admin/papers/conflict.html", context)


def last_change(row: Any, field: str) -> Change | None:
    """Return the change that brought the field's value, by the row's history, if that tells."""
    history: models.QuerySet[Any] | None = getattr(row, "history", None)
    if history is None:
        return None
    columns = (field, "history_user__username", "history_date")
    try:
        versions = list(history.values_list(*columns)[:VERSIONS])
    except FieldError:  # Its history does not have this field, as with tags.
        return None
    same = list(takewhile(lambda version: version[0] == versions[0][0], versions))
    return Change(*same[-1][1:]) if same else None
