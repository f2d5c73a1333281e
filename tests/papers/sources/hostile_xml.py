"""Hostile XML of 8 MiB, and a process of its own that reads one and prints its memory and time."""

import sys
import time
from collections.abc import Callable
from contextlib import suppress

import django
from django.conf import settings

SIZE = 8 * 2**20
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry>', b"</entry></feed>"
OAI = (
    b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><metadata>',
    b"</metadata></record></ListRecords></OAI-PMH>",
)
FRAMES = {"atom": ATOM, "announcements": ATOM, "oai": OAI}


def filled(pattern: bytes) -> bytes:
    """Return the pattern again and again, numbered where it has a place for that."""
    if b"%" not in pattern:
        return pattern * (SIZE // len(pattern))
    count = SIZE // (len(pattern) + 4)
    return b"".join(pattern % ((number,) * pattern.count(b"%")) for number in range(count))


INSIDES: dict[str, Callable[[], bytes]] = {
    "text": lambda: b"<title>" + filled(b"x") + b"</title>",
    "signs": lambda: b"<title>" + filled("🤗".encode()) + b"</title>",
    "references": lambda: b"<title>" + filled(b"&#65;") + b"</title>",
    "lines": lambda: b"<title>" + filled(b"\n") + b"</title>",
    "cdata": lambda: b"<title>" + filled(b"<![CDATA[x]]>") + b"</title>",
    "value": lambda: b'<a b="' + filled(b"x") + b'"/>',
    "value of signs": lambda: b'<a b="' + filled("🤗".encode()) + b'"/>',
    "value of references": lambda: b'<a b="' + filled(b"&#65;") + b'"/>',
    "name": lambda: b"<" + filled(b"x") + b"/>",
    "attributes": lambda: b"<a " + filled(b'a%d="" ') + b"/>",
    "namespaces": lambda: b"<a " + filled(b'xmlns:a%d="u" ') + b"/>",
    "comment": lambda: b"<!--" + filled(b"x") + b"-->",
    "comment of tags": lambda: b"<!--" + filled(b"<x>") + b"-->",
    "instruction": lambda: b"<?x " + filled(b"<x>") + b"?>",
    "comments": lambda: filled(b"<!---->"),
    "deep": lambda: filled(b"<a>"),
    "deep in small steps": lambda: b"".join([b"<a>" * 40 + b"</a>" * 40] * (SIZE // 280)),
    "wide": lambda: filled(b"<a/>"),
    "wide of many names": lambda: filled(b"<a%d/>"),
    "wide of entries": lambda: filled(b"<entry/>"),
    "wide of records": lambda: filled(b"<record/>"),
    "wide below": lambda: filled(b"<b>" + b"<a/>" * 400 + b"</b>"),
    "outside of entries": lambda: b"</entry>" + filled(b'<a%d b="x">y</a%d>z') + b"<entry>",
    "wide of full elements": lambda: filled(b'<a%d b="x">y</a%d>z'),
    "many full entries": lambda: (
        b"</entry>" + filled(b"<entry>" + b'<a b="x">y</a>z' * 400 + b"</entry>") + b"<entry>"
    ),
    "many full records": lambda: (
        b"</metadata></record>"
        + filled(b"<record><metadata>" + b'<a b="x">y</a>z' * 900 + b"</metadata></record>")
        + b"<record><metadata>"
    ),
    "attributes everywhere": lambda: filled(b"<a%d " + b'b="" c="" d="" e="" f="" g=""' + b"/>"),
}


def document(kind: str, name: str) -> bytes:
    begin, end = FRAMES[kind]
    return begin + INSIDES[name]() + end


def reader(kind: str) -> Callable[[bytes], object]:
    from papers.sources import arxivnew, atom, oai_xml

    read = {"atom": atom.read, "announcements": arxivnew.parse, "oai": oai_xml.read}
    return read[kind]


def peak() -> float:
    """Return the most memory that this program ever had, in MiB.

    `getrusage` would count the process that started it, too.
    """
    [told] = [line for line in open("/proc/self/status") if line.startswith("VmHWM:")]  # noqa: SIM115
    return int(told.split()[1]) / 1024


def main(kind: str) -> None:
    """Read what comes from standard input. Print MiB, CPU seconds, and what was said of it."""
    from papers.sources.errors import SourceError

    read = reader(kind)
    with suppress(SourceError):
        read(b"".join(FRAMES[kind]))
    given = sys.stdin.buffer.read()
    before, began = peak(), time.process_time()
    said = "read"
    try:
        read(given)
    except SourceError as error:
        said = str(error)
    print(f"{peak() - before:.1f} {time.process_time() - began:.2f} {said}")


if __name__ == "__main__":
    settings.configure()
    django.setup()
    main(*sys.argv[1:])
