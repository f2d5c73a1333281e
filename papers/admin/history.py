"""The history of a row: each version with who made it, when, and what it changed, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Page
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin

from papers.text.differences import Piece, pieces, shortened

# Nobody edits them, and other fields say the same in words.
UNSAID = frozenset({"id", "raw_title", "origins", "feed_id", "created_at", "front_matter"})


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one field. A text has `pieces`; another value is named before and after."""

    name: str
    before: str
    after: str
    pieces: list[Piece]


def changes(before: Any, after: Any) -> list[Change]:
    """Return what differs between two versions of a row, in the order of its fields."""
    fields = [field for field in after.tracked_fields if field.name not in UNSAID]
    differing = (f for f in fields if getattr(before, f.attname) != getattr(after, f.attname))
    return [_change(field, before, after) for field in differing]


def _change(field: Any, before: Any, after: Any) -> Change:
    old, new = _words(field, before), _words(field, after)
    found = shortened(pieces(old, new), context=80) if _is_text(field) else []
    name = str(field.verbose_name)
    return Change(name[:1].upper() + name[1:], old, new, found)


def _is_text(field: Any) -> bool:
    return isinstance(field, models.TextField | models.CharField | ArrayField) and not field.choices


def _words(field: Any, version: Any) -> str:
    """Return a field's value as its reader would say it. Times are those of the site's zone."""
    match value := _value(field, version):
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case datetime():
            return date_format(localtime(value), "DATETIME_FORMAT")
        case date():
            return date_format(value)
        case list():
            return "\n".join(map(str, value))
    return str(dict(field.flatchoices).get(value, value))


def _value(field: Any, version: Any) -> Any:
    """Return the value, of a relation its row. A row that is gone has only its number."""
    stored = getattr(version, field.attname)
    if not field.is_relation or stored is None:
        return stored
    try:
        return getattr(version, field.name) or f"#{stored}"
    except ObjectDoesNotExist:
        return f"#{stored}"


class HistoryAdmin(SimpleHistoryAdmin):
    """A row whose every version can be read and restored."""

    object_history_template = "admin/papers/history/list.html"
    object_history_form_template = "admin/papers/history/version.html"
    history_list_per_page = 20

    def set_history_delta_changes(
        self, request: HttpRequest, page: Page[Any], foreign_keys_are_objs: bool = True
    ) -> None:
        """Set what each version of a page changed. That of the last needs the next page's first."""
        versions = list(page)
        for version, before in zip(versions, [*versions[1:], *_next(page)], strict=False):
            version.changes = changes(before, version)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show an older version, to restore it. A deleted row cannot be restored."""
        with transaction.atomic():
            row = self.get_object(request, object_id) if version_id.isdecimal() else None
            if row is None:
                raise Http404
            # The library lets whoever may see the history restore it.
            if request.method == "POST" and not self.has_change_permission(request, row):
                raise PermissionDenied
            context = self._of_version(request, object_id, version_id) | (extra_context or {})
            return super().history_form_view(request, object_id, version_id, context)

    def _of_version(self, request: HttpRequest, object_id: str, version_id: str) -> dict[str, Any]:
        """Return the version, and what restoring it would change."""
        key = self.model._meta.pk.attname
        versions = self.get_history_queryset(request, self.model.history, key, object_id)
        version, present = versions.filter(history_id=version_id).first(), versions.first()
        if version is None or present is None:
            raise Http404
        return {"version": version, "restored": changes(present, version)}


def _next(page: Page[Any]) -> Iterator[Any]:
    start = page.end_index()
    yield from page.paginator.object_list[start : start + 1]
