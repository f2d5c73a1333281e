"""A database of the benchmarks' own, made and dropped around a block."""

import os
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
