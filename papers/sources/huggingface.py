"""Reads Hugging Face Daily Papers, and its Markdown of a paper. No other module knows their form.

``/api/daily_papers?date=&limit=&p=`` (huggingface_hub, ``list_daily_papers``). A day is a UTC date.
Keys come and go without notice and are often absent, so only an id and a title are required. Any
other odd field is left empty, with a notice.
"""

import json
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from pydantic import BaseModel, Field, OnErrorOmit

from papers import arxiv_id
from papers.sources import http, rate_limit
from papers.sources.base import DayAnswer, FoundPaper
from papers.sources.errors import SourceError, naming
from papers.sources.fields import EARLIEST, Address, Extras, Line, Moment, Name
from papers.sources.items import ItemReader, Reading, Remark, read_items, require_list
from papers.text.cleaning import fold

NAME = "huggingface"
MOST_UPVOTES = 10_000_000
TEXT_LIMIT = 4 * 2**20  # bytes of a paper's Markdown
_MARKDOWN = ("text/markdown", "text/x-markdown", "text/plain")
_HTML = (b"<!doctype", b"<html", b"<?xml")


@dataclass(frozen=True, slots=True)
class _Most:
    """What an answer may have at most."""

    pages: int
    items: int
    characters: int


A_DAY = _Most(pages=20, items=1_000, characters=http.BODY_LIMIT)
A_MONTH = _Most(pages=60, items=5_000, characters=24 * 2**20)


def fetch(day: date) -> DayAnswer:
    """Return what Hugging Face lists for `day`: all its pages, within HTTP_DEADLINE_S.

    A page that lists nothing new is the last one: its source ignores `p`. Raises SourceError
    (SourceDown, SourceBusy) if a page cannot be fetched or nothing in the pages is usable. Then
    nothing of the day may be stored.
    """
    listed = _ask({"date": day.isoformat()}, A_DAY)
    reading = parse(listed.items)
    return DayAnswer.of(
        replace(reading, notices=(*reading.notices, *listed.notices)),
        source=NAME,
        day=day,
        fetched_at=listed.fetched_at,
        pages=tuple(listed.pages),
    )


def month(first: date) -> dict[str, date | None]:
    """Return what Hugging Face lists for the month of `first`: its papers, each with its day.

    The day is the UTC date on which the paper was submitted to the list. It equals the day of the
    list in all that was recorded, and is None where the item does not tell it. An item without an
    arXiv id is left out. `month` is a documented parameter, and its answer was never recorded.
    Raises as `fetch` does.
    """
    listed = _ask({"month": f"{first:%Y-%m}"}, A_MONTH)
    found: dict[str, date | None] = {}
    for paper in map(_paper_of, listed.items):
        with suppress(arxiv_id.InvalidArxivId):
            found.setdefault(arxiv_id.parse(paper.get("id")), _submitted_on(paper))
    return found


def _submitted_on(paper: dict[str, Any]) -> date | None:
    try:
        return datetime.fromisoformat(str(paper.get("submittedOnDailyAt"))[:40]).date()
    except ValueError:
        return None


@dataclass(slots=True)
class _Listed:
    """All pages of an answer."""

    pages: list[str] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    notices: list[Remark] = field(default_factory=list)
    fetched_at: datetime = EARLIEST


def _ask(asked: dict[str, str | int], most: _Most) -> _Listed:
    found = _Listed()
    listed: set[str] = set()
    deadline = time.monotonic() + settings.HTTP_DEADLINE_S
    while True:
        response = http.get_json(
            "HUGGINGFACE_URL",
            "/api/daily_papers",
            {**asked, "limit": 100, "p": len(found.pages)},
            token=settings.HF_TOKEN,
            timeout=max(deadline - time.monotonic(), 0.0),
        )
        found.fetched_at = response.fetched_at
        if sum(map(len, found.pages)) + len(response.text) > most.characters:
            raise http.too_large(most.characters)
        page = require_list(response.data)
        if page and listed.issuperset(map(_identity, page)):
            why = f"page {len(found.pages) + 1} lists nothing new"
            found.notices.append(Remark(0, None, "p", why))
            return found
        found.pages.append(response.text)
        if not page:
            return found
        found.items += page
        listed.update(map(_identity, page))
        if len(found.items) > most.items:
            raise SourceError(f"too many items: {len(found.items):,}, limit {most.items:,}")
        if len(found.pages) == most.pages:
            raise SourceError(f"too many items: still more after {most.pages} pages")


