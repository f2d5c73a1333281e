"""The switch: in one transaction another site takes the place of the one that readers see.

Until it commits everybody reads the former site; whoever waits for a table reads the new one. The
former stays beside it as the schema KEPT, until it is forgotten or comes back.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django_celery_beat.models import PeriodicTask, PeriodicTasks

from digest.backups import gate
from digest.backups.loading import LOADED, drop_loaded, tables
from digest.backups.making import schema
from digest.backups.refusals import BackupRefused
from digest.health import heartbeat
from digest.keeping import tombstones
from digest.readers.pages import changes
from papers.models import Job, JobState

KEPT = "digest_kept"
"""The schema of the site from before the last restore."""
_ASIDE = "digest_aside"
TRIES = 60
# Whoever asks for a page waits behind the lock for no longer than this.
_LOCK = """
    DO $$
    BEGIN
        FOR try IN 1..{tries} LOOP
            BEGIN
                SET LOCAL lock_timeout = '300ms';
                LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE;
                SET LOCAL lock_timeout = 0;
                RETURN;
            EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
                PERFORM pg_sleep(0.7);
            END;
        END LOOP;
        RAISE EXCEPTION 'somebody holds a table';
    END $$
"""


def is_kept() -> bool:
    """Return whether a former site is kept."""
    return _exists(KEPT)


def is_loaded() -> bool:
    """Return whether a backup is loaded and not in its place: a restore goes on, or was killed."""
    return _exists(LOADED)


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)", [name])
        [found] = cursor.fetchone()
    return bool(found)


def switch(step: Callable[[str], None]) -> None:
    """Put the loaded backup in its place, brought up to date. `step` is told what goes on.

    Raises BackupRefused if a transaction holds a table for too long. Then the site is as it was.
    """
    _put_in_place(LOADED, step)


def back(step: Callable[[str], None]) -> None:
    """Put the former site in its place again. The restored one is kept instead."""
    if not is_kept():
        raise BackupRefused("no former site is kept: none was restored, or it was forgotten")
    _put_in_place(KEPT, step)


def forget() -> int:
    """Drop the former site for good, and what a killed restore loaded. Return its tables."""
    count = len(tables(KEPT))
    drop_loaded()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
    return count


def _put_in_place(other: str, step: Callable[[str], None]) -> None:
    running = gate.tasks_that_run()
    try:
        with transaction.atomic(durable=True):
            step(f"waiting for {running} tasks of the workers" if running else "switching")
            gate.wait_for_tasks()
            gone = tombstones.known()
            _let_migrations_follow_each_other()
            former = tables(schema())
            _rename(other)
            ContentType.objects.clear_cache()
            step("bringing it up to date")
            call_command("migrate", interactive=False, verbosity=0)
            tombstones.hold(gone)
            _settle()
            step("switching")
            _wait_for_readers(former)
    except DatabaseError as error:
        said = " ".join(str(error).split())
        if "somebody holds a table" not in said:
            raise
        raise BackupRefused(
            f"a transaction on the site's tables did not end ({_who_holds()}). The site is as it"
            " was. End it, and run the command again"
        ) from error
    finally:
        ContentType.objects.clear_cache()


def _let_migrations_follow_each_other() -> None:
    """Check references at once: a table that waits for its check could not be altered."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _rename(other: str) -> None:
    """Give a schema the site's name, and the site's schema the name KEPT."""
    site = connection.ops.quote_name(schema())
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SCHEMA {site} RENAME TO {_ASIDE}")
        cursor.execute(f"ALTER SCHEMA {other} RENAME TO {site}")
        cursor.execute(f"ALTER SCHEMA {_ASIDE} RENAME TO {KEPT}")
        _move_extensions(site)


def _move_extensions(site: str) -> None:
    """Leave extensions where they were by name. They would go with the schema that is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace"
            " WHERE nspname = %s",
            [KEPT],
        )
        for (name,) in cursor.fetchall():
            extension = connection.ops.quote_name(name)
            cursor.execute(f"ALTER EXTENSION {extension} SET SCHEMA {site}")


def _settle() -> None:
    """See that nothing made of another site counts: stored pages, attempts, numbers, schedules.

    Nor do its heartbeats: operators would be told that workers and beat are gone since then.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE digest_storedpage, digest_heartbeat, digest_alarm, digest_webfigures"
        )
        # Numbers of transactions are those of one cluster.
        cursor.execute("UPDATE digest_searchchange SET transaction = 0")
    changes.drop_all()
    Job.objects.filter(state=JobState.DUE).update(enqueued_at=None)
    PeriodicTask.objects.filter(name=heartbeat.SCHEDULE).update(last_run_at=None)
    PeriodicTasks.update_changed()


def _wait_for_readers(former: list[str]) -> None:
    """Wait until nobody is in the middle of reading or writing the former tables."""
    if not former:  # The database was empty.
        forget()
        return
    names = ", ".join(f"{KEPT}.{connection.ops.quote_name(table)}" for table in former)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format(tries=TRIES, tables=names))


def _who_holds() -> str:
    """Return which connection has had a transaction open for the longest time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, application_name, xact_start FROM pg_stat_activity"
            " WHERE datname = current_database() AND xact_start IS NOT NULL"
            " AND pid <> pg_backend_pid() ORDER BY xact_start LIMIT 1"
        )
        row = cursor.fetchone()
    return f"process {row[0]} {row[1]}, open since {row[2]:%H:%M:%S}" if row else "it has ended"
