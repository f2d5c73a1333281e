"""Reads arXiv's announcements: the new submissions of the categories that editors switched on.

``rss.arxiv.org/atom/CATEGORY`` (info.arxiv.org/help/atom_specifications.html). A feed tells one
announcement, the newest, and its entries carry the day of it. Cross-lists and replacements are in
it too, and are no new submissions. On Saturdays, Sundays and arXiv's holidays there is none.

The day of an announcement is arXiv's own (US Eastern). It is neither the day on which Hugging Face
lists a paper nor the time of its submission, which the feed does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from xml.etree import ElementTree

from django.db import connection
from pydantic import Field, OnErrorOmit

from papers.clock import end_of
from papers.sources import arxiv, author_line, http, rate_limit, xml_bounds
from papers.sources.atom import BOUNDS as ATOM
from papers.sources.atom import NotAtom
from papers.sources.base import DayAnswer, FoundPaper
from papers.sources.errors import DayGone, SourceDown, SourceError, SourceForbidden
from papers.sources.fields import CATEGORIES, Category, Extras, Name
from papers.sources.items import ItemReader, Remark, read_items
from papers.text.cleaning import fold

NAME = "arxivnew"
BODY_LIMIT = 16 * 2**20  # bytes of a feed, which may tell of 2,000 papers
KEPT_LIMIT = 24 * 2**20  # characters of all feeds of a day, as they are stored
SATURDAY = 5
LATEST = timedelta(hours=30)
"""How long after a day's end its announcement may come: a feed lags, and days differ by zone."""
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ENTRY, _ENTRY_END = "<entry>", "</entry>"
_BLANKS = re.compile(r"(</?entry)\s+>")
_TOLD_AS_NEW = ">new</"
_SWITCHED_ON = """
    SELECT category FROM papers_arxivcategory WHERE is_on AND since <= %s ORDER BY category LIMIT %s
"""
BOUNDS = xml_bounds.Bounds(
    what=ATOM.what,
    root=ATOM.root,
    no_such=NotAtom,
    elements=80_000,
    namespaces=100,
    more_siblings={"entry": 5_000},
    inside=("entry", 1_000),
)


def first_day() -> date | None:
    """Return the first day that is asked for, or None while no category is switched on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(since) FROM papers_arxivcategory WHERE is_on")
        [first] = cursor.fetchone()
    return first if isinstance(first, date) else None


def fetch(day: date) -> DayAnswer:
    """Return the new submissions that arXiv announced on `day` in all categories.

    A category whose feed cannot be read is a refusal, and the others stay. So is a feed that tells
    an earlier day still, once LATEST has passed. Until then, and until all feeds tell a later day,
    the answer says that it may grow. Raises SourceDown if a
    feed may be read later, DayGone if the feeds tell a later announcement, and SourceError if none
    can be read. Then nothing of the day may be stored.
    """
    feeds: list[_Feed] = []
    refusals: list[Remark] = []
    errors: list[SourceError] = []
    for category in _categories(day):
        try:
            feeds.append(_feed(category, day))
        except (SourceDown, SourceForbidden):
            raise
        except SourceError as error:
            errors.append(error)
            refusals.append(Remark(0, None, category, f"{category}: {error}"))
    if errors and not feeds:
        raise next((each for each in errors if isinstance(each, DayGone)), errors[0])
    if sum(len(feed.kept) for feed in feeds) > KEPT_LIMIT:
        raise http.too_large(KEPT_LIMIT)
    fetched_at = max(feed.fetched_at for feed in feeds)
    grows = fetched_at < end_of(day) + LATEST and not all(feed.has_moved_on for feed in feeds)
    if not grows:
        refusals += [feed.lags for feed in feeds if feed.lags]
    reading = read_items((entry for feed in feeds for entry in feed.entries), _read)
    return DayAnswer(
        reading.papers,
        (*reading.refusals, *refusals),
        (*reading.notices, *(feed.lags for feed in feeds if feed.lags and grows)),
        source=NAME,
        day=day,
        fetched_at=fetched_at,
        pages=tuple(feed.kept for feed in feeds),
        may_grow="its feeds tell no later day yet, so the list may grow" if grows else "",
    )


def _categories(day: date) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_SWITCHED_ON, [day, CATEGORIES])
        found = [category for (category,) in cursor.fetchall()]
    if not found:
        raise SourceError("no category is switched on for this day")
    return found


@dataclass(frozen=True, slots=True)
class _Feed:
    """What a category's feed says of a day."""

    entries: list[ElementTree.Element]
    kept: str
    """The feed as it came, without what is no new submission and when it was generated."""
    fetched_at: datetime
    has_moved_on: bool = False
    """Whether it tells a later day, so that nothing of this one follows."""
    lags: Remark | None = None
    """What it tells instead, if that is an earlier day."""


