"""Reads Hugging Face Daily Papers. No other module knows their JSON format.

``/api/daily_papers?date=&limit=&p=`` (huggingface_hub, ``list_daily_papers``). A day is a UTC date.
Keys come and go without notice and are often absent, so only an id and a title are required. Any
other odd field is left empty, with a notice.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from pydantic import BaseModel, Field, OnErrorOmit

from papers.sources import http
from papers.sources.base import DayAnswer, FoundPaper
from papers.sources.errors import SourceError
from papers.sources.fields import Address, Extras, Line, Moment, Name
from papers.sources.items import ItemReader, Reading, Remark, read_items, require_list
from papers.text.cleaning import fold

NAME = "huggingface"
PAGE_LIMIT = 20
ITEM_LIMIT = 1000
MOST_UPVOTES = 10_000_000


def fetch(day: date) -> DayAnswer:
    """Return what Hugging Face lists for `day`: all its pages, within HTTP_DEADLINE_S.

    A page that lists nothing new is the last one: its source ignores `p`. Raises SourceError
    (SourceDown, SourceBusy) if a page cannot be fetched or nothing in the pages is usable. Then
    nothing of the day may be stored.
    """
    pages: list[str] = []
    items: list[Any] = []
    listed: set[str] = set()
    notices: list[Remark] = []
    deadline = time.monotonic() + settings.HTTP_DEADLINE_S
    while True:
        response = http.get_json(
            "HUGGINGFACE_URL",
            "/api/daily_papers",
            {"date": day.isoformat(), "limit": 100, "p": len(pages)},
            token=settings.HF_TOKEN,
            timeout=max(deadline - time.monotonic(), 0.0),
        )
        if sum(map(len, pages)) + len(response.text) > http.BODY_LIMIT:
            raise http.too_large(http.BODY_LIMIT)
        page = require_list(response.data)
        if page and listed.issuperset(map(_identity, page)):
            notices.append(Remark(0, None, "p", f"page {len(pages) + 1} lists nothing new"))
            break
        pages.append(response.text)
        if not page:
            break
        items += page
        listed.update(map(_identity, page))
        if len(items) > ITEM_LIMIT:
            raise SourceError(f"too many items: {len(items):,}, limit {ITEM_LIMIT:,}")
        if len(pages) == PAGE_LIMIT:
            raise SourceError(f"too many items: still more after {PAGE_LIMIT} pages")
    reading = parse(items)
    return DayAnswer.of(
        replace(reading, notices=(*reading.notices, *notices)),
        source=NAME,
        day=day,
        fetched_at=response.fetched_at,
        pages=tuple(pages),
    )


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
    arxiv_id = reader.identify("paper.id", paper.get("id"))
    # Where the two titles differ, the outer one keeps its LaTeX.
    raw_title = reader.title("title", item.get("title"), paper.get("title"))
    abstract = reader.abstract("summary", item.get("summary"), paper.get("summary"))
    outer = {key: item[key] for key in ("organization", "withdrawnAt") if key in item}
    extras = _Extras.model_validate(outer | paper, context=reader.note)
    if extras.withdrawn_at:
        reader.note("paper.withdrawnAt", "withdrawn")
    links = {"project": extras.project, "code": extras.code}
    return FoundPaper(
        arxiv_id=arxiv_id,
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
