"""What a source asks of all our workers and machines together: turns, and pauses.

arXiv allows one request per 3 seconds and one connection "over all your machines"
(info.arxiv.org/help/api/tou.html). A limiter in each process cannot keep that, so an advisory lock
of PostgreSQL is held around the request. The lock lives on a connection of its own: it outlasts no
process, and neither a caller's transaction nor a pool comes between. A pooler in front of
PostgreSQL has to run in session mode.
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
from papers.models import SourceState
from papers.sources.base import SourceBusy, SourceForbidden

_LOCKS = 0x7475726E  # "turn": our room among the database's advisory locks.

# A machine that vanishes closes no connection: the server asks after it, and frees its lock.
_SESSION = """
    SELECT set_config('lock_timeout', %s, false), set_config('tcp_keepalives_idle', '10', false),
        set_config('tcp_keepalives_interval', '5', false),
        set_config('tcp_keepalives_count', '3', false)
"""
_KNOWN = "INSERT INTO papers_sourcestate (source) VALUES (%s) ON CONFLICT DO NOTHING"
# No end on record: the one before us died in its turn, or was never there. The wait is in the
# database's time, since machines' clocks differ, and never longer than the interval.
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
def turn(source: str) -> Iterator[None]:
    """Wait until one request to `source` may be made, and make it inside the block.

    Nobody else is inside meanwhile, and the setting `<SOURCE>_INTERVAL_S` has passed since the end
    of the last request. SourceForbidden out of the block stops the source until a person resumes
    it, SourceBusy pauses it; both are raised at the door from then on. SourceBusy also when the
    turn does not come within HTTP_TURN_WAIT_MAX_S.
    """
    interval: float = getattr(settings, f"{source.upper()}_INTERVAL_S")
    with closing(connection.copy()) as own, own.cursor() as cursor:
        _lock(cursor, source)
        time.sleep(_wait(cursor, source, interval))
        cursor.execute(_BEGUN, [source])
        try:
            yield
        except SourceForbidden as error:
            cursor.execute(_STOPPED, [str(error), source])
            raise
        except SourceBusy as error:
            cursor.execute(_PAUSED, [error.retry_at, str(error), source])
            raise
        finally:
            cursor.execute(_ENDED, [source])


@contextmanager
def heeding_pauses(source: str) -> Iterator[None]:
    """Ask a source that needs no turns, and keep to a pause that it asks for, in all processes.

    SourceBusy out of the block is noted, and raised at the door until the pause is over.
    """
    state = SourceState.objects.filter(source=source).first()
    if state and state.paused_until and state.paused_until > now():
        raise _paused(state.paused_until, state.reason)
    try:
        yield
    except SourceBusy as error:
        pause = {"paused_until": error.retry_at, "reason": str(error)}
        SourceState.objects.update_or_create(source=source, defaults=pause)
        raise


def _paused(until: datetime, reason: str) -> SourceBusy:
    return SourceBusy(f"no request before {until:%Y-%m-%d %H:%M:%S %Z}: {reason}", until)


def _lock(cursor: CursorWrapper, source: str) -> None:
    patience: float = settings.HTTP_TURN_WAIT_MAX_S
    cursor.execute(_SESSION, [f"{max(patience, 0.001) * 1000:.0f}ms"])
    try:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [_LOCKS, source])
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise SourceBusy(
            f"no turn to ask {source} came within {patience:g} s",
            now() + timedelta(seconds=patience),
        ) from None


def _wait(cursor: CursorWrapper, source: str, interval: float) -> float:
    """Seconds until the next request; raises where there may be none."""
    cursor.execute(_KNOWN, [source])
    cursor.execute(_STATE, {"source": source, "interval": interval})
    stopped, paused_until, reason, wait = cursor.fetchone()
    if stopped:
        raise SourceForbidden(f"stopped until a person resumes it in the admin: {reason}")
    if paused_until and paused_until > now():
        raise _paused(paused_until, reason)
    return float(wait)