def markdown(identifier: str) -> bytes | None:
    """Return Hugging Face's Markdown of a paper, of a version that it does not say, or None.

    Where there is none it redirects to a page, which is not followed. Raises SourceError for HTML
    and any other type, SourceDown, SourceBusy and SourceForbidden. The pauses that the daily lists
    were told of hold here too.
    """
    with naming(NAME), rate_limit.respecting_pauses(NAME):
        try:
            response = http.get(
                "HUGGINGFACE_URL",
                f"/papers/{identifier}.md",
                accept="text/markdown",
                token=settings.HF_TOKEN,
                requests=1,
                statuses=(200, 404),
                limit=TEXT_LIMIT,
            )
        except http.Redirected:
            return None
        if response.status == 404:
            return None
        if not _is_markdown(response):
            raise SourceError(f"not Markdown: {response}")
        return response.body


def _is_markdown(response: http.Response) -> bool:
    media_type = response.content_type.partition(";")[0].strip().lower()
    begins = response.body[:200].lstrip().lower()
    return media_type in _MARKDOWN and not begins.startswith(_HTML)


def _identity(item: Any) -> str:
    """Return what an item is known by from page to page: its paper's id, else all of it."""
    known = _paper_of(item).get("id")
    return known if isinstance(known, str) else json.dumps(item, sort_keys=True)


def parse(items: object) -> Reading[FoundPaper]:
    """Return the papers in one day's items, all pages joined.

    Raises SourceError if `items` is not a list, and as `read_items` does.
    """
    return read_items(require_list(items), _read)


def upvotes(pages: Iterable[str]) -> dict[str, int]:
    """Return the upvotes in a stored answer, by the id that the source writes.

    It looks at nothing else, so it is quick where many answers are compared.
    """
    papers = [_paper_of(item) for page in pages for item in _items(page)]
    return {
        paper["id"]: paper["upvotes"]
        for paper in reversed(papers)  # If an id comes twice, the first item counts.
        if isinstance(paper.get("id"), str) and _is_count(paper.get("upvotes"))
    }


def _items(page: str) -> list[Any]:
    try:
        items = json.loads(page)
    except (ValueError, RecursionError):
        return []
    return items if isinstance(items, list) else []


def _paper_of(item: Any) -> dict[str, Any]:
    paper = item.get("paper") if isinstance(item, dict) else None
    return paper if isinstance(paper, dict) else {}


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MOST_UPVOTES


class _Author(BaseModel):
    name: Name
    hidden: bool = False


class _Organization(BaseModel):
    fullname: Line = ""
    name: Line = ""


class _Extras(Extras):
    """The optional fields of `paper`."""

    prefix = "paper."

    authors: list[OnErrorOmit[_Author]] = Field([], max_length=10_000)
    published_at: Moment | None = Field(None, alias="publishedAt")
    upvotes: int | None = Field(None, strict=True, ge=0, le=MOST_UPVOTES)
    keywords: list[OnErrorOmit[Name]] = Field([], alias="ai_keywords", max_length=100)
    project: Address = Field("", alias="projectPage")
    code: Address = Field("", alias="githubRepo")
    organization: _Organization = _Organization()
    withdrawn_at: Any = Field(None, alias="withdrawnAt")


def _read(reader: ItemReader, item: object) -> FoundPaper:
    item = reader.as_object(item)
    if not isinstance(paper := item.get("paper"), dict):
        raise reader.refused("", "is not an object with a `paper`")
    known = reader.identify("paper.id", paper.get("id"))
    # Where the two titles differ, the outer one keeps its LaTeX.
    raw_title = reader.title("title", item.get("title"), paper.get("title"))
    abstract = reader.abstract("summary", item.get("summary"), paper.get("summary"))
    outer = {key: item[key] for key in ("organization", "withdrawnAt") if key in item}
    extras = _Extras.model_validate(outer | paper, context=reader.note)
    if extras.withdrawn_at:
        reader.note("paper.withdrawnAt", "withdrawn")
    links = {"project": extras.project, "code": extras.code}
    return FoundPaper(
        arxiv_id=known,
        title=fold(raw_title),
        raw_title=raw_title,
        abstract=abstract,
        rank=reader.position,
        authors=tuple(author.name for author in extras.authors if not author.hidden),
        published_at=extras.published_at,
        upvotes=extras.upvotes,
        keywords=tuple(dict.fromkeys(extras.keywords)),
        links=tuple((kind, address) for kind, address in links.items() if address),
        organization=extras.organization.fullname or extras.organization.name,
        withdrawn=bool(extras.withdrawn_at),
    )
