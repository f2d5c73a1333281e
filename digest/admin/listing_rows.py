"""The rows of the list of papers to choose from: their papers, and how far each draft is."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from digest.admin.drafting import Drafting, State
from digest.admin.suggested import Suggested
from digest.models import Entry
from papers.models import SOURCE_PLACE, Listing, SourceAnswer
from papers.way import listed

# A list shows none of these, and they are most of a paper's row.
_LONG = (
    "abstract",
    "raw_abstract",
    "abstract_html",
    "raw_title",
    "title_html",
    "authors",
    "keywords",
    "categories",
    "comment",
    "journal_ref",
    "origins",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One listed paper, as the list shows it."""

    listing: Any
    sources: list[str]
    """All that named the paper for its day, as people read them."""
    gone: bool
    """Whether none of them lists it any more."""
    state: State
    suggested: Suggested | None


def with_papers(listings: QuerySet[Any]) -> QuerySet[Any]:
    """Return listings with what a list shows of their papers, without the long texts."""
    entries = Entry.objects.filter(position__isnull=False).select_related("post")
    places = entries.only("paper_id", "post__date")
    return (
        listings.select_related("paper", "suggestion")
        .defer(*(f"paper__{name}" for name in _LONG))
        .prefetch_related("paper__tags", Prefetch("paper__entries", places, "places"))
    )


def drafting_of(listings: Iterable[Listing]) -> Drafting:
    return Drafting.of({listing.paper.arxiv_id: listing.paper_id for listing in listings})


def rows(listings: Sequence[Listing], drafting: Drafting) -> list[Row]:
    """Return the rows of these listings, in 2 queries, however many there are."""
    named = _named_now(listings)
    sources = _sources(listings)
    return [
        Row(
            listing,
            [listed.name_of(each) for each in sources[_about(listing)]],
            all(_is_gone(listing, each, named) for each in sources[_about(listing)]),
            drafting.states[listing.paper.arxiv_id],
            Suggested.of(listing),
        )
        for listing in listings
    ]


def _about(listing: Listing) -> tuple[datetime.date, int]:
    return listing.day, listing.paper_id


def _sources(listings: Sequence[Listing]) -> dict[tuple[datetime.date, int], list[str]]:
    """Return which sources named the paper of each listing for its day."""
    beside = Listing.objects.beside(listings).order_by(SOURCE_PLACE, "pk")
    found = defaultdict(list)
    for day, paper, source in beside.values_list("day", "paper_id", "source"):
        found[day, paper].append(source)
    return found


def live_rows(day: datetime.date) -> tuple[Drafting, list[tuple[int, State]]]:
    """Return what may have changed in the rows of a day: each one's state, by its key.

    Of a paper without a draft nothing changes. arXiv's announcements are hundreds of such a day.
    """
    papers = Listing.objects.filter(day=day).select_related("paper")
    listings = list(papers.only("paper__arxiv_id").order_by("rank"))
    drafting = drafting_of(listings)
    states = [(each.pk, drafting.states[each.paper.arxiv_id]) for each in listings]
    return drafting, [(key, state) for key, state in states if state.is_told]


def _named_now(listings: Sequence[Listing]) -> dict[tuple[str, datetime.date], set[str]]:
    """Return the ids in the newest stored answer of each source and day of these listings."""
    answers = SourceAnswer.objects.filter(day__in={listing.day for listing in listings})
    newest = answers.order_by("source", "day", "-fetched_at").distinct("source", "day")
    return {
        (source, day): set(ids)
        for source, day, ids in newest.values_list("source", "day", "listed_ids")
    }


def _is_gone(
    listing: Listing, source: str, named: dict[tuple[str, datetime.date], set[str]]
) -> bool:
    now = named.get((source, listing.day))  # None if no answer of the source is stored.
    return now is not None and listing.paper.arxiv_id not in now
