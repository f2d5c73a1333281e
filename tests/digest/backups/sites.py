"""Databases of a test's own beside the tests' own, and what is in them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from tests.waiting import PATIENCE_S


class Site:
    """A site with a database of its own, whose commands are processes."""

    def __init__(self, database: str) -> None:
        self.params = connection.get_connection_params() | {"dbname": database}
        user, password = self.params.get("user", ""), self.params.get("password", "")
        host, port = self.params.get("host", ""), self.params.get("port", "")
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATA_DIR": str(settings.DATA_DIR),
            "DATABASE_URL": (f"postgresql://{user}:{password}@/{database}?host={host}&port={port}"),
        }

    def connect(self) -> psycopg.Connection:
        known = {name: value for name, value in self.params.items() if isinstance(value, str | int)}
        return psycopg.connect(**known, autocommit=True)

    def start(self, *arguments: str) -> subprocess.Popen:
        """Start a command in a group of processes that can be killed at once."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            env=self.environment,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> str:
        """Return what a command that succeeds says."""
        process = self.start(*arguments)
        said, failed = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, failed
        return said

    def refused(self, *arguments: str) -> str:
        """Return why a command did not do it, without a traceback."""
        process = self.start(*arguments)
        _, failed = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 1, failed
        assert "Traceback" not in failed
        return failed

    def rows(self, schema: str = "public") -> dict[str, tuple[int, str]]:
        """Return, for each table, how many rows it has and a checksum of all of them."""
        with self.connect() as own:
            names = [
                name
                for (name,) in own.execute(
                    "SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema]
                )
            ]
            return {name: _told(own, f'{schema}."{name}"') for name in sorted(names)}

    def one(self, sql: str) -> object:
        with self.connect() as own:
            row = own.execute(sql).fetchone()
            return row and row[0]


def _told(own: psycopg.Connection, table: str) -> tuple[int, str]:
    row = own.execute(
        f"SELECT count(*), coalesce(md5(string_agg(h, '' ORDER BY h)), '')"
        f" FROM (SELECT md5(t::text) AS h FROM {table} t) each"
    ).fetchone()
    assert row
    return row[0], row[1]


@contextmanager
def empty_database(name: str) -> Iterator[Site]:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield Site(name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".export.json"
    }
