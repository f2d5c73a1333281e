"""A strict check before feedparser, which accepts anything that looks like a feed.

Expat takes time in proportion to the size of its input. feedparser does not: one element with
100,000 attributes takes it minutes. A feed therefore has to keep to the bounds below before
feedparser sees it. They are far beyond what arXiv says about a hundred papers.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

import feedparser  # type: ignore[import-untyped]

from papers.sources.errors import SourceError
from papers.text.cleaning import fold

_ROOT = "http://www.w3.org/2005/Atom feed"

DEPTH = 50
ELEMENTS = 100_000
ATTRIBUTES = 50  # of one element
NAMESPACES = 50  # declared in the whole feed; feedparser looks through all of them at each element
TEXT = 1_000_000  # characters in one element, its attributes included
SIBLINGS = 500  # of one name; feedparser compares each category with all others
_MORE_SIBLINGS = {"author": 10_000, "entry": 2_000}
# feedparser searches these for a mail address, in time that grows with the square of a word.
_PERSONS = {"author", "creator", "managingeditor", "owner", "publisher", "webmaster"}
WORD = 200  # characters


class NotAtom(SourceError):
    """The response is not an Atom feed."""


def read(feed: bytes) -> feedparser.FeedParserDict:
    """Return a parsed Atom feed. Its texts are not sanitised and its addresses not resolved.

    Raises NotAtom. Raises SourceError for a feed beyond the bounds, and for a DOCTYPE, because its
    entities can multiply and can name files.
    """
    _Check().run(feed)
    # A stream, because feedparser would open text that names a file or an address.
    parsed = feedparser.parse(BytesIO(feed), sanitize_html=False, resolve_relative_uris=False)
    if parsed.bozo:
        raise NotAtom(f"not an Atom feed: {fold(str(parsed.bozo_exception))[:200]}")
    return parsed


@dataclass(slots=True)
class _Open:
    """An element that has begun and not ended."""

    name: str = ""
    characters: int = 0
    last_word: str = ""
    children: Counter[str] = field(default_factory=Counter)


class _Check:
    """Reads a feed once with expat, for its form alone."""

    def __init__(self) -> None:
        self._root = ""
        self._elements = 0
        self._namespaces = 0
        self._open = [_Open()]
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def run(self, feed: bytes) -> None:
        """Raise NotAtom or SourceError for a feed that feedparser must not see."""
        try:
            self._parser.Parse(feed, True)
        except (expat.ExpatError, LookupError, ValueError) as error:  # Also an unknown encoding.
            raise NotAtom(f"not an Atom feed: {error}") from error

    def _doctype(self, name: str, *_: object) -> None:
        raise NotAtom("not an Atom feed") if name == "html" else SourceError("DOCTYPE refused")

    def _namespace(self, *_: object) -> None:
        self._namespaces += 1
        _bound(self._namespaces, NAMESPACES, "namespaces")

    def _start(self, name: str, attributes: list[str]) -> None:
        if not self._root:
            self._root = name
            if name != _ROOT:
                raise NotAtom(f"not an Atom feed: begins with <{ascii(name[:80])[1:-1]}>")
        self._elements += 1
        _bound(self._elements, ELEMENTS, "elements")
        _bound(len(attributes) // 2, ATTRIBUTES, "attributes in one element")
        _bound(len(self._open), DEPTH, "elements inside one another")
        local = name.rpartition(" ")[2].lower()
        siblings = self._open[-1].children
        siblings[local] += 1
        most = _MORE_SIBLINGS.get(local, SIBLINGS)
        _bound(siblings[local], most, f"elements <{ascii(local[:80])[1:-1]}> side by side")
        self._open.append(_Open(local))
        self._count(sum(map(len, attributes)))

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._count(len(text))
        inside = self._open[-1]
        if inside.name in _PERSONS:
            words = re.split(r"\s", inside.last_word + text)
            _bound(max(map(len, words)), WORD, "characters in one word of a name")
            inside.last_word = words[-1]

    def _count(self, characters: int) -> None:
        inside = self._open[-1]
        inside.characters += characters
        _bound(inside.characters, TEXT, "characters in one element")


def _bound(found: int, most: int, what: str) -> None:
    if found > most:
        raise SourceError(f"too much for a feed: more than {most:,} {what}")
