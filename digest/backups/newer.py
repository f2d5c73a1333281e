"""What a site has that a backup has not: all that was written since, which a restore takes away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from digest.models import AuditRecord, Comment, PreviewNote, Snapshot
from papers.models import FullText, ModelCall, Paper, Report, SourceAnswer, UnsavedText

_WRITTEN: tuple[tuple[type[Model], str, str], ...] = (
    (Paper, "created_at", "papers first seen"),
    (SourceAnswer, "fetched_at", "answers of sources"),
    (FullText, "parsed_at", "full texts read"),
    (ModelCall, "asked_at", "calls of the model"),
    (Report, "created_at", "reports of readers"),
    (Comment, "made_at", "comments of people"),
    (PreviewNote, "written_at", "notes on previews"),
    (Snapshot, "taken_at", "saves of posts"),
    (UnsavedText, "kept_at", "pages with unsaved texts"),
    (AuditRecord, "at", "acts in the audit"),
)


def newer_than(at: datetime) -> list[tuple[int, str]]:
    """Return how many rows of which kind were written later. What has none is left out."""
    here = _tables()
    counted = [(_count(model, {f"{field}__gt": at}, here), what) for model, field, what in _WRITTEN]
    return [(count, what) for count, what in [*_edits(at, here), *counted] if count]


def _edits(at: datetime, here: set[str]) -> Iterator[tuple[int, str]]:
    """Yield the versions in the histories, those that people wrote first."""
    for by_people, who in ((True, "people"), (False, "machines")):
        for model in apps.get_models():
            of: Any = getattr(model, "instance_type", None)  # Only a history has it.
            if of is not None:
                told = {"history_date__gt": at, "history_user__isnull": not by_people}
                what = f"changes of {of._meta.verbose_name_plural} by {who}"
                yield _count(model, told, here), what


def _count(model: type[Model], told: dict[str, Any], here: set[str]) -> int:
    if model._meta.db_table not in here:  # A site that was never migrated has none.
        return 0
    return model._default_manager.filter(**told).count()


def _tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))
