"""Reads arXiv's query API. No other module knows arXiv's Atom format.

``/api/query?id_list=&max_results=`` (info.arxiv.org/help/api/user-manual.html). The feed has one
layout until 2025 and another since. Both say the same about a paper. Only an id and a title are
required. Any other odd field is left empty, with a notice.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import stamina
from django.conf import settings
from feedparser import FeedParserDict  # type: ignore[import-untyped]
from pydantic import BaseModel, Field, OnErrorOmit

from papers.sources import atom, http, outages, rate_limit, withdrawal
from papers.sources.errors import SourceBusy, SourceDown, SourceError, naming
from papers.sources.fields import Category, Doi, Extras, LongLine, Moment, Name
from papers.sources.items import ItemReader, Reading, read_items
from papers.text.cleaning import fold

NAME = "arxiv"
T = TypeVar("T")
BATCH = 100  # ids in one request
ENTRY_LIMIT = 1000
_ERRORS = "/api/errors"
_VERSION = re.compile(r"v([1-9][0-9]{0,3})\Z")
ANNOUNCEMENT = re.compile(r"\AarXiv:\S+ Announce Type: [a-z-]+\s+Abstract: ")
# arXiv also lists classes of other schemes among its categories: MSC's 68T50, ACM's I.2.7.
OTHER_CLASS = re.compile(r"[0-9]|[A-Z]\.|.*[\s,;]")


@dataclass(frozen=True, slots=True)
class ArxivRecord:
    """A paper as arXiv describes it, before it meets the database. All text is clean."""

    arxiv_id: str
    """Canonical, without version."""
    version: int | None
    """The newest version, from 1."""
    title: str
    """White space folded; 1 to 500 characters."""
    raw_title: str
    """With arXiv's line wraps. Only unsafe characters are removed."""
    abstract: str
    """With arXiv's line breaks, or "" if arXiv gives none. At most 20,000 characters."""
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
    perhaps_withdrawn: str = ""
    """Words that may say so, if no others do, or ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArxivReading(Reading[ArxivRecord]):
    """The entries of a response, and the requested ids that it does not have."""

    missing: tuple[str, ...]
    """Requested ids that the response does not mention."""
    way: str = NAME
    """How arXiv was asked. The facts have it as their origin."""
    unasked: tuple[str, ...] = ()
    """Ids that nothing was said about yet, because there was no time to ask."""


def fetch(ids: Sequence[str]) -> Iterator[ArxivReading]:
    """Yield what arXiv says about the papers with these canonical ids, one reading for each 100.

    Waits for a slot (`rate_limit`) before each request. Raises SourceError (SourceDown, SourceBusy,
    SourceForbidden) if a batch cannot be fetched or nothing in it is usable. The readings before
    it stay valid.
    """
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), BATCH):
        with naming(NAME):
            reading = _ask(wanted[start : start + BATCH])
        yield reading


def _ask(batch: Sequence[str]) -> ArxivReading:
    with outages.watching(NAME, unreadable=atom.NotAtom):
        return patiently(lambda: _read(_request(batch), batch))


def patiently(ask: Callable[[], T]) -> T:
    """Return what `ask` returns, and try again what may cure soon: 4 times, a minute in all."""
    retrying = stamina.RetryingCaller(
        attempts=http.REQUESTS,
        timeout=settings.HTTP_DEADLINE_S,
        wait_initial=settings.HTTP_RETRY_WAIT_S,
        wait_jitter=settings.HTTP_RETRY_WAIT_S,
    )
    return retrying(_may_cure, ask)


def _may_cure(error: Exception) -> bool:
    return isinstance(error, SourceDown) and not isinstance(error, SourceBusy)


def _request(batch: Sequence[str]) -> http.Response:
    with rate_limit.slot(NAME):
        return http.get(
            "ARXIV_API_URL",
            # Without max_results arXiv returns only the first ten.
            params={"id_list": ",".join(batch), "max_results": len(batch)},
            accept="application/atom+xml",
            requests=1,
            statuses=(200, 400),  # arXiv sends its error feeds with status 400.
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
    """Return the records in a feed, only for the ids in `asked`.

    Raises atom.NotAtom. Raises SourceError with arXiv's own words if the feed reports an error, and
    as `read_items` does. Raises SourceError too if there is no entry, and SourceDown if arXiv
    counts results but shows none.
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
    if total.strip("0"):  # A page that is empty now may be full later.
        raise SourceDown(f"no entry for {shown}: an empty page, of {fold(total)[:20]} results")
    raise SourceError(f"no entry for {shown}")


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
    perhaps = "" if words else withdrawal.perhaps(extras.comment, abstract)
    if perhaps:
        reader.note("arxiv:comment", f"perhaps withdrawn: {perhaps}")
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
        perhaps_withdrawn=perhaps,
    )


def _named(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the optional elements of an entry under arXiv's own names."""
    primary = entry.get("arxiv_primary_category") or {}
    terms = [tag.get("term") for tag in [primary, *entry.get("tags", [])]]
    return {
        "author": entry.get("authors"),
        "category": [term for term in terms if term and not OTHER_CLASS.match(term)],
        "arxiv:comment": entry.get("arxiv_comment"),
        "arxiv:doi": entry.get("arxiv_doi"),
        "arxiv:journal_ref": entry.get("arxiv_journal_ref"),
        "published": entry.get("published"),
        "updated": entry.get("updated"),
    }


def _announced(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of an announcement feed (rss.arxiv.org/atom) in the form of the query API.

    Its dates are dropped: they are dates of the announcement, not of a version.
    """
    names = entry.get("author", "").split(", ")
    return {
        **entry,
        "id": entry.get("id", "").removeprefix("oai:arXiv.org:"),
        "summary": ANNOUNCEMENT.sub("", entry.get("summary", "")),
        "authors": [{"name": name} for name in names],
        "published": None,
        "updated": None,
    }
