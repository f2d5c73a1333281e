"""PostgreSQL's own tools: those of the embedded server's wheel, and those on the PATH."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import which

from django.db import connection

from digest.backups.refusals import BackupRefused
from digest.local.embedded import postgres
from digest.local.embedded.service import ServiceError

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_SAID = 300  # characters of what a tool says in the end


def server_major() -> int:
    """Return the major version of the server: 18."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        [version] = cursor.fetchone()
    return int(version)


def program(name: str, least: int, *, newest: bool = False) -> str:
    """Return the path of pg_dump, pg_restore or psql of at least a major version.

    Raises BackupRefused if there is none: PostgreSQL's tools refuse what is newer than they are.
    """
    found = [(path, _major(path)) for path in _candidates(name)]
    if newest:
        found.sort(key=lambda each: each[1], reverse=True)
    for path, major in found:
        if major >= least:
            return path
    older = ", ".join(f"{path} is of version {major}" for path, major in found)
    raise BackupRefused(
        f"{name} of PostgreSQL {least} or newer is needed; {older or 'none is on the PATH'}."
        f" Install the client programs of PostgreSQL {least} (on Debian postgresql-client-{least})"
        " and put them first on the PATH"
    )


def reader(server: int) -> str:
    """Return the pg_restore that reads a dump of a server, whichever pg_dump wrote it.

    A newer pg_dump than the server's writes a form that only pg_restore of its own age reads.
    """
    return program("pg_restore", server, newest=True)


def _candidates(name: str) -> Iterator[str]:
    """Yield what there is, the wheel's first where the server is the embedded one."""
    places = [_on_the_path(name), _in_the_wheel(name)]
    if connection.settings_dict["ENGINE"] == "digest.local.db":
        places.reverse()
    yield from filter(None, places)


def _on_the_path(name: str) -> str | None:
    return which(name)


def _in_the_wheel(name: str) -> str | None:
    try:
        path = postgres.program(name)
    except ServiceError:
        return None
    return path if Path(path).exists() else None


def _major(path: str) -> int:
    """Return the major version of a tool, or 0 if it does not say."""
    try:
        said = subprocess.run(  # noqa: S603
            [path, "--version"], capture_output=True, text=True, timeout=30, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    match = _VERSION.search(said)
    return int(match[1]) if match else 0


def address() -> tuple[list[str], dict[str, str]]:
    """Return the arguments and the environment that name the site's database to a tool.

    The password is in the environment alone: other users of a machine see arguments.
    """
    arguments, env = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    *options, database = arguments[1:]
    connection.ensure_connection()
    # Django names no port that stands behind the `?` of DATABASE_URL. Another server has 5432.
    port = f"--port={connection.connection.info.port}"
    return [*options, port, "--no-password", f"--dbname={database}"], os.environ | (env or {})


def last_words(said: bytes, process: Sequence[str]) -> str:
    """Return the last line that a tool said, for a message."""
    lines = said.decode(errors="replace").strip().splitlines()
    return (lines[-1][:_SAID] if lines else f"{Path(process[0]).name} failed").rstrip(".")
