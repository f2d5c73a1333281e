"""A feed of any size is read, or refused, in time that grows with its size and no faster."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from papers.sources import atom
from papers.sources.errors import SourceError
from tests.growth import GROWTH, is_linear
from tests.papers.sources.atom import ATOM

SMALL = 2**19  # bytes


def feed(inside: bytes) -> bytes:
    return f"<feed {ATOM}>".encode() + inside + b"</feed>"


def entry(inside: bytes) -> bytes:
    return feed(b"<entry>" + inside + b"</entry>")


def numbered(pattern: bytes, size: int, separator: bytes = b"") -> bytes:
    return separator.join(pattern % ((n,) * pattern.count(b"%d")) for n in range(size // 20))


def nested(pattern: bytes, size: int) -> bytes:
    return numbered(pattern, size) + b"</a>" * (size // 20)


REFUSED: dict[str, tuple[Callable[[int], bytes], str]] = {
    "attributes": (
        lambda size: feed(b"<entry " + numbered(b'a%d="1"', size, b" ") + b"/>"),
        "50 attributes in one element",
    ),
    "namespaces on one element": (
        lambda size: feed(b"<entry " + numbered(b'xmlns:a%d="u%d"', size, b" ") + b"/>"),
        "50 namespaces",
    ),
    "namespaces side by side": (
        lambda size: entry(numbered(b'<a%d xmlns:n%d="u%d"/>', size)),
        "50 namespaces",
    ),
    "nested": (lambda size: entry(nested(b"<a>", size)), "50 elements inside one another"),
    "elements": (lambda size: entry(b"<b/>" * (size // 4)), "500 elements <b> side by side"),
    "names": (
        lambda size: entry(numbered(b"<a%d/>", size)),
        "31,000 elements inside <entry>",
    ),
    "categories": (
        lambda size: entry(numbered(b'<category term="%d"/>', size)),
        "500 elements <category> side by side",
    ),
    "authors": (
        lambda size: entry(b"<author><name>x</name></author>" * size),
        "10,000 elements <author> side by side",
    ),
    "entries": (lambda size: feed(b"<entry/>" * size), "2,000 elements <entry> side by side"),
    "a word where a mail address is looked for": (
        lambda size: entry(b"<author>" + b"a." * (size // 8) + b"@</author>"),
        "200 characters in one word of a name",
    ),
    "a word in pieces": (
        lambda size: entry(b"<author>" + b"aaa<!-- -->" * (size // 8) + b"</author>"),
        "200 characters in one word of a name",
    ),
    "text": (
        lambda size: entry(b"<title>" + b"x\n" * (size * 4) + b"</title>"),
        "1,000,000 characters in one element",
    ),
    "text in pieces": (
        lambda size: entry(b"<title>" + b" <![CDATA[x]]>" * (size * 4) + b"</title>"),
        "1,000,000 characters in one element",
    ),
    "an attribute's value": (
        lambda size: feed(b'<entry a="' + b"/../" * (size * 2) + b'"/>'),
        "1,000,000 characters in one element",
    ),
}

KEPT: dict[str, Callable[[int], bytes]] = {
    "blanks": lambda size: feed(b" " * size),
    "comments": lambda size: feed(b"<!--x-->" * (size // 8)),
    "one comment": lambda size: feed(b"<!--" + b"x" * size + b"-->"),
    "instructions": lambda size: feed(b"<?a x?>" * (size // 7)),
    "leading blanks": lambda size: entry(b"<title>" + b"\n" * (size // 4) + b"x</title>"),
    "references": lambda size: entry(b"<title>" + b"&#65;" * (size // 8) + b"</title>"),
    "markup": lambda size: entry(
        b'<content type="html">' + b"&lt;b " * (size // 8) + b"</content>"
    ),
    "a date": lambda size: entry(b"<published>" + b"1" * (size // 4) + b"</published>"),
    "texts": lambda size: feed(
        (b"<entry><summary>" + b"x\n" * 2000 + b"</summary></entry>") * (size // 4096)
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_feed_beyond_its_bounds_is_refused(name):
    make, bound = REFUSED[name]
    with pytest.raises(SourceError) as refused:
        atom.read(make(SMALL * GROWTH))
    assert str(refused.value) == f"too much for an Atom feed: more than {bound}"


@pytest.mark.parametrize("name", [*REFUSED, *KEPT])
def test_the_time_grows_with_the_size_and_no_faster(name):
    make = KEPT[name] if name in KEPT else REFUSED[name][0]

    def read(body):
        with suppress(SourceError):
            atom.read(body)

    assert len(make(SMALL * GROWTH)) > len(make(SMALL)) * GROWTH * 0.9
    assert is_linear(read, make, SMALL)


def test_a_collaboration_of_thousands_is_read():
    authors = b"<author><name>A. Physicist</name></author>" * 3000
    [found] = atom.read(entry(authors)).entries
    assert len(found.authors) == 3000
