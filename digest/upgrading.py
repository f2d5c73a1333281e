"""Which release the database is of, and whether this one may run on it.

The process of a release runs on its own tables and on those of the next release (CONTRIBUTING.md,
"Additive first"). So an upgrade goes from one release to the next and skips none: `migrate` and
the start of each process refuse what would skip one, with a sentence, before anything is changed.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from digest.models import Upgrade

OLDEST = "0.1.0"
"""The release before: its databases are upgraded by this one, and its processes run beside it."""
FIRST = "0.1.0"
"""The one release that noted nothing: tables without a note are its own."""
_RELEASE = r"^[0-9]{1,4}\.[0-9]{1,4}(\.|$)"


def noted() -> tuple[str, str] | None:
    """Return (release of the database, oldest release that runs on it), or None without tables."""
    newest = _newest() if _there("digest_upgrade") else None
    if newest:
        return newest.release, newest.oldest
    return (FIRST, FIRST) if _there("papers_paper") else None


def refuse_to_skip(**kwargs: Any) -> None:
    """Raise CommandError where `migrate` would skip a release. It receives `pre_migrate`."""
    if (found := noted()) and (reason := misfit(*found)):
        raise CommandError(reason)


def note(plan: Any = None, **kwargs: Any) -> None:
    """Note this release once its tables are there. It receives `post_migrate`.

    `flush` sends that too, without a plan. It has just emptied the notes.
    """
    if not (_there("digest_upgrade") if plan is None else _is_whole()):
        return
    release, newest = settings.VERSION, _newest()
    # The release before may run `migrate` on newer tables: it changes nothing and notes nothing.
    if not newest or (newest.release != release and not before(release, newest.release)):
        Upgrade.objects.create(release=release, oldest=OLDEST)


def _is_whole() -> bool:
    """Whether all tables are as this release has them: some may have gone back or stopped short."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _newest() -> Upgrade | None:
    """The newest note that can be read: a damaged one should keep nobody from starting."""
    readable = Upgrade.objects.filter(release__regex=_RELEASE, oldest__regex=_RELEASE)
    return readable.order_by("-pk").first()


def _there(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        return bool(cursor.fetchone()[0])


def require_fit() -> None:
    """Raise ImproperlyConfigured where a process starts on tables that are not for its release.

    With the database away it starts: it serves what it can, and the database comes back.
    """
    try:
        found = noted()
    except DatabaseError:
        return
    if reason := (unready(found[0]) or misfit(*found)) if found else EMPTY:
        raise ImproperlyConfigured(reason)


def start() -> None:
    """`require_fit` for a process that begins: its threads have connections of their own."""
    try:
        require_fit()
    finally:
        connection.close()


def start_celery(**kwargs: Any) -> None:
    """End a worker or beat with the sentence: Celery would log any other error and go on."""
    try:
        start()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from None


EMPTY = "The database has no tables yet: run `manage.py migrate`, then start again."


def unready(database: str) -> str:
    """Return why tables of this release are needed first, or "" if they are there."""
    if not before(database, settings.VERSION):
        return ""
    return (
        f"The database is of release {database}, and this is {settings.VERSION}:"
        " run `manage.py migrate`, then start again."
    )


def misfit(database: str, oldest: str) -> str:
    """Return why this release must not touch a database of that one, or "" if it may."""
    version = settings.VERSION
    if before(database, OLDEST):
        return (
            f"The database is of release {database}, and {version} upgrades those of {OLDEST} or"
            f" newer: install {OLDEST}, run its `manage.py migrate`, then install {version}."
            " Nothing was changed."
        )
    if before(version, oldest):
        return (
            f"The database is of release {database}, on which releases before {oldest} do not run,"
            f" and this is {version}: install {database}, or restore the backup from before the"
            " upgrade. Nothing was changed."
        )
    return ""


def before(one: str, other: str) -> bool:
    """Whether a release comes before another. Patches of one release have the same tables."""
    return _numbers(one) < _numbers(other)


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")[:2]))
