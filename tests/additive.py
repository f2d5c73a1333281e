"""Whether a migration leaves the release before running: what it takes away or demands anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.migrations import operations as ops
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED

TAKES_AWAY = (
    ops.RemoveField,
    ops.RenameField,
    ops.DeleteModel,
    ops.RenameModel,
    ops.AlterModelTable,
    ops.AlterOrderWithRespectTo,
)
SQL = re.compile(
    r"\b(drop\s+(table|column|schema|type)|rename\s+(to|column)|set\s+not\s+null|truncate)\b", re.I
)


def faults(migration: Migration, state: ProjectState, known: ProjectState) -> list[str]:
    """What the release before cannot live with.

    `state` is that before the migration. `known` is the state that the release before made: it
    touches no table that came later.
    """
    found = []
    state = state.clone()
    for operation in migration.operations:
        name = getattr(operation, "model_name", None)
        if not name or (migration.app_label, name.lower()) in known.models:
            found += [f"{operation.describe()}: {why}" for why in _of(operation, migration, state)]
        operation.state_forwards(migration.app_label, state)
    return found


def _of(operation: Operation, migration: Migration, state: ProjectState) -> Iterator[str]:
    if isinstance(operation, ops.SeparateDatabaseAndState):
        for each in operation.database_operations:
            yield from _of(each, migration, state)
    elif isinstance(operation, ops.AlterField):
        yield from _altered(operation, migration, state)
    else:
        yield from (why for fault, why in FAULTS.items() if fault(operation, migration))


def _takes_away(operation: Operation, migration: Migration) -> bool:
    return isinstance(operation, TAKES_AWAY)


def _by_sql(operation: Operation, migration: Migration) -> bool:
    return isinstance(operation, ops.RunSQL) and bool(SQL.search(str(operation.sql)))


def _adds_a_demand(operation: Operation, migration: Migration) -> bool:
    return isinstance(operation, ops.AddField) and _demands(operation.field)


def _constrains(operation: Operation, migration: Migration) -> bool:
    return isinstance(operation, ops.AddConstraint) and not (
        _widens(operation, migration) or _of_new_columns(operation, migration)
    )


FAULTS = {
    _takes_away: "it still uses that",
    _by_sql: "its SQL takes something away, or demands it",
    _adds_a_demand: "it inserts rows without that column: null=True or db_default",
    _constrains: "it may write rows that break it",
}


def _demands(field: models.Field) -> bool:
    return not (field.many_to_many or field.null or field.db_default is not NOT_PROVIDED)


def _altered(operation: Any, migration: Migration, state: ProjectState) -> Iterator[str]:
    before = state.models[migration.app_label, operation.model_name_lower].fields[operation.name]
    after = operation.field
    if before.null and _demands(after):
        yield "it writes NULL there: db_default"
    if before.db_default is not NOT_PROVIDED and after.db_default is NOT_PROVIDED:
        yield "it may insert rows without that column: keep db_default"
    if (after.max_length or 10**9) < (before.max_length or 10**9):
        yield "it writes longer values there"
    if after.unique and not before.unique:
        yield "it may write a value twice"
    if before.get_internal_type() != after.get_internal_type():
        yield "it reads and writes another type there"


def _widens(operation: Any, migration: Migration) -> bool:
    """Whether the constraint takes the place of one of the same name: a reader judges the rest."""
    return any(
        isinstance(each, ops.RemoveConstraint) and each.name == operation.constraint.name
        for each in migration.operations
    )


def _of_new_columns(operation: Any, migration: Migration) -> bool:
    """Whether it holds columns alone that come with it: the release before does not write them."""
    added = {
        each.name
        for each in migration.operations
        if isinstance(each, ops.AddField) and each.model_name == operation.model_name
    }
    constraint = operation.constraint
    names = {*getattr(constraint, "fields", ())}
    if (condition := getattr(constraint, "condition", None)) is not None:
        names |= {name.split("__")[0] for name in _columns(condition)}
    return bool(names) and names <= added


def _columns(condition: Any) -> Iterator[str]:
    if not isinstance(condition, models.Q):
        yield from (each.name for each in condition.flatten() if isinstance(each, models.F))
        return
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from _columns(child)
        else:
            yield child[0]
