"""Acts on rows that have a history: posts, entries, papers, sections, corrections, listings."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from digest.audit.differences import Row, differences, is_told
from digest.audit.recording import acting, page_of_now, record
from digest.models import Post, State
from digest.models.audit import Act

SIGNS = {"+": Act.CREATED, "~": Act.CHANGED, "-": Act.DELETED}
STATES: dict[str, Act] = {State.PUBLISHED: Act.PUBLISHED, State.WITHDRAWN: Act.WITHDRAWN}
RESTORING = "_simple_history"
"""How the names of the pages end that show an older version, and restore it."""


def notice(instance: Model, history_instance: Any, history_user: Any, **kwargs: Any) -> None:
    """Record what was just added to a history, if a person did it or readers see a step of it.

    Machines write much: what a source, a drafter or an import did is told by the history.
    """
    person = history_user or acting()
    sign = history_instance.history_type
    if person is None and not isinstance(instance, Post):
        return
    before = _before(history_instance) if sign == "~" else None
    changes = _changes(before, history_instance) if before else []
    act = _act(before, history_instance)
    if sign == "~" and not changes and act == Act.CHANGED:
        return
    if person is None and act == Act.CHANGED:
        return
    reason = history_instance.history_change_reason or ""
    record(act, instance, person=person, changes=changes, reason=reason)


def _before(version: Any) -> Any:
    """Return the version before this one."""
    rows = type(version).objects.filter(id=version.id, history_id__lt=version.history_id)
    return rows.order_by("-history_id").first()


def _changes(before: Any, version: Any) -> list[Row]:
    fields = [field for field in version.tracked_fields if is_told(field.name)]
    return differences(before, version, fields)


def _act(before: Any, version: Any) -> Act:
    state = getattr(version, "state", None)
    if before is not None and (step := _step(before, version, state)):
        return step
    if version.history_type != "-" and page_of_now().endswith(RESTORING):
        return Act.RESTORED
    return SIGNS[version.history_type]


def _step(before: Any, version: Any, state: str | None) -> Act | None:
    """Return the step of a post that readers see, also the publishing of changes."""
    if state not in STATES or not hasattr(version, "updated_at"):
        return None
    moved = (before.state, before.updated_at) != (version.state, version.updated_at)
    return STATES[state] if moved else None
