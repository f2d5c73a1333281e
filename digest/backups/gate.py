"""Tasks and restores never run at once: a task that began reads and writes one site to its end.

Each task of a worker holds one lock with the others. The switch of a restore takes it alone: it
waits for the tasks that run, and none begins until it is done. Redis plays no part.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import Any

from celery import Task
from django.db import connection

from papers.jobs.locks import unless_under_way

LOCK = "restore"

logger = logging.getLogger(__name__)


class GatedTask(Task):
    """A task that is left out while a restore switches. What is due is enqueued again after it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with unless_restoring() as free:
            if free:
                return self.run(*args, **kwargs)
        logger.info("%s is left out: a restore is under way", self.name)
        return None


def unless_restoring() -> AbstractContextManager[bool]:
    """Yield whether no restore switches or waits to, and keep it waiting meanwhile."""
    return unless_under_way(LOCK, shared=True)


def wait_for_tasks() -> None:
    """Wait until no task runs, and let none begin until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])


def tasks_that_run() -> int:
    """Return how many tasks a restore would wait for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND mode = 'ShareLock' AND objsubid = 1"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND ((classid::bigint << 32) | objid::bigint) = hashtext(%s)::bigint"
            " AND pid <> pg_backend_pid()",
            [LOCK],
        )
        [count] = cursor.fetchone()
    return int(count)
