"""Rate limits across all workers and machines: slots and pauses for each source.

arXiv allows one request per 3 seconds and one connection "over all your machines"
(info.arxiv.org/help/api/tou.html). A limiter in each process cannot keep that rule, so a PostgreSQL
advisory lock is held around the request. The lock has its own connection. It ends with the process,
and neither a caller's transaction nor a connection pool interferes. A pooler in front of PostgreSQL
must run in session mode.

The state of a source is a row of `papers_sourcestate` (`papers.models.SourceState`). It is written
here in SQL, because the database's clock decides and sources import no models.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from psycopg.errors import LockNotAvailable

from papers.clock import now
from papers.sources.errors import NotAsked, SourceBusy, SourceForbidden

_LOCKS = 0x7475726E  # This module's number space among the database's advisory locks.

# A machine that vanishes closes no connection. The server's keepalives notice it and free its lock.
_SESSION = """
    SELECT set_config('lock_timeout', %s, false), set_config('tcp_keepalives_idle', '10', false),
        set_config('tcp_keepalives_interval', '5', false),
        set_config('tcp_keepalives_count', '3', false)
"""
_KNOWN = "INSERT INTO papers_sourcestate (source) VALUES (%s) ON CONFLICT DO NOTHING"
# If no end is recorded, the last holder died in its slot or there never was one: wait the whole
# interval. The wait uses the database's time, since machines' clocks differ. It is never longer
# than the interval.
_STATE = """
    SELECT stopped, paused_until, reason, GREATEST(0, LEAST(%(interval)s, COALESCE(
        %(interval)s - EXTRACT(EPOCH FROM clock_timestamp() - last_request_at), %(interval)s)))
    FROM papers_sourcestate WHERE source = %(source)s
"""
_BEGUN = "UPDATE papers_sourcestate SET last_request_at = NULL WHERE source = %s"
_ENDED = "UPDATE papers_sourcestate SET last_request_at = clock_timestamp() WHERE source = %s"
_PAUSED = "UPDATE papers_sourcestate SET paused_until = %s, reason = %s WHERE source = %s"
_STOPPED = "UPDATE papers_sourcestate SET stopped = true, reason = %s WHERE source = %s"


@contextmanager
def slot(source: str, *, door: str = "") -> Iterator[None]:
    """Wait until one request to `source` may be made, and make it inside the block.

    A source with several hosts has several doors. The slots are the source's, and so is a stop. A
    pause is the door's, for one host may be busy and another not.

    No other process is inside at the same time. The setting `<SOURCE>_INTERVAL_S` has passed since
    the end of the last request. If the block raises SourceForbidden, the source stops until a
    person resumes it. If it raises SourceBusy, the source pauses. From then on both are raised on
    entry. SourceBusy is also raised if no slot is free within HTTP_TURN_WAIT_MAX_S.
    """
    interval: float = getattr(settings, f"{source.upper()}_INTERVAL_S")
    door = door or source
    with closing(connection.copy()) as own, own.cursor() as cursor:
        _lock(cursor, source)
        cursor.execute(_KNOWN, [source])
        cursor.execute(_KNOWN, [door])
        time.sleep(_wait(cursor, source, door, interval))
        cursor.execute(_BEGUN, [source])
        try:
            yield
        except SourceForbidden as error:
            cursor.execute(_STOPPED, [str(error), source])
            raise
        except SourceBusy as error:
            cursor.execute(_PAUSED, [error.retry_at, str(error), door])
            raise
        finally:
            cursor.execute(_ENDED, [source])


@contextmanager
def respecting_pauses(source: str) -> Iterator[None]:
    """Request from a source that needs no slots, and respect its pauses in all processes.

    If the block raises SourceBusy, the pause is stored. SourceBusy is then raised on entry until
    the pause is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATE, {"source": source, "interval": 0})
        _refuse_while_paused(cursor.fetchone())
    try:
        yield
    except NotAsked:  # It asked for nothing: no slot was free, or the pause is known.
        raise
    except SourceBusy as error:
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, [source])
            cursor.execute(_PAUSED, [error.retry_at, str(error), source])
        raise


def _refuse_while_paused(state: tuple[bool, datetime | None, str, float] | None) -> None:
    paused_until = state[1] if state else None
    if state and paused_until and paused_until > now():
        raise NotAsked(
            f"no request before {paused_until:%Y-%m-%d %H:%M:%S %Z}: {state[2]}", paused_until
        )


def _lock(cursor: CursorWrapper, source: str) -> None:
    timeout: float = settings.HTTP_TURN_WAIT_MAX_S
    cursor.execute(_SESSION, [f"{max(timeout, 0.001) * 1000:.0f}ms"])
    try:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [_LOCKS, source])
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise NotAsked(
            f"no slot to ask {source} was free within {timeout:g} s",
            now() + timedelta(seconds=timeout),
        ) from None


def _wait(cursor: CursorWrapper, source: str, door: str, interval: float) -> float:
    """Return the seconds until the next request. Raises if no request is allowed."""
    cursor.execute(_STATE, {"source": source, "interval": interval})
    stopped, _, reason, wait = cursor.fetchone()
    if stopped:
        raise SourceForbidden(f"stopped until a person resumes it in the admin: {reason}")
    cursor.execute(_STATE, {"source": door, "interval": 0})
    _refuse_while_paused(cursor.fetchone())
    return float(wait)
