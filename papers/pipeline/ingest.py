"""Stores FoundPaper as Paper and Listing, once for each id. Running it twice changes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from papers import jobs
from papers.clock import end_of
from papers.jobs.locks import one_at_a_time
from papers.models import Choice, JobKind, Listing, Paper, Section, SourceAnswer, Subject
from papers.pipeline.facts import decoded
from papers.pipeline.sections import Outcome, propose
from papers.sources import daily
from papers.sources.base import DayAnswer, FoundPaper
from papers.sources.errors import SourceError


@dataclass(slots=True)
class Ingested:
    """The result of asking all sources for a day."""

    failures: list[SourceError] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def ingest_day(day: date) -> Ingested:
    """Store what each source lists for a day, and make due what its papers still need.

    A source that fails does not stop the others.
    """
    done = Ingested()
    for source in daily.DAILY:
        try:
            _, counts = ingest_source(source, day)
        except SourceError as error:
            done.failures.append(error)
        else:
            done.counts.update(counts)
    return done


def ingest_source(source: str, day: date) -> tuple[DayAnswer, Counter[str]]:
    """Store what one source lists for a day, and make due what its papers still need.

    Commands and workers both use only this function. Raises SourceError, and stores nothing then.
    """
    answer = daily.fetch(source, day)
    with transaction.atomic():  # The next steps are due if and only if the day is stored.
        counts = store(answer)
        _follow(answer)
    counts.update(listed=len(answer.papers), refused=len(answer.refusals))
    return answer, counts


def _follow(answer: DayAnswer) -> None:
    """Make due what the rows of the listed papers lack, whoever stored them and when."""
    ids = [found.arxiv_id for found in answer.papers]
    if Paper.objects.filter(arxiv_id__in=ids).lacking_facts().exists():
        jobs.add(JobKind.ARXIV_METADATA, Subject(day=answer.day), again=True)
    if settings.AUTO_DRAFT == "all":
        jobs.add(JobKind.DRAFT, *(Subject(arxiv_id=arxiv_id) for arxiv_id in ids))


@transaction.atomic
def store(answer: DayAnswer) -> Counter[str]:
    """Store the answer as it came, its papers and their listings, all or nothing."""
    one_at_a_time("papers")
    _keep(answer)
    papers, counts = save_papers(
        {found.arxiv_id: facts_of(found) for found in answer.papers}, answer.source
    )
    rows = [
        Listing(
            paper=papers[found.arxiv_id],
            source=answer.source,
            day=answer.day,
            rank=found.rank,
            upvotes=found.upvotes,
        )
        for found in answer.papers
    ]
    counts.update(save_listings(rows))
    _exclude_withdrawn(answer)
    return counts


def facts_of(found: FoundPaper) -> dict[str, Any]:
    """Return the facts in what a source says, under the names of `Paper`'s fields."""
    links = dict(found.links)
    return decoded(
        {
            "title": found.title,
            "raw_title": found.raw_title,
            "abstract": found.abstract,
            "authors": found.authors,
            "keywords": found.keywords,
            "organization": found.organization,
            "project_url": links.get("project", ""),
            "code_url": links.get("code", ""),
            "arxiv_published_at": found.published_at,
        }
    )


def _keep(answer: DayAnswer) -> None:
    """Add a row if the source says something different than last time.

    A repeated answer changes nothing, except once: when the day is over, its time is updated, which
    settles the day.
    """
    checksum = hashlib.sha256("\n".join(answer.pages).encode()).hexdigest()
    answers = SourceAnswer.objects.filter(source=answer.source, day=answer.day)
    newest = answers.order_by("-fetched_at").only("checksum", "fetched_at").first()
    if newest and newest.checksum == checksum:
        if newest.fetched_at < end_of(answer.day) <= answer.fetched_at:
            answers.filter(pk=newest.pk).update(fetched_at=answer.fetched_at)
    else:
        SourceAnswer.objects.create(
            source=answer.source,
            day=answer.day,
            fetched_at=answer.fetched_at,
            pages=list(answer.pages),
            checksum=checksum,
            listed_ids=[found.arxiv_id for found in answer.papers],
            refusals=[refusal.as_json() for refusal in answer.refusals],
            notices=[notice.as_json() for notice in answer.notices],
        )


def save_papers(
    facts: Mapping[str, Mapping[str, Any]], origin: str
) -> tuple[dict[str, Paper], Counter[str]]:
    """Make or complete papers from facts by arXiv id. Return all, and counts by outcome."""
    stored = {
        paper.arxiv_id: paper
        for paper in Paper.objects.select_for_update().filter(arxiv_id__in=facts)
    }
    public = set(
        Section.objects.public().filter(paper__in=stored.values()).values_list("paper", flat=True)
    )
    added, changed, fields, proposals = [], [], set(), []
    for arxiv_id, said in facts.items():
        paper = stored.get(arxiv_id)
        if paper is None:
            paper = stored[arxiv_id] = Paper(arxiv_id=arxiv_id)
            added.append(paper)
        new, offered = paper.offer(said, origin, public=paper.pk in public)
        proposals += offered
        if new:
            paper.render()
            fields |= new
            if paper.pk:
                changed.append(paper)
    bulk_create_with_history(added, Paper, batch_size=500)
    if changed:
        columns = [*fields, "raw_title", "raw_abstract", "origins", *Paper.RENDERED]
        bulk_update_with_history(changed, Paper, columns, batch_size=500)
    counts = {
        f"papers {Outcome.ADDED}": len(added),
        f"papers {Outcome.UPDATED}": len(changed),
        f"facts {Outcome.PROPOSED}": propose(proposals),
    }
    return stored, Counter(counts)


def save_listings(rows: Sequence[Listing]) -> Counter[str]:
    """Store listings by (source, day, paper). They follow the source. An editor's choice stays."""
    known = _known_listings(rows)
    added = [row for row in rows if (row.source, row.day, row.paper_id) not in known]
    moved = []
    for row in rows:
        listing = known.get((row.source, row.day, row.paper_id))
        if listing and _take_over(listing, row):
            moved.append(listing)
    Listing.objects.bulk_create(added, batch_size=500)
    if moved:
        Listing.objects.bulk_update(moved, ["rank", "upvotes"], batch_size=500)
    return Counter(
        {f"listings {Outcome.ADDED}": len(added), f"listings {Outcome.UPDATED}": len(moved)}
    )


def _take_over(listing: Listing, row: Listing) -> bool:
    """Take over what the source says now. Return whether it is new."""
    if (listing.rank, listing.upvotes) == (row.rank, row.upvotes):
        return False
    listing.rank, listing.upvotes = row.rank, row.upvotes
    return True


def _exclude_withdrawn(answer: DayAnswer) -> None:
    """Exclude withdrawn papers from automatic publishing. An editor's choice stays.

    Machines write no history of listings, so a listing with history was edited by a person.
    """
    withdrawn = [found.arxiv_id for found in answer.papers if found.withdrawn]
    if withdrawn:
        Listing.objects.filter(
            source=answer.source,
            day=answer.day,
            paper__arxiv_id__in=withdrawn,
            choice=Choice.PENDING,
        ).exclude(pk__in=Listing.history.values("id")).update(
            choice=Choice.EXCLUDED, reason="withdrawn"
        )


def _known_listings(rows: Iterable[Listing]) -> dict[tuple[str, date, int], Listing]:
    listings = Listing.objects.select_for_update().filter(
        source__in={row.source for row in rows},
        day__in={row.day for row in rows},
        paper__in={row.paper_id for row in rows},
    )
    return {(each.source, each.day, each.paper_id): each for each in listings}
