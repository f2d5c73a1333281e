"""A strict check of XML before a library builds something of the whole of it.

Expat takes time in proportion to the size of its input. Some libraries above it do not, and a tree
of hostile XML takes any amount of memory. A document therefore has to keep to its bounds first.
A DOCTYPE is refused, because its entities can multiply and can name files.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from papers.sources.errors import SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a kind of document may have at most, and how it is refused."""

    what: str
    """With its article, as messages call it."""
    root: str
    """The namespace and the name of its first element, with a blank between them."""
    no_such: type[SourceError]
    """Raised for what is no such document at all."""
    elements: int
    depth: int = 50
    attributes: int = 50
    """Of one element."""
    namespaces: int
    """Declared in the whole document."""
    text: int = 1_000_000
    """Characters in one element, its attributes included."""
    siblings: int = 500
    """Of one name."""
    more_siblings: Mapping[str, int] = field(default_factory=dict)
    inside: tuple[str, int]
    """The name of the elements that repeat, and how many others one of them may have inside."""
    short_words: frozenset[str] = frozenset()
    """Elements whose words have at most `word` characters."""
    word: int = 200


def check(document: bytes, bounds: Bounds) -> None:
    """Raise `bounds.no_such` or SourceError for a document that nothing else must see."""
    _Check(bounds).run(document)


_TAG = 3 * 2**20
"""Bytes from one < to the next. Expat builds a whole tag, or comment, before it tells of it."""
_LONG_TAG = re.compile(rb"<[^<]{%d}" % _TAG)
_STEP = 2**16
"""Bytes that are read at once. What is refused in them still takes its memory."""


@dataclass(slots=True)
class _Open:
    """An element that has begun and not ended."""

    name: str = ""
    characters: int = 0
    last_word: str = ""
    children: Counter[str] = field(default_factory=Counter)


class _Check:
    """Reads a document once with expat, for its form alone."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._root = ""
        self._elements = 0
        self._namespaces = 0
        self._open = [_Open()]
        self._inside = 0
        self._repeated = 0  # How many elements of the repeated name are open.
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def run(self, document: bytes) -> None:
        if _LONG_TAG.search(document):
            self._bound(self._bounds.text + 1, self._bounds.text, "characters in one element")
        try:
            for start in range(0, len(document), _STEP):
                self._parser.Parse(document[start : start + _STEP], False)
            self._parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:  # Also an unknown encoding.
            raise self._no_such(f": {error}") from error

    def _no_such(self, why: str = "") -> SourceError:
        return self._bounds.no_such(f"not {self._bounds.what}{why}")

    def _doctype(self, name: str, *_: object) -> None:
        raise self._no_such() if name == "html" else SourceError("DOCTYPE refused")

    def _namespace(self, *_: object) -> None:
        self._namespaces += 1
        self._bound(self._namespaces, self._bounds.namespaces, "namespaces")

    def _start(self, name: str, attributes: list[str]) -> None:
        if not self._root:
            self._root = name
            if name != self._bounds.root:
                raise self._no_such(f": begins with <{ascii(name[:80])[1:-1]}>")
        self._elements += 1
        self._bound(self._elements, self._bounds.elements, "elements")
        self._bound(len(attributes) // 2, self._bounds.attributes, "attributes in one element")
        self._bound(len(self._open), self._bounds.depth, "elements inside one another")
        local = name.rpartition(" ")[2].lower()
        siblings = self._open[-1].children
        siblings[local] += 1
        most = self._bounds.more_siblings.get(local, self._bounds.siblings)
        self._bound(siblings[local], most, f"elements <{ascii(local[:80])[1:-1]}> side by side")
        self._open.append(_Open(local))
        self._count_inside(local)
        self._count(sum(map(len, attributes)))

    def _count_inside(self, local: str) -> None:
        repeated, most = self._bounds.inside
        if self._repeated:
            self._inside += 1
            self._bound(self._inside, most, f"elements inside <{repeated}>")
        self._repeated += local == repeated

    def _end(self, _: str) -> None:
        self._repeated -= self._open.pop().name == self._bounds.inside[0]
        if not self._repeated:
            self._inside = 0

    def _text(self, text: str) -> None:
        self._count(len(text))
        inside = self._open[-1]
        if inside.name in self._bounds.short_words:
            words = re.split(r"\s", inside.last_word + text)
            longest = max(map(len, words))
            self._bound(longest, self._bounds.word, "characters in one word of a name")
            inside.last_word = words[-1]

    def _count(self, characters: int) -> None:
        inside = self._open[-1]
        inside.characters += characters
        self._bound(inside.characters, self._bounds.text, "characters in one element")

    def _bound(self, found: int, most: int, what: str) -> None:
        if found > most:
            raise SourceError(f"too much for {self._bounds.what}: more than {most:,} {what}")
