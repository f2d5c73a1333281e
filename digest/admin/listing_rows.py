"""The rows of the list of papers to choose from: their papers, and how far each draft is."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from digest.admin.suggested import Suggested
from digest.models import Entry
from papers.admin.progress import again_in
from papers.models import Job, JobKind, JobState, Listing, Section, SourceAnswer

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
# Of a paper's jobs the one that says most comes first: what happens now, what will, what did.
_TELLING = (JobState.RUNNING, JobState.WAITING, JobState.DUE, JobState.FAILED, JobState.DONE)


@dataclass(slots=True)
class State:
    """How far a paper's summary is. Lists show it, and it is fetched again while jobs run."""

    drafting: Job | None = None
    """The job that says most about its draft."""
    reading: bool = False
    """Whether its full text is being read now."""
    written: list[tuple[str, int]] = field(default_factory=list)
    """The number of written sections by language."""


@dataclass(frozen=True, slots=True)
class Row:
    """One listed paper, as the list shows it."""

    listing: Any
    gone: bool
    """Whether its source lists it no more."""
    state: State
    suggested: Suggested | None


@dataclass(frozen=True, slots=True)
class Drafting:
    """What happens to the summaries of some papers."""

    states: dict[str, State]
    """By arXiv id."""
    running: int
    waiting: int
    failed: int
    again_in: int | None
    """Seconds until it may change, or None if nothing will by itself."""

    @classmethod
    def of(cls, ids: dict[str, int]) -> Drafting:
        """Read the states of papers, given by arXiv id and key, in 2 queries."""
        jobs = _jobs(ids)
        return cls(
            states=_states(ids, jobs),
            running=_papers_with(jobs, JobState.RUNNING),
            waiting=_papers_with(jobs, JobState.DUE, JobState.WAITING),
            failed=_papers_with(jobs, JobState.FAILED),
            again_in=_again_in(jobs),
        )


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
    """Return the rows of these listings, in one query, however many there are."""
    named = _named_now(listings)
    return [
        Row(
            listing,
            _is_gone(listing, named),
            drafting.states[listing.paper.arxiv_id],
            Suggested.of(listing),
        )
        for listing in listings
    ]


def live_rows(day: datetime.date) -> tuple[Drafting, list[tuple[int, State]]]:
    """Return what may have changed in the rows of a day: each one's state, by its key."""
    papers = Listing.objects.filter(day=day).select_related("paper")
    listings = list(papers.only("paper__arxiv_id").order_by("rank"))
    drafting = drafting_of(listings)
    return drafting, [(each.pk, drafting.states[each.paper.arxiv_id]) for each in listings]


def _states(ids: dict[str, int], jobs: Sequence[Job]) -> dict[str, State]:
    states = {arxiv_id: State() for arxiv_id in ids}
    for job in jobs:
        state = states[job.arxiv_id]
        if job.kind == JobKind.FULL_TEXT:
            state.reading = job.state == JobState.RUNNING
        else:
            state.drafting = state.drafting or job
    written = _written(ids.values())
    for arxiv_id, paper_id in ids.items():
        states[arxiv_id].written = written.get(paper_id, [])
    return states


def _jobs(ids: Iterable[str]) -> list[Job]:
    """Return the jobs that draft these papers and read their texts, the most telling first."""
    # The index of unique jobs leads to them, because the columns before the id are given too.
    about = Job.objects.filter(day=None, source="", arxiv_id__in=list(ids))
    jobs = about.filter(kind__in=[JobKind.DRAFT, JobKind.FULL_TEXT])
    return sorted(jobs, key=lambda job: (_TELLING.index(JobState(job.state)), -job.pk))


def _written(papers: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    sections = Section.objects.headed().filter(paper__in=list(papers)).exclude(markdown="")
    counts = sections.order_by("language").values_list("paper", "language")
    written = defaultdict(list)
    for paper, language, count in counts.annotate(Count("pk")):
        written[paper].append((language, count))
    return written


def _papers_with(jobs: Sequence[Job], *states: JobState) -> int:
    """Count the papers whose most telling job of drafting is in one of the states."""
    telling: dict[str, str] = {}
    for job in jobs:
        if job.kind == JobKind.DRAFT:
            telling.setdefault(job.arxiv_id, job.state)
    return sum(state in states for state in telling.values())


def _again_in(jobs: Sequence[Job]) -> int | None:
    busy = any(job.state in {JobState.DUE, JobState.RUNNING} for job in jobs)
    times = [job.next_at for job in jobs if job.state == JobState.WAITING and job.next_at]
    return again_in(busy=busy, next_at=min(times, default=None))


def _named_now(listings: Sequence[Listing]) -> dict[tuple[str, datetime.date], set[str]]:
    """Return the ids in the newest stored answer of each source and day of these listings."""
    answers = SourceAnswer.objects.filter(day__in={listing.day for listing in listings})
    newest = answers.order_by("source", "day", "-fetched_at").distinct("source", "day")
    return {
        (source, day): set(ids)
        for source, day, ids in newest.values_list("source", "day", "listed_ids")
    }


def _is_gone(listing: Listing, named: dict[tuple[str, datetime.date], set[str]]) -> bool:
    now = named.get((listing.source, listing.day))  # None if no answer of the source is stored.
    return now is not None and listing.paper.arxiv_id not in now
