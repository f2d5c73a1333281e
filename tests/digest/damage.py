"""Damage that another hand may do to stored columns, made from the models' own fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction
from psycopg.types.json import Jsonb

APPS = ("papers", "digest", "taggit", "redirects")
# An address that cannot be parsed, no slug, a format, controls, and the ends of everything.
GARBAGE = (
    "https://[::1 a b/c %(x)s %d \x01\ufffe</div></article></main><b><table><p>{{ x }} {% y %} "
    "<!-- ]]> <![CDATA[ \u202e</script>"
)
LONG = "가나다 " * 500_000  # 5 MB.
WIDE = LONG[:400_000]  # For what has no bound of its own: more than a page may have.
NOT_OURS = "javascript:alert(1)"
# Python's calendar ends soon before and after: in other zones, and where a month fills its weeks.
FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 11, 30, tzinfo=UTC)
JSON = {"null": None, "3": 3, "text": WIDE, "list": [3, None, [[]], WIDE], "none": []}
JSON |= {"object": {"x": [WIDE], "text": {}}, "nothing": {}}
# By the kind of field, the narrower before the wider: a kind that is not here is an error.
DAMAGES: dict[type[models.Field], dict[str, Any]] = {
    models.JSONField: {f"JSON {name}": Jsonb(value) for name, value in JSON.items()},
    ArrayField: {"nothing": [], "NULL": [None], "garbage": [GARBAGE, ""], "long": [WIDE]},
    models.CharField: {"nothing": "", "not ours": NOT_OURS, "garbage": GARBAGE, "long": LONG},
    models.TextField: {"nothing": "", "garbage": GARBAGE, "long": f"<p>{LONG}</p>"},
    models.DateTimeField: {"first": FIRST, "last": LAST},
    models.DateField: {"first": FIRST.date(), "last": LAST.date()},
    models.BooleanField: {"yes": True, "no": False},
    models.IntegerField: {"none": 0, "negative": -1, "most": 2**31 - 1, "many": 2**15 - 1},
}
SPECIAL = {
    "papers.Paper.arxiv_id": {"no id": "0001.0000"},  # Of the form, but of no month.
    "papers.Listing.day": {"before us": date(1991, 8, 15)},
}

Stroke = tuple[str, dict[models.Field, Any]]
"""What was done, and to which columns of one row at once."""


def models_of_ours() -> list[type[models.Model]]:
    """Every table of ours, history included."""
    return [model for label in APPS for model in apps.get_app_config(label).get_models()]


def each_column(model: type[models.Model]) -> Iterator[Stroke]:
    """Each damage to each column, but for keys, alone."""
    for field in model._meta.concrete_fields:
        if not field.primary_key and not field.is_relation:
            for name, value in _damages(field):
                yield f"{model._meta.label}.{field.name} {name}", {field: value}


def all_columns(model: type[models.Model], but: set[str]) -> Iterator[Stroke]:
    """Each damage to all columns that it can be done to at once; to those in `but` alone."""
    together: dict[str, dict[models.Field, Any]] = defaultdict(dict)
    for name, stroke in each_column(model):
        column, kind = name.split(" ", 1)
        if column in but:
            yield name, stroke
        else:
            together[kind] |= stroke
    yield from ((f"{model._meta.label} {kind}", stroke) for kind, stroke in together.items())


def _damages(field: models.Field) -> Iterator[tuple[str, Any]]:
    yield from SPECIAL.get(f"{field.model._meta.label}.{field.name}", {}).items()
    if field.null:
        yield "gone", None
    values = next(values for kind, values in DAMAGES.items() if isinstance(field, kind))
    for name, value in values.items():
        yield name, value[: field.max_length] if isinstance(field, models.CharField) else value


def strike(row: models.Model, stroke: dict[models.Field, Any]) -> bool:
    """Write it past Django; whether the database let any of it in."""
    written = [_write(row, field, value) for field, value in stroke.items()]
    return any(written)


def _write(row: models.Model, field: models.Field, value: Any) -> bool:
    table, column, key = row._meta.db_table, field.column, row._meta.pk.column
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{table}" SET "{column}" = %s WHERE "{key}" = %s', [value, row.pk]
            )
    except DatabaseError:
        return False
    return True
