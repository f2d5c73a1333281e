"""One process at a time, over all workers and machines, by PostgreSQL's advisory locks."""

from django.db import connection


def one_at_a_time(what: str) -> None:
    """Wait until no other transaction does `what`; the lock goes with the current transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])
