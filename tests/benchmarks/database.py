"""A separate database for benchmarks, created and dropped around a block."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django


@contextmanager
def own_database() -> Iterator[None]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def copy_rows(*tables: str) -> float:
    """Return the seconds that COPY takes to copy the rows of these tables into equal tables."""
    from django.db import connection

    seconds = 0.0
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f"CREATE TEMP TABLE copied (LIKE {table} INCLUDING INDEXES INCLUDING GENERATED)"
            )
            with cursor.copy(f"COPY {table} TO STDOUT") as out:
                data = b"".join(bytes(block) for block in out)
            begin = time.perf_counter()
            with cursor.copy("COPY copied FROM STDIN") as into:
                into.write(data)
            seconds += time.perf_counter() - begin
            cursor.execute("DROP TABLE copied")
    return seconds
