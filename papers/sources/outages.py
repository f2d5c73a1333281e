"""Since when a source gives no answer. One row of `papers_sourcestate` for each source has it.

An answer that says no (an unknown id, an error of the source) is an answer. What no reader can read
is none. A request that was not made, for a pause or for lack of a slot, says nothing. After a
day without a request a silence begins anew: nobody knows what the source did meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection

from papers.clock import now
from papers.sources.errors import NotAsked, SourceDown, SourceError, SourceForbidden

_FAILED = """
    INSERT INTO papers_sourcestate (source, silent_since, silent_at) VALUES (%s, %s, %s)
    ON CONFLICT (source) DO UPDATE SET silent_at = excluded.silent_at,
        silent_since = CASE
            WHEN papers_sourcestate.silent_at < excluded.silent_at - interval '1 day'
            THEN excluded.silent_since
            ELSE LEAST(papers_sourcestate.silent_since, excluded.silent_since)
        END
"""
_ANSWERED = """
    UPDATE papers_sourcestate SET silent_since = NULL, silent_at = NULL
    WHERE source = %s AND silent_since IS NOT NULL
"""
_SILENCE = "SELECT silent_since, silent_at, paused_until FROM papers_sourcestate WHERE source = %s"


@contextmanager
def watching(source: str, unreadable: type[SourceError]) -> Iterator[None]:
    """Record whether the source answers the request in the block."""
    try:
        yield
    except (NotAsked, SourceForbidden):
        raise
    except (SourceDown, unreadable):
        _execute(_FAILED, [source, now(), now()])
        raise
    except SourceError:
        _execute(_ANSWERED, [source])
        raise
    _execute(_ANSWERED, [source])


class Silence:
    """How long a source gave no answer to request after request, and will give none in a pause."""

    def __init__(self, source: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SILENCE, [source])
            row: tuple[datetime | None, ...] = cursor.fetchone() or (None, None, None)
        self.since, self.last, paused_until = row
        self.paused_until = paused_until if paused_until and paused_until > now() else None

    def lasts(self, at_least: timedelta) -> bool:
        """Return whether it lasts so long, until the last request in vain or a pause's end."""
        end = self.paused_until or self.last
        return bool(self.since and end and end - self.since >= at_least)

    def was_tried(self, within: timedelta) -> bool:
        """Return whether the source paused, or was asked in vain `within` the last time."""
        return bool(self.paused_until or (self.last and now() - self.last < within))


def _execute(statement: str, values: list[str | datetime]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
