"""Making a backup: PostgreSQL's own dump of one moment, with the counts of its rows."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from digest.backups import files, tools
from digest.backups.files import CHUNK, Backup, Record
from digest.backups.refusals import BackupRefused
from papers.clock import now

LEFT_OUT = {
    "digest_storedpage": "pages are made anew",
    "digest_pagechange": "it tells which stored pages count",
    "django_session": "whoever was signed in signs in again",
    "axes_accessattempt": "wrong passwords of the last minutes, which lock a sign-in",
    "axes_accessattemptexpiration": "when these count no longer",
}
"""Tables whose rows are in no backup, and why."""

Progress = Callable[[Iterable[bytes], int | None], Iterable[bytes]]
"""Shows how many of so many bytes have gone by, if that is known."""


def make(path: Path, progress: Progress, *, replace: bool = False) -> Backup:
    """Back the site up into a file. Raises BackupRefused, and then there is no new file."""
    path = path.absolute()
    if path.is_dir():
        raise BackupRefused(f"{path} is a folder: name a file in it")
    if path.exists() and not replace:
        raise BackupRefused(f"{path} is there already: name another file, or say --replace")
    if not path.parent.is_dir():
        raise BackupRefused(f"{path.parent}: there is no such folder")
    program = tools.program("pg_dump", tools.server_major())
    with _one_moment() as (snapshot, at):
        return files.write(
            path,
            progress(_dump(program, snapshot), None),
            lambda size, sha256: _record(at, size, sha256),
            check,
        )


def check(backup: Backup) -> None:
    """Have pg_restore read the list of what is in a dump. Raises BackupRefused if it cannot."""
    command = [tools.reader(backup.record.server), "--list"]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin  # noqa: S101  # It is a pipe, as the other.
        assert process.stderr  # noqa: S101
        files.stream(backup.dump(), process.stdin)
        said = process.stderr.read()
    if process.returncode:
        raise BackupRefused(f"{backup.path} cannot be read: {tools.last_words(said, command)}")


@contextmanager
def _one_moment() -> Iterator[tuple[str, datetime]]:
    """Yield the name of a snapshot of the database, and when it was taken."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        yield snapshot, now()


def _dump(program: str, snapshot: str) -> Iterator[bytes]:
    """Yield what pg_dump writes. Raises BackupRefused if it ends with an error."""
    address, env = tools.address()
    command = [program, *address, "--format=custom", f"--snapshot={snapshot}", "--no-owner"]
    command += ["--no-privileges", "--compress=1", f"--schema={schema()}"]
    command += [f"--exclude-table-data={schema()}.{table}" for table in LEFT_OUT]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
        ) as process,
    ):
        assert process.stdout  # noqa: S101  # It is a pipe.
        try:
            while chunk := process.stdout.read(CHUNK):
                yield chunk
        except BaseException:  # Of a worker's time limit, too: it may wait for a table for ever.
            process.kill()
            raise
        if process.wait():
            said.seek(0)
            raise BackupRefused(f"pg_dump failed: {tools.last_words(said.read(), command)}")


def schema() -> str:
    """Return the schema of the site's tables: public, unless the connection says another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        [name] = cursor.fetchone()
    if name is None:
        raise BackupRefused("the database has no schema for tables (search_path)")
    return str(name)


def _record(at: datetime, size: int, sha256: str) -> Record:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = %s::regnamespace ORDER BY relname",
            [connection.ops.quote_name(schema())],
        )
        tables = [name for (name,) in cursor.fetchall()]
    return Record(
        made_at=at.isoformat(),
        release=settings.VERSION,
        site=settings.SITE_URL,
        schema=schema(),
        server=tools.server_major(),
        migrations=sorted(map(list, MigrationRecorder(connection).applied_migrations())),
        rows={table: _count(table) for table in tables if table not in LEFT_OUT},
        bytes=size,
        sha256=sha256,
    )


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(table)
        cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608  # It is quoted.
        [count] = cursor.fetchone()
    return int(count)
