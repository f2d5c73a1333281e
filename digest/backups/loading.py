"""Loading a backup beside the site that runs, as a schema of its own that nobody reads.

The dump names its schema, which is the site's. So the site's schema has another name while the dump
is loaded, in that transaction alone: for everybody else nothing is renamed, nothing is locked, and
what ends in the middle was never there.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from digest.backups import files, tools
from digest.backups.files import CHUNK, Backup
from digest.backups.making import Progress, schema
from digest.backups.refusals import BackupRefused

LOADED = "digest_loaded"
"""The schema of a backup that is loaded and not yet in its place."""
HEAD = 4096
"""Bytes of a script that hold all its settings, and no row."""
_ASIDE = "digest_aside"
_GOES_ON = "The site is as it was"


def require_fitting(backup: Backup) -> None:
    """Raise BackupRefused if the code or the server is older than the backup, before all else."""
    record = backup.record
    known = {tuple(key) for key in MigrationLoader(None).disk_migrations}
    unknown = [f"{app} {name}" for app, name in record.migrations if (app, name) not in known]
    if unknown:
        raise BackupRefused(
            f"{backup.path} was made by release {record.release}, which is newer: this one does not"
            f" know the migration {unknown[-1]}. Install that release first"
        )
    if not record.migrations:
        raise BackupRefused(f"{backup.path} holds no site: no migration was applied to it")
    if record.server > tools.server_major():
        raise BackupRefused(
            f"{backup.path} comes from PostgreSQL {record.server}, and this server is"
            f" {tools.server_major()}: upgrade the server first"
        )
    if record.schema != schema():
        raise BackupRefused(
            f"{backup.path} is of the schema {record.schema}, and this site's is {schema()}"
        )
    _require_rights()


def _require_rights() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_database_privilege(current_database(), 'CREATE')"
            " AND pg_has_role(nspowner, 'USAGE'), current_user"
            " FROM pg_namespace WHERE nspname = current_schema()"
        )
        may, user = cursor.fetchone()
    if not may:
        raise BackupRefused(
            f"the database user {user} may not rename the schema {schema()}: let it own the"
            " database (ALTER DATABASE … OWNER TO …)"
        )


def load(backup: Backup, progress: Progress) -> None:
    """Load a backup as the schema LOADED. Raises BackupRefused if not all of it came."""
    address, env = tools.address()
    reader = tools.reader(backup.record.server)
    writer = _psql_beside(reader)
    read = [reader, "--file=-", "--no-owner", "--no-privileges"]
    write = [writer, *address, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    with tempfile.TemporaryFile() as said:
        into = subprocess.Popen(  # noqa: S603
            write, env=env, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        )
        with into:
            assert into.stdin  # noqa: S101  # It is a pipe.
            try:
                _say(_before(), into.stdin)
                # Without COMMIT, which only this process writes, the server drops all of it.
                _read(read, progress(backup.dump(), backup.record.bytes), into.stdin)
            except BackupRefused:
                into.kill()
                if into.wait() > 0:  # It had failed before.
                    raise BackupRefused(f"{_said(said, write)}. {_GOES_ON}") from None
                raise
            _say(_after(), into.stdin)
            into.stdin.close()
        if into.returncode:
            raise BackupRefused(f"{_said(said, write)}. {_GOES_ON}")
    _compare(backup)


def _psql_beside(reader: str) -> str:
    """Return the psql of the same release: it knows what this pg_restore writes."""
    beside = Path(reader).with_name("psql")
    return str(beside) if beside.exists() else tools.program("psql", tools.server_major())


def _before() -> str:
    site = connection.ops.quote_name(schema())
    return (
        "BEGIN;\n"
        "SET LOCAL maintenance_work_mem = '256MB';\n"  # Indexes are a good part of the work.
        # One restore at a time; the lock goes with the transaction.
        "SELECT pg_advisory_xact_lock(hashtext('load a backup'));\n"
        f"DROP SCHEMA IF EXISTS {LOADED} CASCADE;\n"
        f"ALTER SCHEMA {site} RENAME TO {_ASIDE};\n"
    )


def _after() -> str:
    site = connection.ops.quote_name(schema())
    return (
        f"\nALTER SCHEMA {site} RENAME TO {LOADED};\n"
        f"ALTER SCHEMA {_ASIDE} RENAME TO {site};\n"
        "COMMIT;\n"
    )


def _say(sql: str, into: IO[bytes]) -> None:
    with suppress(BrokenPipeError):  # psql has failed: its words and its exit code tell of it.
        into.write(sql.encode())


def _read(command: Sequence[str], dump: Iterable[bytes], into: IO[bytes]) -> None:
    """Have pg_restore write a dump as SQL. Raises BackupRefused if it is not whole."""
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said
        ) as process:
            assert process.stdin  # noqa: S101  # It is a pipe, as the other.
            assert process.stdout  # noqa: S101
            passing = Thread(target=_pass_on, args=(process.stdout, into), daemon=True)
            passing.start()
            try:
                files.stream(dump, process.stdin)
            except BaseException:
                process.kill()
                raise
            finally:
                passing.join()
        if process.returncode:
            raise BackupRefused(f"{_said(said, command)}. {_GOES_ON}")


def _pass_on(script: IO[bytes], into: IO[bytes]) -> None:
    """Pass a script on, without the setting at its head that servers before 17 refuse.

    A pg_restore of 17 or newer writes it for each server.
    """
    with script, suppress(BrokenPipeError), open(into.fileno(), "wb", closefd=False) as out:
        out.write(script.read(HEAD).replace(b"\nSET transaction_timeout = 0;\n", b"\n", 1))
        shutil.copyfileobj(script, out, CHUNK)


def _said(said: IO[bytes], command: Sequence[str]) -> str:
    said.seek(0)
    return f"{Path(command[0]).name}: {tools.last_words(said.read(), command)}"


def _compare(backup: Backup) -> None:
    """Raise BackupRefused if a table has not the rows that it had."""
    rows = {table: _count(table) for table in tables(LOADED)}
    differing = [
        f"{table} has {rows.get(table, 'no')} rows and had {count}"
        for table, count in backup.record.rows.items()
        if rows.get(table) != count
    ]
    if differing:
        drop_loaded()
        raise BackupRefused(f"{backup.path}: {differing[0]}. {_GOES_ON}")
    for table in rows:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {LOADED}.{connection.ops.quote_name(table)}")


def tables(of: str) -> list[str]:
    """Return the names of the tables of a schema."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind IN ('r', 'p') AND nspname = %s ORDER BY relname",
            [of],
        )
        return [name for (name,) in cursor.fetchall()]


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(table)
        cursor.execute(f"SELECT count(*) FROM {LOADED}.{name}")  # noqa: S608  # It is quoted.
        [count] = cursor.fetchone()
    return int(count)


@transaction.atomic
def drop_loaded() -> None:
    """Drop what was loaded and not put in its place."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {LOADED} CASCADE")
