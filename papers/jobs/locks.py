"""One process at a time, over all workers and machines, by PostgreSQL's advisory locks."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, InterfaceError, connection

_JOBS = 0x6A6F6273  # "jobs": their room among the database's advisory locks.
# A machine that vanishes closes no connection: the server asks after it, and frees its lock.
_KEEPALIVE = """
    SELECT set_config('tcp_keepalives_idle', '10', false),
        set_config('tcp_keepalives_interval', '5', false),
        set_config('tcp_keepalives_count', '3', false)
"""


def one_at_a_time(what: str) -> None:
    """Wait until no other transaction does `what`; the lock goes with the current transaction."""
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
def working_on(job_id: int) -> Iterator[bool]:
    """Say that this process works on a job, as long as it lives; answer whether nobody else does.

    The lock lies on the connection that the work itself uses: who lost the one cannot write through
    the other. A pooler in front of PostgreSQL has to run in session mode.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEPALIVE)
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_JOBS, _number(job_id)])
        [free] = cursor.fetchone()
    try:
        yield free
    finally:
        if free:
            # A connection that broke holds nothing.
            with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_JOBS, _number(job_id)])


def nobody_works_on(job_id: int) -> bool:
    """Whether no living process works on a job, nor begins to until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_JOBS, _number(job_id)])
        [free] = cursor.fetchone()
    return bool(free)


def _number(job_id: int) -> int:
    return job_id % 2**31  # The lock's second key has 31 bits.
