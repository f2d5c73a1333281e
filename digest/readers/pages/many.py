"""Many stored pages at once: which count, and their bodies."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime

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


def etags(at: datetime) -> dict[str, str]:
    """Return the paths of the stored pages that count, each with its ETag."""
    with connection.cursor() as cursor:
        cursor.execute(_ETAGS, {"release": release(), "at": at})
        return dict(cursor.fetchall())


def bodies(paths: Sequence[str], at: datetime) -> Iterator[tuple[str, str, bytes]]:
    """Yield the path, the ETag and the body of stored pages that count.

    One that counts no longer is left out, and so is one whose bytes are damaged.
    """
    connection.ensure_connection()
    # Django's own cursors get bodies as text, twice as long.
    with Cursor(connection.connection) as cursor:
        cursor.execute(_BODIES, {"paths": list(paths), "release": release(), "at": at}, binary=True)
        for path, etag, compressed in cursor:
            try:
                yield path, etag, zlib.decompress(compressed, _GZIP)
            except zlib.error:
                continue
