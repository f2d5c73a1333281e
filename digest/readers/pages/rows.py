"""The stored pages in PostgreSQL: read one, store one, delete those that count no longer.

A page counts while each change of its keys is visible in the snapshot that the page was made in
(`pg_visible_in_snapshot`). So no lock is needed, and nothing can slip in between making a page and
storing it. A transaction that was under way when the page was made may have looked for the keys of
its changes before it could see what the page shows. So the page counts no longer once such a
transaction has changed anything.
https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.http import http_date

from digest.readers.pages.changes import CLOSED
from digest.readers.pages.release import release

COUNTS = """
    page.snapshot IS NOT NULL
    AND pg_snapshot_xmax(page.snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
    AND NOT EXISTS (
        SELECT FROM digest_pagechange change
        WHERE change.key = ANY (page.keys) AND change.xid >= pg_snapshot_xmin(page.snapshot)
        AND NOT pg_visible_in_snapshot(change.xid, page.snapshot)
    )
    AND NOT EXISTS (
        SELECT FROM digest_pagechange change
        WHERE change.xid >= pg_snapshot_xmin(page.snapshot)
        AND change.xid < pg_snapshot_xmax(page.snapshot)
        AND NOT pg_visible_in_snapshot(change.xid, page.snapshot)
    )
"""
# The numbers of transactions are those of one cluster, so a restored page is of another release.
RELEASE = "%(release)s || (SELECT ' ' || system_identifier FROM pg_control_system())"
_READ = f"""
    SELECT status, headers, body, etag, changed_at, until, keys, snapshot::text, checksum
    FROM digest_storedpage page
    WHERE path = %(path)s AND release = {RELEASE} AND (until IS NULL OR until > %(at)s)
    AND {COUNTS}
"""
# The time of the last change stays while the bytes stay, over a new release too. It grows by whole
# seconds, so that two changes within one are told apart.
_STORE = f"""
    INSERT INTO digest_storedpage
        (path, release, status, headers, body, etag, changed_at, until, checksum, keys, snapshot,
         made_at)
    SELECT %(path)s, {RELEASE}, %(status)s, %(headers)s, %(body)s, %(etag)s, coalesce((
            SELECT CASE etag WHEN %(etag)s THEN changed_at
                ELSE greatest(changed_at + interval '1 second', %(at)s) END
            FROM digest_storedpage WHERE path = %(path)s
            ORDER BY made_at DESC LIMIT 1
        ), %(at)s), %(until)s, %(checksum)s, %(keys)s, %(snapshot)s::pg_snapshot, %(at)s
    WHERE obj_description('digest_pagechange'::regclass) IS NOT NULL
    ON CONFLICT (path, release) DO UPDATE SET
        (status, headers, body, etag, changed_at, until, checksum, keys, snapshot, made_at)
        = ROW (excluded.status, excluded.headers, excluded.body, excluded.etag,
            excluded.changed_at, excluded.until, excluded.checksum, excluded.keys,
            excluded.snapshot, excluded.made_at)
    RETURNING changed_at
"""
LEVEL = 9
KEPT = timedelta(days=1)
"""How long a page of another release, or one that counts no longer, is kept."""
LONGEST_MAKING = timedelta(hours=1)


@dataclass(frozen=True)
class Page:
    """The whole response of one address, for everybody."""

    status: int
    headers: tuple[tuple[str, str], ...]
    """Those that Django's middleware set, without lengths, encodings and validators."""
    compressed: bytes
    etag: str
    """Empty if the response is not one to be stored. It then has its own headers."""
    changed_at: datetime
    until: datetime | None = None

    @cached_property
    def body(self) -> bytes:
        return gzip.decompress(self.compressed)

    @cached_property
    def status_line(self) -> str:
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    @cached_property
    def headers_unchanged(self) -> list[tuple[str, str]]:
        """The headers of a 304: RFC 9110, 15.4.5."""
        return [pair for pair in self._headers if pair[0] != "Content-Type"]

    @cached_property
    def headers_plain(self) -> list[tuple[str, str]]:
        return [*self._headers, ("Content-Length", str(len(self.body)))]

    @cached_property
    def headers_compressed(self) -> list[tuple[str, str]]:
        length = ("Content-Length", str(len(self.compressed)))
        return [*self._headers, ("Content-Encoding", "gzip"), length]

    @property
    def _headers(self) -> list[tuple[str, str]]:
        changed = ("Last-Modified", http_date(self.changed_at.timestamp()))
        validators = [("ETag", self.etag), changed] if self.etag else []
        return [*self.headers, *validators, ("Vary", "Accept-Encoding")]


def compress(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)


def etag_of(body: bytes) -> str:
    """Return a weak ETag: it stands for the page in any encoding."""
    return f'W/"{blake2b(body, digest_size=16).hexdigest()}"'


def read(path: str, at: datetime) -> Page | None:
    """Return the stored page if it counts and is whole."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"path": path, "release": release(), "at": at})
        row = cursor.fetchone()
    if row is None:
        return None
    status, headers, body, etag, changed_at, until, keys, snapshot, checksum = row
    if bytes(checksum) != _checksum(
        bytes(body), status, headers, etag, _iso(until), keys, snapshot
    ):
        return None
    pairs = tuple((name, value) for name, value in json.loads(headers))
    return Page(status, pairs, bytes(body), etag, changed_at, until)


def _checksum(body: bytes, *facts: object) -> bytes:
    return blake2b(json.dumps(facts).encode() + body, digest_size=16).digest()


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def store(path: str, page: Page, keys: Iterable[str], snapshot: str, at: datetime) -> Page:
    """Store a page. Return it with the time when its bytes last changed."""
    headers, known = json.dumps(page.headers), sorted(keys)
    values: dict[str, Any] = {
        "path": path,
        "release": release(),
        "status": page.status,
        "headers": headers,
        "body": page.compressed,
        "etag": page.etag,
        "until": page.until,
        "checksum": _checksum(
            page.compressed, page.status, headers, page.etag, _iso(page.until), known, snapshot
        ),
        "keys": known,
        "snapshot": snapshot,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE, values)
        (changed_at,) = cursor.fetchone() or (at,)
    return replace(page, changed_at=changed_at)


_OLDEST = """
    SELECT path, release FROM (
        SELECT path, release, sum(length(body)) OVER (ORDER BY made_at DESC, path, release) AS bytes
        FROM digest_storedpage
    ) newest WHERE bytes > %s
"""


def tidy(at: datetime) -> None:
    """Empty the pages that count no longer, and delete old ones and those above the limit.

    Changes are deleted when every page that was made without them is empty. A page that is being
    made may not see a change that is marked already. So they are deleted LONGEST_MAKING after that.
    """
    limit = settings.STORED_PAGES_MB * 1024 * 1024
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE digest_pagechange SET seen_at = %s WHERE seen_at IS NULL AND"
            " xid < pg_snapshot_xmax(pg_current_snapshot())",
            [at],
        )
        cursor.execute(
            "UPDATE digest_storedpage page SET snapshot = NULL, body = ''"
            f" WHERE snapshot IS NOT NULL AND NOT ({COUNTS})"
        )
        cursor.execute(
            "DELETE FROM digest_pagechange WHERE seen_at < %s OR"
            " xid >= pg_snapshot_xmax(pg_current_snapshot()) AND xid <> %s",  # Another cluster's.
            [at - LONGEST_MAKING, CLOSED],
        )
        cursor.execute(
            "DELETE FROM digest_storedpage WHERE made_at < %(at)s AND"
            f" (snapshot IS NULL OR release <> {RELEASE})",
            {"at": at - KEPT, "release": release()},
        )
        cursor.execute(
            f"DELETE FROM digest_storedpage WHERE (path, release) IN ({_OLDEST})", [limit]
        )
