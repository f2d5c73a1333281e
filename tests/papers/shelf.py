"""A source that does not exist: all that one of daily lists has to be."""

from datetime import date

from django.conf import settings

from papers.sources import http
from papers.sources.base import TITLE_LIMIT, DayAnswer, FoundPaper, ItemReader, Reading, naming
from papers.text import fold

NAME = "shelf"


def fetch(day: date) -> DayAnswer:
    """What the shelf lists for a day: `[{"arxiv": ID, "name": TITLE}]`."""
    with naming(NAME, day):
        answer = http.get_json(f"{settings.SHELF_URL}/{day}", {})
        reading = parse(answer.data)
    return DayAnswer(
        reading.papers,
        reading.refusals,
        reading.notices,
        source=NAME,
        day=day,
        fetched_at=answer.fetched_at,
        pages=(answer.text,),
    )


def parse(items: list[dict[str, str]]) -> Reading:
    papers = (paper(rank, item) for rank, item in enumerate(items, start=1))
    return Reading(tuple(papers), (), ())


def paper(rank: int, item: dict[str, str]) -> FoundPaper:
    raw_title = ItemReader(rank).within(TITLE_LIMIT, "name", item["name"])
    return FoundPaper(
        arxiv_id=item["arxiv"],
        title=fold(raw_title),
        raw_title=raw_title,
        abstract="",
        authors=(),
        published_at=None,
        upvotes=None,
        keywords=(),
        links=(),
        organization="",
        withdrawn=False,
        rank=rank,
    )
