"""Writing one act down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from simple_history.models import HistoricalRecords

from digest.audit.differences import Row
from digest.models.audit import Act, AuditRecord
from papers.text.cleaning import fold

MOST_ROWS = 50
"""Of one act. The rest stands in the history."""


def acting() -> User | None:
    """Return who is signed in to the editors' pages and asked for what happens now.

    Readers' pages are not asked: they read no session. A command and a worker have no request.
    """
    request = request_of_now()
    if request is None:
        return None
    return request.user if request.user.is_authenticated else None


def request_of_now() -> Any:
    """Return the request to the editors' pages that is being answered, if there is one."""
    request = getattr(HistoricalRecords.context, "request", None)
    is_ours = (
        request is not None and request.path.startswith("/admin/") and hasattr(request, "user")
    )
    return request if is_ours else None


def page_of_now() -> str:
    """Return the name of the page that is being answered, or ""."""
    match = getattr(request_of_now(), "resolver_match", None)
    return (match and match.url_name) or ""


def record(
    act: Act,
    about: Model | str = "",
    *,
    person: User | None = None,
    changes: Sequence[Row] = (),
    reason: str = "",
    address: str | None = None,
) -> AuditRecord:
    """Store an act of `person`, by default of who is signed in."""
    made = _made(act, about, person or acting(), changes, reason, address)
    made.save(force_insert=True)
    return made


def record_each(act: Act, rows: Iterable[Model], person: User) -> None:
    """Store the same act about each of several rows, in one query."""
    AuditRecord.objects.bulk_create([_made(act, row, person) for row in rows])


def _made(
    act: Act,
    about: Model | str,
    person: User | None,
    changes: Sequence[Row] = (),
    reason: str = "",
    address: str | None = None,
) -> AuditRecord:
    row = about if isinstance(about, Model) else None
    return AuditRecord(
        act=act,
        person=person.get_username() if person else "",
        person_id=person.pk if person else None,
        model=row._meta.label_lower if row else "",
        key=str(row.pk)[:64] if row else "",
        about=_line(str(about), "about"),
        changes=[list(change) for change in changes[:MOST_ROWS]],
        reason=_line(reason, "reason"),
        address=address,
    )


def _line(text: str, field: str) -> str:
    """Return a text as one line that fits its column."""
    column: Any = AuditRecord._meta.get_field(field)
    return fold(text.replace("\0", " "))[: column.max_length]
