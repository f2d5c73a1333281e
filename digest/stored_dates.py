"""Reads stored dates that Python cannot hold: "infinity", years BC, and years from 10000 on.

PostgreSQL can hold them, and psycopg then fails on the whole row. Here each is read as the nearest
date that a page can show, so the row can be seen and mended.
"""

from datetime import UTC, date, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from psycopg import DataError
from psycopg.types.datetime import DateLoader, TimestampLoader

# Time zones and the whole weeks of a calendar need some room before Python's dates end.
FIRST, LAST = datetime(1, 1, 8, tzinfo=UTC), datetime(9999, 11, 30, tzinfo=UTC)


def register(connection: Any, **kwargs: Any) -> None:
    """Use these loaders on a new connection. It receives Django's `connection_created`."""
    adapters = connection.connection.adapters
    adapters.register_loader("date", _Date)
    adapters.register_loader("timestamp", _Timestamp)
    adapters.register_loader("timestamptz", _TimestampWithZone)


class _Date(DateLoader):
    def load(self, data: Any) -> date:
        try:
            return min(max(super().load(data), FIRST.date()), LAST.date())
        except DataError:
            return _nearest(data).date()


class _Timestamp(TimestampLoader):
    def load(self, data: Any) -> datetime:
        try:
            moment = super().load(data).replace(tzinfo=UTC)
        except DataError:
            moment = _nearest(data)
        return min(max(moment, FIRST), LAST).replace(tzinfo=None)


class _TimestampWithZone(BaseTzLoader):
    timezone = UTC

    def load(self, data: Any) -> datetime:
        try:
            return min(max(super().load(data), FIRST), LAST)
        except DataError:
            return _nearest(data)


def _nearest(data: Any) -> datetime:
    text = bytes(data)
    return FIRST if text.startswith(b"-") or text.endswith(b"BC") else LAST
