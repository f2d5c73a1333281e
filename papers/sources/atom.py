"""A strict check before feedparser, which accepts anything that looks like a feed.

Expat takes time in proportion to the size of its input. feedparser does not: one element with
100,000 attributes takes it minutes. A feed therefore has to keep to the bounds below before
feedparser sees it. They are far beyond what arXiv says about a hundred papers.
"""

from io import BytesIO

import feedparser  # type: ignore[import-untyped]

from papers.sources import xml_bounds
from papers.sources.errors import SourceError
from papers.text.cleaning import fold


class NotAtom(SourceError):
    """The response is not an Atom feed."""


BOUNDS = xml_bounds.Bounds(
    what="an Atom feed",
    root="http://www.w3.org/2005/Atom feed",
    no_such=NotAtom,
    elements=100_000,
    namespaces=50,  # feedparser looks through all of them at each element.
    siblings=500,  # feedparser compares each category with all others.
    more_siblings={"author": 10_000, "entry": 2_000},
    inside=("entry", 31_000),
    # feedparser searches these for a mail address, in time that grows with the square of a word.
    short_words=frozenset(
        {"author", "creator", "managingeditor", "owner", "publisher", "webmaster"}
    ),
)


def read(feed: bytes) -> feedparser.FeedParserDict:
    """Return a parsed Atom feed. Its texts are not sanitised and its addresses not resolved.

    Raises NotAtom. Raises SourceError for a feed beyond the bounds, and for a DOCTYPE, because its
    entities can multiply and can name files.
    """
    xml_bounds.check(feed, BOUNDS)
    # A stream, because feedparser would open text that names a file or an address.
    parsed = feedparser.parse(BytesIO(feed), sanitize_html=False, resolve_relative_uris=False)
    if parsed.bozo:
        raise NotAtom(f"not an Atom feed: {fold(str(parsed.bozo_exception))[:200]}")
    return parsed