def _feed(category: str, day: date) -> _Feed:
    response = _request(category)
    entries, told = parse(response.body)
    kept = _kept(response.body)
    newest = max(told, default=day)
    if day in told or not told:
        new = [entry for entry in entries if _day(entry) in {day, None} and _is_new(entry)]
        return _Feed(new, kept, response.fetched_at, newest > day)
    if newest > day and day.weekday() < SATURDAY:
        raise DayGone(f"the feed of {category} tells {newest} already, and no earlier day")
    still = Remark(0, None, category, f"{category}: its feed tells {newest}")
    return _Feed([], "", response.fetched_at, newest > day, None if newest > day else still)


def _request(category: str) -> http.Response:
    with rate_limit.slot(arxiv.NAME, door=NAME):
        return http.get(
            "ARXIV_FEED_URL",
            f"/{category}",
            accept="application/atom+xml",
            requests=1,
            limit=BODY_LIMIT,
        )


def parse(feed: bytes) -> tuple[list[ElementTree.Element], set[date]]:
    """Return the entries of a feed, and the days that they were announced on.

    Raises NotAtom, and SourceError for a DOCTYPE or a feed beyond BOUNDS.
    """
    xml_bounds.check(feed, BOUNDS)
    root = ElementTree.fromstring(feed)  # noqa: S314  # Checked: no DOCTYPE, so no entities.
    entries = root.findall(f"{_ATOM}entry")
    return entries, {day for entry in entries if (day := _day(entry))}


def _day(entry: ElementTree.Element) -> date | None:
    """Return the day of an entry's announcement, in arXiv's own time zone."""
    try:
        return datetime.fromisoformat(_text(entry, f"{_ATOM}published")).date()
    except ValueError:
        return None


def _is_new(entry: ElementTree.Element) -> bool:
    return _text(entry, f"{_ARXIV}announce_type") == "new"


def _kept(feed: bytes) -> str:
    """Return the text of a feed to store: without other entries, and without times of generation.

    With these, the same announcement would be another answer each time it is asked for.
    """
    told = _BLANKS.sub(r"\1>", feed.decode(errors="replace"))
    head, *entries = _without_times(told).split(_ENTRY)
    kept = [head]
    for entry in entries:
        inside, end, after = entry.partition(_ENTRY_END)
        kept.append(_ENTRY + entry if _TOLD_AS_NEW in inside else after.lstrip() if end else "")
    return "".join(kept)


def _without_times(feed: str) -> str:
    head, *parts = feed.split("<updated>")
    return head + "".join(part.partition("</updated>")[2] or part for part in parts)


class _Extras(Extras):
    """The optional fields of an entry."""

    creator: list[OnErrorOmit[Name]] = Field([], alias="dc:creator", max_length=10_000)
    category: list[OnErrorOmit[Category]] = Field([], max_length=100)


def _read(reader: ItemReader, entry: ElementTree.Element) -> FoundPaper:
    address = _text(entry, f"{_ATOM}id").removeprefix("oai:arXiv.org:")
    arxiv_id = reader.identify("id", address)
    if _day(entry) is None:
        raise reader.refused("published", "missing")
    raw_title = reader.title("title", _text(entry, f"{_ATOM}title"))
    summary = arxiv.ANNOUNCEMENT.sub("", _text(entry, f"{_ATOM}summary"))
    abstract = reader.abstract("summary", summary)
    extras = _Extras.model_validate(_optional(entry), context=reader.note)
    return FoundPaper(
        arxiv_id=arxiv_id,
        title=fold(raw_title),
        raw_title=raw_title,
        abstract=abstract,
        rank=reader.position,
        authors=tuple(extras.creator),
        categories=tuple(dict.fromkeys(extras.category)),
    )


def _optional(entry: ElementTree.Element) -> dict[str, object]:
    return {
        "dc:creator": author_line.names(_text(entry, f"{_DC}creator")),
        "category": list(_terms(entry)),
    }


def _terms(entry: ElementTree.Element) -> Iterator[str]:
    for each in entry.iterfind(f"{_ATOM}category"):
        term = each.get("term", "")
        if term and not arxiv.OTHER_CLASS.match(term):
            yield term


def _text(entry: ElementTree.Element, name: str) -> str:
    found = entry.find(name)
    return "" if found is None else "".join(found.itertext()).strip()
