"""Asks arXiv's OAI-PMH interface: the second way to what arXiv says of a paper.

GetRecord tells one paper, ListRecords what changed since a day (info.arxiv.org/help/oa). Requests
take their turn with all others to arXiv, since its terms allow one in 3 seconds and one connection
for all its interfaces together. Pauses are this interface's own. What `oai_xml` says of recordings
holds here too: the wire is documented, and unverified.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from pydantic import Field, OnErrorOmit

from papers import arxiv_id
from papers.clock import now
from papers.sources import arxiv, author_line, http, oai_xml, rate_limit, withdrawal
from papers.sources.arxiv import ArxivReading, ArxivRecord
from papers.sources.errors import SourceBusy, SourceDown, SourceError, SourceForbidden, naming
from papers.sources.fields import Category, Doi, Extras, LongLine, Moment, Name
from papers.sources.items import ItemReader, Remark, read_each
from papers.text.cleaning import fold

NAME = "arxivoai"
BATCH_S = 300.0
"""Seconds after which no further paper of a batch is asked about. A job may take 540."""
SHORT_S = 60.0
"""Seconds of a pause that a list waits for. Later its token may have expired."""
WAITS = 5
"""How often a list waits before one page."""
PAGES = 20
"""Pages of a list. arXiv sends 3,500 records a page, and changes some 3,000 a day."""
LIMITS = {"GetRecord": 2 * 2**20, "ListRecords": 24 * 2**20}
"""Bytes of an answer, by its verb. A record of 3,300 authors has some 200 kB."""
_VERSION = re.compile(r"v([1-9][0-9]{0,3})")
_NO = tuple(status for status in range(400, 500) if status not in {403, 429})
_WITHDRAWN_TYPE = "I"
_EMPTY = re.compile(r"0+\s*(?:kb|b)?", re.IGNORECASE)


class _Refused(SourceError):
    """The server answers with a status that says no (404), which no record is the reason of."""


def fetch(ids: Sequence[str]) -> ArxivReading:
    """Return what arXiv says of papers with these canonical ids, one request for each.

    An answer that cannot be read is a refusal of its paper. The reading names as unasked what there
    was no time for, and what came after the server was away. Raises SourceDown, SourceBusy,
    SourceForbidden or NotOai if that is so at the first request.
    """
    with naming(NAME):
        return _fetch(ids)


def changed(since: date, wanted: Collection[str]) -> Iterator[ArxivReading]:
    """Yield what changed at arXiv since a day (UTC) of the wanted papers, one reading a page.

    Raises SourceError if a page cannot be read, if a token comes twice or if there are more than
    PAGES. Raises SourceDown if a token has expired or if arXiv is away. The readings before it stay
    valid. A short pause between the pages is waited for, and the list goes on where it was.
    """
    asked: dict[str, str] = {"metadataPrefix": "arXivRaw", "from": since.isoformat()}
    seen: set[str] = set()
    end = time.monotonic() + BATCH_S
    for _ in range(PAGES):
        with naming(NAME):
            answer = _list(asked, end)
        yield _of_wanted(answer.records, frozenset(wanted))
        if not answer.token:
            return
        with naming(NAME):
            if answer.token in seen:
                raise SourceError("the list begins again: a resumption token came twice")
        seen.add(answer.token)
        asked = {"resumptionToken": answer.token}
    with naming(NAME):
        raise SourceError(f"too many items: still more after {PAGES} pages")


def _fetch(ids: Sequence[str]) -> ArxivReading:
    told: list[tuple[str, oai_xml.Record]] = []
    missing: list[str] = []
    refusals: list[Remark] = []
    end = time.monotonic() + BATCH_S
    asked = 0
    for asked_id in ids:
        if time.monotonic() > end:
            break
        try:
            records = _get(asked_id).records
            told += [(asked_id, record) for record in records]
            missing += [] if records else [asked_id]
        except SourceForbidden:
            raise
        except (SourceDown, oai_xml.NotOai):
            if not asked:
                raise
            break
        except SourceError as error:
            refusals.append(Remark(0, asked_id, "", f"{asked_id}: {error}"))
        asked += 1
    reading = read_each(told, _read)
    return ArxivReading(
        reading.papers,
        (*reading.refusals, *refusals),
        reading.notices,
        missing=tuple(missing),
        way=NAME,
        unasked=tuple(ids[asked:]),
    )


def _get(asked_id: str) -> oai_xml.Answer:
    identifier = oai_xml.PREFIX + asked_id
    try:
        return _ask("GetRecord", {"identifier": identifier, "metadataPrefix": "arXivRaw"})
    except oai_xml.ProtocolError as error:
        if error.code == "idDoesNotExist":
            return oai_xml.Answer((), "")
        raise


def _list(asked: Mapping[str, str], end: float) -> oai_xml.Answer:
    """Return a page, after short pauses that end before `end` (monotonic)."""
    for _ in range(WAITS):
        try:
            return _page(asked)
        except SourceBusy as busy:
            wait = max((busy.retry_at - now()).total_seconds(), 0) + 0.1
            if wait > SHORT_S or time.monotonic() + wait > end:
                raise
        time.sleep(wait)
    return _page(asked)


def _page(asked: Mapping[str, str]) -> oai_xml.Answer:
    try:
        return _ask("ListRecords", asked)
    except oai_xml.ProtocolError as error:
        if error.code == "noRecordsMatch":
            return oai_xml.Answer((), "")
        if error.code == "badResumptionToken":  # Tokens expire daily. The list begins anew.
            raise SourceDown(str(error)) from error
        raise
    except oai_xml.NotOai as error:
        raise SourceDown(str(error)) from error


def _ask(verb: str, asked: Mapping[str, str]) -> oai_xml.Answer:
    """Return an answer. Raises SourceDown where there is no such interface: it may come back."""
    try:
        return arxiv.patiently(lambda: _answer(verb, asked))
    except (http.Redirected, _Refused) as error:
        raise SourceDown(str(error)) from error


def _answer(verb: str, asked: Mapping[str, str]) -> oai_xml.Answer:
    with rate_limit.slot(arxiv.NAME, door=NAME):
        response = http.get(
            "ARXIV_OAI_URL",
            params={"verb": verb, **asked},
            accept="text/xml, application/xml",
            requests=1,
            limit=LIMITS[verb],
            statuses=(200, *_NO),
        )
    if response.status != 200:
        raise _Refused(f"refused the request: {response}")
    try:
        return oai_xml.read(response.body)
    except oai_xml.NotOai as error:
        raise oai_xml.NotOai(f"{error}; {response}") from error


def _of_wanted(records: Sequence[oai_xml.Record], wanted: Collection[str]) -> ArxivReading:
    """Return what a page says of the wanted papers. Others are left out unread."""
    ours = [(known, each) for each in records if (known := _id_of(each)) in wanted]
    reading = read_each(ours, _read)
    return ArxivReading(reading.papers, reading.refusals, reading.notices, missing=(), way=NAME)


def _id_of(record: oai_xml.Record) -> str:
    try:
        return arxiv_id.parse(record.identifier.removeprefix(oai_xml.PREFIX))
    except arxiv_id.InvalidArxivId:
        return ""


class _Extras(Extras):
    """The optional fields of a record."""

    authors: list[OnErrorOmit[Name]] = Field([], max_length=10_000)
    categories: list[OnErrorOmit[Category]] = Field([], max_length=100)
    comments: LongLine = ""
    doi: Doi = ""
    journal_ref: LongLine = Field("", alias="journal-ref")
    published: Moment | None = Field(None, alias="version v1")
    updated: Moment | None = Field(None, alias="version")


def _read(reader: ItemReader, asked: tuple[str, oai_xml.Record]) -> ArxivRecord:
    asked_id, record = asked
    found = reader.identify("identifier", record.identifier.removeprefix(oai_xml.PREFIX))
    if found != asked_id:
        raise reader.refused("identifier", "not asked for")
    if record.deleted:
        raise reader.refused("", "is deleted at arXiv")
    if not record.has_metadata:
        raise reader.refused("arXivRaw", "missing")
    told = record.fields
    if reader.identify("id", told.get("id")) != asked_id:
        raise reader.refused("id", "not asked for")
    raw_title = reader.title("title", told.get("title"))
    abstract = reader.abstract("abstract", told.get("abstract"))
    versions = _in_order(record.versions)
    if not versions:
        reader.note("version", "missing")
    extras = _Extras.model_validate(_optional(told, versions), context=reader.note)
    return ArxivRecord(
        arxiv_id=found,
        version=versions[-1][0] if versions else None,
        title=fold(raw_title),
        raw_title=raw_title,
        abstract=abstract,
        authors=tuple(extras.authors),
        categories=tuple(dict.fromkeys(extras.categories)),
        comment=extras.comments,
        doi=extras.doi,
        journal_ref=extras.journal_ref,
        published_at=extras.published,
        updated_at=extras.updated,
        withdrawal="",
        perhaps_withdrawn=_perhaps_withdrawn(reader, extras.comments, abstract, versions),
    )


_Versions = list[tuple[int, oai_xml.Version]]


def _in_order(versions: Sequence[oai_xml.Version]) -> _Versions:
    numbered = [(int(match[1]), each) for each in versions if (match := _number(each))]
    return sorted(numbered, key=lambda version: version[0])


def _number(version: oai_xml.Version) -> re.Match[str] | None:
    return _VERSION.fullmatch(version.number)


def _optional(told: Mapping[str, str], versions: _Versions) -> dict[str, object]:
    """Return the optional elements of a record under arXiv's own names."""
    begins = bool(versions) and versions[0][0] == 1
    return {
        "authors": author_line.names(told.get("authors", "")),
        "categories": told.get("categories", "").split()[:1_000],
        "comments": told.get("comments"),
        "doi": told.get("doi"),
        "journal-ref": told.get("journal-ref"),
        "version v1": _iso(versions[0][1].date) if begins else None,
        "version": _iso(versions[-1][1].date) if versions else None,
    }


def _iso(moment: str) -> str:
    """Return a date of a mail header as ISO 8601 writes it, or as it came if it is none."""
    try:
        read: datetime = parsedate_to_datetime(moment[:100])
    except (ValueError, TypeError, OverflowError):
        return moment
    return read.isoformat()


def _perhaps_withdrawn(reader: ItemReader, comment: str, abstract: str, versions: _Versions) -> str:
    """Return what may say that the paper was withdrawn, or "". On this way a person decides."""
    said = withdrawal.words(comment, abstract) or withdrawal.perhaps(comment, abstract)
    said = said or _without_files(versions)
    if said:
        reader.note("version", f"perhaps withdrawn: {said}")
    return said


def _without_files(versions: _Versions) -> str:
    """Return that the newest version has no files. A withdrawal is such a version."""
    if not versions:
        return ""
    number, newest = versions[-1]
    if _WITHDRAWN_TYPE in newest.source_type:
        return f"version {number} is of the type I, which has no files"
    had_files = any(not _EMPTY.fullmatch(each.size) for _, each in versions[:-1])
    if had_files and _EMPTY.fullmatch(newest.size):
        return f"version {number} has {newest.size}, the versions before it have files"
    return ""
