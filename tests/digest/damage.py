"""Damages stored columns as a broken tool might. The damage follows from the models' fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from math import ceil
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import DatabaseError, connection, models, transaction
from psycopg.types.json import Jsonb

from tests.acting import ACTING

APPS = ("papers", "digest", "taggit", "redirects")
# A broken URL, no slug, a format, control characters, and closing tags of all kinds.
GARBAGE = (
    "https://[::1 a b/c %(x)s %d \x01\ufffe</div></article></main><b><table><p>{{ x }} {% y %} "
    "<!-- ]]> <![CDATA[ \u202e</script>"
)
LONG = "가나다 " * 500_000  # 5 MB.
WIDE = LONG[:400_000]  # Longer than a page may be, for columns without a limit.
NOT_OURS = "javascript:alert(1)"
# The furthest that PostgreSQL can hold. `test_stored_dates` has the dates on the way there.
FOREVER, NEVER = "infinity", "-infinity"
JSON = {"null": None, "3": 3, "text": WIDE, "list": [3, None, [[]], WIDE], "none": []}
JSON |= {"object": {"x": [WIDE], "text": {}}, "nothing": {}}
JSON |= {"remark": [{"position": 1, "arxiv_id": WIDE, "field": WIDE, "reason": LONG}]}
JSON |= {"acts": [{"position": 1, "arxiv_id": ACTING, "field": ACTING, "reason": ACTING}]}
# Python reads neither, and `json.dumps` writes neither.
UNREADABLE = {"endless": "1e9999", "deep": "[" * 3_000 + "]" * 3_000}
# By the class of the field, subclasses first. A field of another class is an error.
DAMAGES: dict[type[models.Field], dict[str, Any]] = {
    models.JSONField: {f"JSON {name}": Jsonb(value) for name, value in JSON.items()} | UNREADABLE,
    ArrayField: {"nothing": [], "NULL": [None], "garbage": [GARBAGE, ACTING], "long": [WIDE]},
    models.GenericIPAddressField: {"a network": "2001:db8::/64"},
    SearchVectorField: {"nothing": "", "garbage": "x"},
    models.CharField: {"nothing": "", "not ours": NOT_OURS, "garbage": GARBAGE, "acts": ACTING}
    | {"long": LONG},
    models.TextField: {"nothing": "", "garbage": GARBAGE, "acts": ACTING, "long": f"<p>{LONG}</p>"},
    models.DateField: {"forever": FOREVER, "never": NEVER},
    models.BooleanField: {"yes": True, "no": False},
    models.SmallIntegerField: {"none": 0, "negative": -1, "most": 2**15 - 1},
    models.IntegerField: {"none": 0, "negative": -1, "most": 2**31 - 1},
}
SPECIAL = {
    "papers.Paper.arxiv_id": {"no id": "0001.0000"},  # The form is right, but there is no month 00.
    "papers.Listing.day": {"before us": date(1991, 8, 15)},
}

SPARED = object()  # Stands for a column that has no further damage.
Stroke = tuple[str, dict[models.Field, Any]]
"""The name of a damage, and the columns of one row that it changes at once."""


def models_of_ours() -> list[type[models.Model]]:
    """Return all models of the project, with those of history."""
    return [model for label in APPS for model in apps.get_app_config(label).get_models()]


def each_column(model: type[models.Model]) -> Iterator[Stroke]:
    """Yield each damage to each column alone, but to keys and what PostgreSQL makes itself."""
    for field in model._meta.concrete_fields:
        if not (field.primary_key or field.is_relation or field.generated):
            for name, value in _damages(field):
                yield f"{model._meta.label}.{field.name} {name}", {field: value}


def columns_at_once(
    model: type[models.Model], but: set[str], number: int, longest: int | None = None
) -> Iterator[Stroke]:
    """Yield each damage to each column in `but` alone, and to `number` of the others at once.

    Texts of the others have at most `longest` characters. Columns that stand far apart go together,
    because neighbours replace each other: a title stands for its HTML. The first damage of each
    column is one stroke, the second the next.
    """
    others: dict[models.Field, list[Any]] = defaultdict(list)
    for name, stroke in each_column(model):
        ((field, value),) = stroke.items()
        if name.split(" ")[0] in but:
            yield name, stroke
        else:
            others[field].append(value[:longest] if isinstance(value, str) else value)
    fields = list(others)
    step = ceil(len(fields) / number)
    for start in range(step):
        columns = fields[start::step]
        rounds = zip_longest(*(others[each] for each in columns), fillvalue=SPARED)
        for count, values in enumerate(rounds, start=1):
            pairs = zip(columns, values, strict=True)
            stroke = {field: value for field, value in pairs if value is not SPARED}
            yield f"{model._meta.label} {'+'.join(each.name for each in stroke)} {count}", stroke


def _damages(field: models.Field) -> Iterator[tuple[str, Any]]:
    yield from SPECIAL.get(f"{field.model._meta.label}.{field.name}", {}).items()
    if field.null:
        yield "gone", None
    values = next(values for kind, values in DAMAGES.items() if isinstance(field, kind))
    for name, value in values.items():
        if name == "acts" and field.name.endswith("html"):
            continue  # Stored HTML is sanitised when it is made, and shown as it is.
        yield name, value[: field.max_length] if isinstance(field, models.CharField) else value


def strike(row: models.Model, stroke: dict[models.Field, Any]) -> bool:
    """Write the damage past Django. Return whether it changed anything in the database."""
    written = [_write(row, field, value) for field, value in stroke.items()]
    return any(written)


def as_read(row: models.Model, stroke: dict[models.Field, Any]) -> str:
    """Return JSON columns as Django reads them, or "" if the damage is to other columns too.

    No page's query looks into JSON, so two damages that read the same need one try.
    """
    if not all(isinstance(field, models.JSONField) for field in stroke):
        return ""
    names = sorted(field.attname for field in stroke)
    return repr((names, type(row)._base_manager.values_list(*names).get(pk=row.pk)))


def _write(row: models.Model, field: models.Field, value: Any) -> bool:
    table, column, key = row._meta.db_table, field.column, row._meta.pk.column
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{table}" SET "{column}" = %s'
                f' WHERE "{key}" = %s AND "{column}" IS DISTINCT FROM %s',
                [value, row.pk, value],
            )
            return bool(cursor.rowcount)
    except DatabaseError:
        return False
