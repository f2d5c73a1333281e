"""Hugging Face Daily Papers: their JSON stops here.

``/api/daily_papers?date=&limit=&p=`` (huggingface_hub, ``list_daily_papers``); a day is a UTC date.
Keys come and go without notice and absent ones are the rule, so that only an id and a title are
required; any other field that is odd is left empty, with a notice.
"""

import time
from datetime import date
from typing import Any

from django.conf import settings
from pydantic import BaseModel, Field, OnErrorOmit

from papers import arxiv_id
from papers.sources import http
from papers.sources.base import (
    ABSTRACT_LIMIT,
    TITLE_LIMIT,
    DayAnswer,
    FoundPaper,
    ItemReader,
    Notice,
    Reading,
    Refusal,
    Refused,
    SourceError,
    naming,
)
from papers.sources.fields import Address, Extras, Line, Moment, Name
from papers.text import fold

NAME = "huggingface"
PAGE_LIMIT = 20
ITEM_LIMIT = 1000
_JSON_NAMES = {dict: "object", str: "string", bool: "boolean", type(None): "null"}


def fetch(day: date) -> DayAnswer:
    """What Hugging Face lists for `day`, all its pages, within HTTP_DEADLINE_S.

    Raises SourceError (SourceDown, SourceBusy) when a page cannot be had or nothing in them is
    usable; then nothing of the day may be stored.
    """
    pages: list[str] = []
    items: list[Any] = []
    deadline = time.monotonic() + settings.HTTP_DEADLINE_S
    with naming(NAME, day):
        while True:
            answer = http.get_json(
                f"{settings.HUGGINGFACE_URL}/api/daily_papers",
                {"date": day.isoformat(), "limit": 100, "p": len(pages)},
                token=settings.HF_TOKEN,
                patience=max(deadline - time.monotonic(), 0.0),
            )
            pages.append(answer.text)
            if sum(map(len, pages)) > http.BODY_LIMIT:
                raise http.too_large(http.BODY_LIMIT)
            page = _list(answer.data)
            if not page:
                break
            items += page
            if len(items) > ITEM_LIMIT:
                raise SourceError(f"too many items: {len(items):,}, limit {ITEM_LIMIT:,}")
            if len(pages) == PAGE_LIMIT:
                raise SourceError(f"too many items: still more after {PAGE_LIMIT} pages")
        reading = parse(items)
    return DayAnswer(
        reading.papers,
        reading.refusals,
        reading.notices,
        source=NAME,
        day=day,
        fetched_at=answer.fetched_at,
        pages=tuple(pages),
    )


def parse(items: object) -> Reading:
    """The papers in one day's items, all pages joined.

    A bad item is refused and the rest kept; of the same id the first wins. Raises SourceError when
    `items` is no list, or nothing of it but refusals remains.
    """
    papers: dict[str, FoundPaper] = {}
    refusals: list[Refusal] = []
    notices: list[Notice] = []
    for position, item in enumerate(_list(items), start=1):
        reader = _Reader(position)
        try:
            paper = reader.read(item)
        except Refused as refused:
            refusals.append(refused.refusal)
            continue
        if first := papers.get(paper.arxiv_id):
            reader.note("paper.id", f"listed before as item {first.rank}, which counts")
        papers.setdefault(paper.arxiv_id, paper)
        notices += reader.notices
    if refusals and not papers:
        raise SourceError(f"every item refused ({len(refusals)}); the first: {refusals[0]}")
    return Reading(tuple(papers.values()), tuple(refusals), tuple(notices))


def _list(data: object) -> list[Any]:
    if isinstance(data, list):
        return data
    raise SourceError(f"expected a list, got {_JSON_NAMES.get(type(data), 'number')}")


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
    upvotes: int | None = Field(None, strict=True, ge=0, le=10_000_000)
    keywords: list[OnErrorOmit[Name]] = Field([], alias="ai_keywords", max_length=100)
    project: Address = Field("", alias="projectPage")
    code: Address = Field("", alias="githubRepo")
    organization: _Organization = _Organization()
    withdrawn_at: Any = Field(None, alias="withdrawnAt")


class _Reader(ItemReader):
    def read(self, item: object) -> FoundPaper:
        if not isinstance(item, dict):
            raise self.refused("", "is not an object")
        paper = item.get("paper")
        if not isinstance(paper, dict):
            raise self.refused("", "is not an object with a `paper`")
        try:
            self.arxiv_id = arxiv_id.parse(paper.get("id"))
        except arxiv_id.InvalidArxivId as error:
            raise self.refused("paper.id", str(error)) from error
        # The outer title is the one that keeps its LaTeX, where the two differ.
        raw_title = self.text("title", item, paper, TITLE_LIMIT)
        if not raw_title:
            raise self.refused("title", "missing")
        abstract = self.text("summary", item, paper, ABSTRACT_LIMIT)
        if not abstract:
            self.note("summary", "no abstract")
        outer = {key: item[key] for key in ("organization", "withdrawnAt") if key in item}
        extras = _Extras.model_validate(outer | paper, context=self.note)
        if extras.withdrawn_at:
            self.note("paper.withdrawnAt", "withdrawn")
        links = {"project": extras.project, "code": extras.code}
        return FoundPaper(
            arxiv_id=self.arxiv_id,
            title=fold(raw_title),
            raw_title=raw_title,
            abstract=abstract,
            authors=tuple(author.name for author in extras.authors if not author.hidden),
            published_at=extras.published_at,
            upvotes=extras.upvotes,
            keywords=tuple(dict.fromkeys(extras.keywords)),
            links=tuple((kind, address) for kind, address in links.items() if address),
            organization=extras.organization.fullname or extras.organization.name,
            withdrawn=bool(extras.withdrawn_at),
            rank=self.position,
        )

    def text(self, field: str, item: dict[str, Any], paper: dict[str, Any], limit: int) -> str:
        """The field of the item or, where that says nothing, of its paper; "" if neither does."""
        found = ""
        for value in (item.get(field), paper.get(field)):
            if isinstance(value, str):
                cleaned = self.within(limit, field, value)
                found = found or cleaned
            elif value is not None:
                self.note(field, f"left out: not text but {_JSON_NAMES.get(type(value), 'other')}")
        return found
