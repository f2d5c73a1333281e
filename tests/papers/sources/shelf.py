"""A source that does not exist. It has everything a source of daily lists needs."""

from datetime import date

from pydantic import Field, OnErrorOmit

from papers.sources import http
from papers.sources.base import DayAnswer, FoundPaper
from papers.sources.fields import Address, Extras, Moment, Name
from papers.sources.items import ItemReader, Reading, read_items, require_list
from papers.text.cleaning import fold

NAME = "shelf"


def fetch(day: date) -> DayAnswer:
    """Return what the shelf lists for a day: `[{"arxiv": ID, "name": TITLE, …}]`."""
    response = http.get_json("SHELF_URL", f"/{day}")
    return DayAnswer.of(
        parse(response.data),
        source=NAME,
        day=day,
        fetched_at=response.fetched_at,
        pages=(response.text,),
    )


def parse(items: object) -> Reading[FoundPaper]:
    return read_items(require_list(items), _read)


class _Extras(Extras):
    """The optional fields of an item."""

    authors: list[OnErrorOmit[Name]] = Field([], alias="by", max_length=10_000)
    published_at: Moment | None = Field(None, alias="since")
    upvotes: int | None = Field(None, alias="stars", strict=True, ge=0, le=10_000_000)
    code: Address = ""


def _read(reader: ItemReader, item: object) -> FoundPaper:
    item = reader.as_object(item)
    arxiv_id = reader.identify("arxiv", item.get("arxiv"))
    raw_title = reader.title("name", item.get("name"))
    abstract = reader.abstract("about", item.get("about"))
    extras = _Extras.model_validate(item, context=reader.note)
    return FoundPaper(
        arxiv_id=arxiv_id,
        title=fold(raw_title),
        raw_title=raw_title,
        abstract=abstract,
        rank=reader.position,
        authors=tuple(extras.authors),
        published_at=extras.published_at,
        upvotes=extras.upvotes,
        links=(("code", extras.code),) if extras.code else (),
    )
