"""PostgreSQL advisory locks: one process at a time, across all workers and machines."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, InterfaceError, connection

_JOBS = 0x6A6F6273  # "jobs": their number space among the database's advisory locks.
# A machine that vanishes closes no connection. The server's keepalives notice it and free its lock.
_KEEPALIVE = """
    SELECT set_config('tcp_keepalives_idle', '10', false),
        set_config('tcp_keepalives_interval', '5', false),
        set_config('tcp_keepalives_count', '3', false)
"""


def one_at_a_time(what: str) -> None:
    """Wait until no other transaction does `what`. The lock ends with the current transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])


@contextmanager
def one_after_another(what: str) -> Iterator[None]:
    """Wait until nobody else does `what`, and keep others waiting; needs no transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [what])
    try:
        yield
    finally:
        # A connection that broke holds nothing.
        with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [what])


@contextmanager
def unless_under_way(what: str, *, shared: bool = False) -> Iterator[bool]:
    """Yield whether nobody else does `what`, and keep others from it; needs no transaction.

    Any number of holders may share it. They keep away only who wants it alone.
    """
    mode = "_shared" if shared else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock{mode}(hashtext(%s))", [what])
        [free] = cursor.fetchone()
    try:
        yield bool(free)
    finally:
        if free:
            # A connection that broke holds nothing.
            with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock{mode}(hashtext(%s))", [what])


@contextmanager
def working_on(job_id: int) -> Iterator[bool]:
    """Lock a job for as long as this process lives. Yield whether nobody else works on it.

    The lock is on the connection that the work uses, so losing the lock means losing the
    connection to write with. A pooler in front of PostgreSQL must run in session mode.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEPALIVE)
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_JOBS, _number(job_id)])
        [free] = cursor.fetchone()
    try:
        yield free
    finally:
        if free:
            # A broken connection holds nothing.
            with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_JOBS, _number(job_id)])


def nobody_works_on(job_id: int) -> bool:
    """Return whether no living process works on a job, or can begin until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_JOBS, _number(job_id)])
        [free] = cursor.fetchone()
    return bool(free)


def jobs_at_work() -> list[int]:
    """Return the numbers (`_number`) of the jobs that living processes work on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [_JOBS],
        )
        return [number for (number,) in cursor.fetchall()]


def _number(job_id: int) -> int:
    return job_id % 2**31  # The lock's second key has 31 bits.
