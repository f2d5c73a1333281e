"""Reads the XML of OAI-PMH answers. No other module knows this format.

Written from the protocol (openarchives.org/OAI/openarchivesprotocol.html), from arXiv's notes for
harvesters (info.arxiv.org/help/oa) and from the templates of arXiv's own server (arXiv/oaipmh).
Recorded answers were at hand for the prefix `arXiv` of 2016 to 2018 only, so `arXivRaw`, errors and
resumption tokens are unverified against the live server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree

from papers.sources import xml_bounds
from papers.sources.errors import SourceError
from papers.text.cleaning import fold

_OAI = "http://www.openarchives.org/OAI/2.0/"
_RAW = "http://arxiv.org/OAI/arXivRaw/"
PREFIX = "oai:arXiv.org:"
"""What stands before an arXiv id in an identifier."""

TOKEN = 2_000
"""Characters of a resumption token. It is sent back in an address, which servers bound."""


_RECORDS = 2
"""How many elements a record stands in: OAI-PMH, and the verb."""


class NotOai(SourceError):
    """The response is no answer of OAI-PMH."""


class ProtocolError(SourceError):
    """The repository answers with an error of the protocol. `code` is its name there."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(f"OAI-PMH error {code}" + (f": {said}" if said else ""))
        self.code = code


BOUNDS = xml_bounds.Bounds(
    what="an answer of OAI-PMH",
    root=f"{_OAI} OAI-PMH",
    no_such=NotOai,
    elements=400_000,
    namespaces=20_000,  # Each record declares two of its own.
    siblings=1_000,
    more_siblings={"record": 5_000},  # arXiv's server sends 3,500 at most.
    inside=("record", 5_000),  # A version has four.
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a paper, as `arXivRaw` tells it. Its texts are as they came."""

    number: str
    """With its letter: "v2"."""
    date: str
    """When it was submitted, as mail headers write it."""
    size: str
    """Of its files: "14kb"."""
    source_type: str
    """Flags. The letter I stands for a withdrawal."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of `arXivRaw`. All text is as it came; "" where there is none."""

    identifier: str
    deleted: bool
    has_metadata: bool
    fields: dict[str, str]
    """By the names of arXivRaw: id, title, authors, categories, comments, …"""
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    records: tuple[Record, ...]
    token: str
    """The resumption token, or "" if nothing follows."""


def read(answer: bytes) -> Answer:
    """Return the records of an answer to GetRecord or ListRecords.

    Raises NotOai, and SourceError for a DOCTYPE or an answer beyond BOUNDS or TOKEN. Raises
    ProtocolError if the answer is an error of the protocol.
    """
    xml_bounds.check(answer, BOUNDS)
    records, root = _parsed(answer)
    for error in root.iterfind(f"{{{_OAI}}}error"):
        raise ProtocolError(fold(error.get("code", ""))[:40] or "unnamed", _text(error)[:200])
    for verb in ("GetRecord", "ListRecords"):
        if (found := root.find(f"{{{_OAI}}}{verb}")) is not None:
            token = _text(found.find(f"{{{_OAI}}}resumptionToken"))
            if len(token) > TOKEN:
                raise SourceError(f"a resumption token of {len(token):,} chars, limit {TOKEN:,}")
            return Answer(tuple(records), token)
    raise NotOai("not an answer of OAI-PMH: it has neither records nor an error")


def _parsed(answer: bytes) -> tuple[list[Record], ElementTree.Element]:
    """Return the records, and the answer's tree without what is inside them.

    A list of 24 MB takes little memory so: the tree of all its records would take ten times that.
    """
    records: list[Record] = []
    path: list[ElementTree.Element] = []
    # `xml_bounds` saw it first: no DOCTYPE, so no entities.
    for event, element in ElementTree.iterparse(BytesIO(answer), ("start", "end")):  # noqa: S314
        if event == "start":
            path.append(element)
            continue
        path.pop()
        if len(path) == _RECORDS and element.tag == f"{{{_OAI}}}record":
            records.append(_record(element))
            element.clear()
    return records, element


def _record(record: ElementTree.Element) -> Record:
    header = record.find(f"{{{_OAI}}}header")
    raw = record.find(f"{{{_OAI}}}metadata/{{{_RAW}}}arXivRaw")
    return Record(
        identifier=_text(None if header is None else header.find(f"{{{_OAI}}}identifier")),
        deleted=header is not None and header.get("status") == "deleted",
        has_metadata=raw is not None,
        fields={} if raw is None else _fields(raw),
        versions=() if raw is None else tuple(_versions(raw)),
    )


def _fields(raw: ElementTree.Element) -> dict[str, str]:
    """Return the texts of the elements, of each name the first."""
    found: dict[str, str] = {}
    for each in raw:
        found.setdefault(each.tag.removeprefix(f"{{{_RAW}}}"), "".join(each.itertext()))
    return found


def _versions(raw: ElementTree.Element) -> Iterator[Version]:
    for each in raw.iterfind(f"{{{_RAW}}}version"):
        date, size, source_type = (
            _text(each.find(f"{{{_RAW}}}{name}")) for name in ("date", "size", "source_type")
        )
        yield Version(each.get("version", ""), date, size, source_type)


def _text(element: ElementTree.Element | None) -> str:
    return "" if element is None else fold("".join(element.itertext()))
