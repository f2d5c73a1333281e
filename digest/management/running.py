"""Runs a management command. What comes upon it from outside ends it in one line, or quietly."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from django.core.management import execute_from_command_line
from django.db import Error as DatabaseError
from django.db import ProgrammingError
from psycopg.errors import UndefinedColumn, UndefinedTable

_SHOWN = 400  # characters of what the database says
_MIGRATE = "Bring it up to date with `manage.py migrate`, then run the command again."
_RUNNING = (
    "See that PostgreSQL runs and that DATABASE_URL names it, then run the command again:"
    " what was stored stays."
)


def run(argv: Sequence[str]) -> int:
    """Run a command, and return its exit code. `--traceback` shows where the database failed."""
    try:
        execute_from_command_line(list(argv))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:  # As in `manage.py ledger … | head -1`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more.
        return 128 + signal.SIGPIPE
    except DatabaseError as error:
        if "--traceback" in argv:
            raise
        sys.stderr.write(f"{_told(error)}\n")
        return 1
    return 0


def _told(error: DatabaseError) -> str:
    """Return what the database said, and what to do, on one line."""
    said = " ".join(str(error).split())[:_SHOWN].rstrip(".")
    stale = isinstance(error, ProgrammingError) and isinstance(
        error.__cause__, (UndefinedColumn, UndefinedTable)
    )
    return f"The database failed: {said}. {_MIGRATE if stale else _RUNNING}"
