"""A strict check before feedparser, which accepts anything that looks like a feed."""

from io import BytesIO
from xml.parsers import expat

import feedparser  # type: ignore[import-untyped]

from papers.sources.errors import SourceError
from papers.text.cleaning import fold

_ROOT = "http://www.w3.org/2005/Atom feed"


class NotAtom(SourceError):
    """The response is not an Atom feed."""


def read(feed: bytes) -> feedparser.FeedParserDict:
    """Return a parsed Atom feed. Its texts are not sanitised and its addresses not resolved.

    Raises NotAtom. Raises SourceError for a DOCTYPE, because its entities can multiply and can name
    files.
    """
    _demand_atom(feed)
    # A stream, because feedparser would open text that names a file or an address.
    parsed = feedparser.parse(BytesIO(feed), sanitize_html=False, resolve_relative_uris=False)
    if parsed.bozo:
        raise NotAtom(f"not an Atom feed: {fold(str(parsed.bozo_exception))[:200]}")
    return parsed


def _demand_atom(feed: bytes) -> None:
    roots: list[str] = []

    def doctype(name: str, *_: object) -> None:
        raise NotAtom("not an Atom feed") if name == "html" else SourceError("DOCTYPE refused")

    def element(name: str, _: object) -> None:
        roots.append(name)
        parser.StartElementHandler = None

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    try:
        parser.Parse(feed, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # Also for an unknown encoding.
        raise NotAtom(f"not an Atom feed: {error}") from error
    if roots != [_ROOT]:
        raise NotAtom(f"not an Atom feed: begins with <{ascii(roots[0][:80])[1:-1]}>")
