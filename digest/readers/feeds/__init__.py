"""Feeds: what subscribers get of digests, papers and corrections.

`entries` makes entries of rows, `newest` chooses which, `formats` and `json_feed` write them, and
`syndicated` has the Atom and RSS feeds.
"""

from digest.readers.feeds.json_feed import json_feed
from digest.readers.feeds.syndicated import (
    AtomFeed,
    CorrectionFeed,
    PaperFeed,
    RssFeed,
    ShortFeed,
    TagFeed,
)

__all__ = [
    "AtomFeed",
    "CorrectionFeed",
    "PaperFeed",
    "RssFeed",
    "ShortFeed",
    "TagFeed",
    "json_feed",
]
