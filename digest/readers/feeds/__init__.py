"""Feeds: what subscribers get of digests, papers and corrections."""

from digest.readers.feeds.syndicated import (
    LEAST,
    MAX_BYTES,
    MOST,
    AtomFeed,
    CorrectionFeed,
    Item,
    RssFeed,
    TagFeed,
)

__all__ = [
    "LEAST",
    "MAX_BYTES",
    "MOST",
    "AtomFeed",
    "CorrectionFeed",
    "Item",
    "RssFeed",
    "TagFeed",
]
