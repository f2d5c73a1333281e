"""arXiv's query API: its Atom stops here.

``/api/query?id_list=&max_results=`` (info.arxiv.org/help/api/user-manual.html). The feed has two
layouts, one until 2025 and one since; what it says of a paper is the same in both. Only an id and a
title are required; any other field that is odd is left empty, with a notice.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import stamina
from django.conf import settings
from feedparser import FeedParserDict  # type: ignore[import-untyped]
from pydantic import BaseModel, Field, OnErrorOmit

from papers.sources import atom, http, rate_limit, withdrawal
from papers.sources.errors import SourceBusy, SourceDown, SourceError, naming
from papers.sources.fields import Category, Doi, Extras, LongLine, Moment, Name
from papers.sources.items import ItemReader, Reading, read_items
from papers.text.cleaning import fold

NAME = "arxiv"
BATCH = 100  # ids in one request
ENTRY_LIMIT = 1000
_ERRORS = "/api/errors"
_VERSION = re.compile(r"v([1-9][0-9]{0,3})\Z")
_ANNOUNCEMENT = re.compile(r"\AarXiv:\S+ Announce Type: [a-z-]+\s+Abstract: ")
# Among its categories arXiv also puts the classes of other schemes: MSC's 68T50, ACM's I.2.7.
_OTHER_CLASS = re.compile(r"[0-9]|[A-Z]\.|.*[\s,;]")


class NoEntry(SourceError):
    """arXiv knows none of the papers that it was asked about."""


@dataclass(frozen=True, slots=True)
class ArxivRecord:
    """What arXiv says of a paper, before the database has a say. All text is clean."""

    arxiv_id: str
    """Canonical, without version."""
    version: int | None
    """The newest one, from 1."""
    title: str
    """White space folded; 1 to 500 characters."""
    raw_title: str
    """As arXiv wrapped it, only unsafe characters removed."""
    abstract: str
    """With arXiv's line breaks, or "" where it has none; at most 20,000 characters."""
    authors: tuple[str, ...]
    """In the paper's order."""
    categories: tuple[str, ...]
    """The primary one first."""
    comment: str
    doi: str
    journal_ref: str
    published_at: datetime | None
    """When version 1 was submitted (aware, UTC)."""
    updated_at: datetime | None
    """When the newest version was submitted (aware, UTC)."""
    withdrawal: str
    """The words that say the paper was withdrawn, or ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArxivReading(Reading[ArxivRecord]):
    """The entries of an answer, and the ids that were asked for in vain."""

    missing: tuple[str, ...]
    """Ids asked for that the answer says nothing of."""


def fetch(ids: Sequence[str]) -> Iterator[ArxivReading]:
    """What arXiv says of the papers with these canonical ids: one reading for each 100 of them.

    Waits for a slot (`rate_limit`) before each request. Raises SourceError (SourceDown,
    SourceBusy, SourceForbidden) where a batch cannot be had or nothing in it is usable; the
    readings before it stand.
    """
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), BATCH):
        with naming(NAME):
            reading = _ask(wanted[start : start + BATCH])
        yield reading


def _ask(batch: Sequence[str]) -> ArxivReading:
    retrying = stamina.RetryingCaller(
        attempts=http.REQUESTS,
        timeout=settings.HTTP_DEADLINE_S,
        wait_initial=settings.HTTP_RETRY_WAIT_S,
        wait_jitter=settings.HTTP_RETRY_WAIT_S,
    )
    return retrying(_may_cure, lambda: _read(_request(batch), batch))


def _may_cure(error: Exception) -> bool:
    return isinstance(error, SourceDown) and not isinstance(error, SourceBusy)


def _request(batch: Sequence[str]) -> http.Response:
    with rate_limit.slot(NAME):
        return http.get(
            "ARXIV_API_URL",
            # Without max_results arXiv tells of the first ten.
            params={"id_list": ",".join(batch), "max_results": len(batch)},
            accept="application/atom+xml",
            requests=1,
            statuses=(200, 400),  # Its feeds that tell of an error come with 400.
        )


def _read(answer: http.Response, asked: Sequence[str]) -> ArxivReading:
    try:
        reading = parse(answer.body, asked)
    except atom.NotAtom as error:
        raise atom.NotAtom(f"{error}; {answer}") from error
    if answer.status != 200:
        raise SourceError(f"refused the request: {answer}")
    return reading


def parse(feed: bytes, asked: Sequence[str]) -> ArxivReading:
    """The records in a feed, of the ids `asked` for and no others.

    Raises atom.NotAtom; SourceError with arXiv's own words where the feed tells of an error, and as
    `read_items` does; NoEntry; SourceDown where arXiv knows of results and shows none.
    """
    parsed = atom.read(feed)
    entries = map(dict, _entries(parsed))
    reading = read_items(entries, lambda reader, entry: _read_entry(reader, entry, asked))
    if asked and not reading.papers:
        _nothing(asked, parsed.feed.get("opensearch_totalresults", "0"))
    told = {*(paper.arxiv_id for paper in reading.papers)}
    told.update(refusal.arxiv_id or "" for refusal in reading.refusals)
    missing = tuple(arxiv_id for arxiv_id in asked if arxiv_id not in told)
    return ArxivReading(reading.papers, reading.refusals, reading.notices, missing=missing)


def _nothing(asked: Sequence[str], total: str) -> None:
    shown = ", ".join(asked[:5]) + (f" and {len(asked) - 5} more" if len(asked) > 5 else "")
    if total.strip("0"):  # A page that comes empty now comes full later.
        raise SourceDown(f"no entry for {shown}: an empty page, of {fold(total)[:20]} results")
    raise NoEntry(f"no entry for {shown}")


def _entries(feed: FeedParserDict) -> list[FeedParserDict]:
    if len(feed.entries) > ENTRY_LIMIT:
        raise SourceError(f"too many items: {len(feed.entries):,}, limit {ENTRY_LIMIT:,}")
    for entry in feed.entries:
        if _ERRORS in dict.get(entry, "id", ""):
            raise SourceError(fold(dict.get(entry, "summary", ""))[:500] or "an error, untold")
    return list(feed.entries)


class _Author(BaseModel):
    name: Name


class _Extras(Extras):
    """The optional fields of an entry."""

    authors: list[OnErrorOmit[_Author]] = Field([], alias="author", max_length=10_000)
    categories: list[OnErrorOmit[Category]] = Field([], alias="category", max_length=100)
    comment: LongLine = Field("", alias="arxiv:comment")
    doi: Doi = Field("", alias="arxiv:doi")
    journal_ref: LongLine = Field("", alias="arxiv:journal_ref")
    published: Moment | None = None
    updated: Moment | None = None


def _read_entry(reader: ItemReader, entry: Mapping[str, Any], asked: Sequence[str]) -> ArxivRecord:
    if "arxiv_announce_type" in entry:
        entry = _announced(entry)
    address = entry.get("id")
    if not address:
        raise reader.refused("id", "missing")
    arxiv_id = reader.identify("id", address)
    if arxiv_id not in asked:
        raise reader.refused("id", "not asked for")
    raw_title = reader.title("title", entry.get("title"))
    abstract = reader.abstract("summary", entry.get("summary"))
    extras = _Extras.model_validate(_named(entry), context=reader.note)
    words = withdrawal.words(extras.comment, abstract)
    if words:
        reader.note("arxiv:comment", f"withdrawn: {words}")
    version = _VERSION.search(address)
    return ArxivRecord(
        arxiv_id=arxiv_id,
        version=int(version[1]) if version else None,
        title=fold(raw_title),
        raw_title=raw_title,
        abstract=abstract,
        authors=tuple(author.name for author in extras.authors),
        categories=tuple(dict.fromkeys(extras.categories)),
        comment=extras.comment,
        doi=extras.doi,
        journal_ref=extras.journal_ref,
        published_at=extras.published,
        updated_at=extras.updated,
        withdrawal=words,
    )


def _named(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The optional elements of an entry under their own names."""
    primary = entry.get("arxiv_primary_category") or {}
    terms = [tag.get("term") for tag in [primary, *entry.get("tags", [])]]
    return {
        "author": entry.get("authors"),
        "category": [term for term in terms if term and not _OTHER_CLASS.match(term)],
        "arxiv:comment": entry.get("arxiv_comment"),
        "arxiv:doi": entry.get("arxiv_doi"),
        "arxiv:journal_ref": entry.get("arxiv_journal_ref"),
        "published": entry.get("published"),
        "updated": entry.get("updated"),
    }


def _announced(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of an announcement feed (rss.arxiv.org/atom), put as the query API puts it.

    Its dates are those of the announcement, not of a version.
    """
    names = entry.get("author", "").split(", ")
    return {
        **entry,
        "id": entry.get("id", "").removeprefix("oai:arXiv.org:"),
        "summary": _ANNOUNCEMENT.sub("", entry.get("summary", "")),
        "authors": [{"name": name} for name in names],
        "published": None,
        "updated": None,
    }
