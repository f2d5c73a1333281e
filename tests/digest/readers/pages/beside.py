"""What happens beside a test: in other connections and in other threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from django.db import connection

T = TypeVar("T")


@contextmanager
def transaction_of(*settings: str) -> Iterator[Callable[..., None]]:
    """Yield a function that runs SQL in a transaction of another connection, as of another process.

    The transaction is committed at the end, or when the SQL says so.
    """
    own = psycopg.connect(**connection.get_connection_params(), autocommit=True)
    with own, own.cursor() as cursor:
        for each in ("BEGIN", *settings):
            cursor.execute(each)
        yield cursor.execute
        cursor.execute("COMMIT")


def apart(call: Callable[[], T]) -> T:
    """Return what a call returns in a thread with a connection of its own."""

    def work() -> T:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def waiting() -> int:
    """Return how many connections wait for a lock of a table."""
    own = "datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {own}")
        (number,) = cursor.fetchone() or (0,)
    return int(number)
