"""Many stored pages at once: which count, and their bodies."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from psycopg import Cursor

from digest.readers.pages.release import release
from digest.readers.pages.rows import COUNTS, RELEASE

_GZIP = zlib.MAX_WBITS | 16
"""Has zlib read gzip, and compare its checksum: in one step, where `gzip` takes many."""

_COUNTING = f"release = {RELEASE} AND (until IS NULL OR until > %(at)s) AND {COUNTS}"
_ETAGS = f"SELECT path, etag FROM digest_storedpage page WHERE {_COUNTING}"
_BODIES = f"""
    SELECT path, etag, body FROM digest_storedpage page
    WHERE path = ANY(%(paths)s) AND {_COUNTING}
"""


class Body(NamedTuple):
    """The body of a stored page, and its ETag."""

    etag: str
    compressed: bytes

    def decompress(self) -> bytes:
        """Return the body. Raises zlib.error if its bytes are damaged."""
        return zlib.decompress(self.compressed, _GZIP)


def etags(at: datetime) -> dict[str, str]:
    """Return the paths of the stored pages that count, each with its ETag."""
    with connection.cursor() as cursor:
        cursor.execute(_ETAGS, {"release": release(), "at": at})
        return dict(cursor.fetchall())


def bodies(paths: Sequence[str], at: datetime) -> dict[str, Body]:
    """Return the bodies of those of the pages that count."""
    connection.ensure_connection()
    # Django's own cursors get bodies as text, twice as long.
    with Cursor(connection.connection) as cursor:
        cursor.execute(_BODIES, {"paths": list(paths), "release": release(), "at": at}, binary=True)
        return {path: Body(etag, compressed) for path, etag, compressed in cursor}
