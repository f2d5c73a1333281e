"""Stores FoundPaper as Paper and Listing, once for each id. Running it twice changes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from papers import jobs
from papers.clock import end_of, now
from papers.jobs.locks import one_at_a_time
from papers.models import Choice, JobKind, Listing, Paper, Section, SourceAnswer, Subject
from papers.models.paper import TAKEN_DOWN
from papers.pipeline.facts import decoded
from papers.pipeline.sections import Outcome, propose
from papers.sources import daily, redaction
from papers.sources.base import DayAnswer, FoundPaper
from papers.sources.errors import DayGone, SourceBusy, SourceError
from papers.sources.items import Reading, Remark

# Before a day's end. What a source lists for the day it has begun to list by then.
_LATE = timedelta(hours=12)


@dataclass(slots=True)
class Ingested:
    """The result of asking all sources for a day."""

    failures: list[SourceError] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def ingest_day(day: date, only: str = "") -> Ingested:
    """Store what each source lists for a day, or one alone, and make due what its papers need.

    A source that fails does not stop the others. One that may list more for a day that is over
    counts as busy: what it listed is stored.
    """
    done = Ingested()
    for source in [only] if only else daily.asked(day):
        try:
            answer, counts = ingest_source(source, day)
        except SourceError as error:
            done.failures.append(error)
        else:
            done.counts.update(counts)
            if answer.may_grow and now() >= end_of(day):
                again_at = now() + settings.POLL_PAUSE
                done.failures.append(SourceBusy(f"{source} {day}: {answer.may_grow}", again_at))
    return done


def ingest_source(source: str, day: date) -> tuple[DayAnswer, Counter[str]]:
    """Store what one source lists for a day, and make due what its papers still need.

    Commands and workers both use only this function. Raises SourceError, and stores nothing then.
    """
    try:
        answer = daily.fetch(source, day)
    except DayGone as gone:
        return _settle(source, day, gone), Counter()
    with transaction.atomic():  # The next steps are due if and only if the day is stored.
        counts = store(answer)
        _follow(answer)
    parts = sum(refusal.is_of_a_part for refusal in answer.refusals)
    counts.update(listed=len(answer.papers), refused=len(answer.refusals) - parts)
    counts.update({"not read": parts})
    return answer, counts


def _settle(source: str, day: date, gone: DayGone) -> DayAnswer:
    """Settle a day that its source tells no more of, as it was read last.

    Raises the error if it was never read, or only before the source tells a day: then nobody knows
    what it listed.
    """
    moment = now()
    notice = Remark(0, None, "", str(gone))
    answers = SourceAnswer.objects.filter(source=source, day=day).order_by("-fetched_at")
    newest = answers.first()
    if newest is None:
        raise gone
    if not any(each.listed_ids for each in answers) and newest.fetched_at < end_of(day) - _LATE:
        raise gone
    newest.fetched_at = moment
    newest.notices = [*newest.notices, notice.as_json()][-100:]
    newest.save(update_fields=["fetched_at", "notices"])
    told: Reading[FoundPaper] = Reading((), (), (notice,))
    return DayAnswer.of(told, source=source, day=day, fetched_at=moment, pages=())


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
    refused = [refusal.arxiv_id for refusal in answer.refusals if refusal.arxiv_id]
    gone = taken_down([*(found.arxiv_id for found in answer.papers), *refused])
    _keep(answer, gone)
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
    withdrawn = [found.arxiv_id for found in answer.papers if found.withdrawn]
    exclude(withdrawn, answer.day, "withdrawn")
    exclude(gone, answer.day, redaction.GONE)
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
            "categories": list(found.categories),
            "project_url": links.get("project", ""),
            "code_url": links.get("code", ""),
            "arxiv_published_at": found.published_at,
        }
    )


def _keep(answer: DayAnswer, gone: Collection[str]) -> None:
    """Add a row if the source says something different than last time, without papers of `gone`.

    A repeated answer changes nothing, except once: when the day is over, its time is updated, which
    settles the day. A day that may grow has not settled: its answer counts as of its last second.
    """
    fetched_at = _counts_from(answer)
    checksum = hashlib.sha256("\n".join(answer.pages).encode()).hexdigest()
    answers = SourceAnswer.objects.filter(source=answer.source, day=answer.day)
    newest = answers.order_by("-fetched_at", "-pk").only("checksum", "fetched_at").first()
    if newest and newest.checksum == checksum:
        if newest.fetched_at < end_of(answer.day) <= fetched_at:
            answers.filter(pk=newest.pk).update(fetched_at=fetched_at, **_remarks(answer))
    else:
        SourceAnswer.objects.create(
            source=answer.source,
            day=answer.day,
            fetched_at=fetched_at,
            pages=redaction.without(answer.pages, gone),
            checksum=checksum,
            listed_ids=[found.arxiv_id for found in answer.papers],
            **_remarks(answer),
        )


def taken_down(ids: Iterable[str]) -> list[str]:
    """Return the ids of papers whose text was removed for good."""
    gone = Paper.objects.filter(arxiv_id__in=list(ids), origins__has_key=TAKEN_DOWN)
    return list(gone.values_list("arxiv_id", flat=True))


def _remarks(answer: DayAnswer) -> dict[str, list[dict[str, Any]]]:
    return {
        "refusals": [refusal.as_json() for refusal in answer.refusals],
        "notices": [notice.as_json() for notice in answer.notices],
    }


def _counts_from(answer: DayAnswer) -> datetime:
    """Return the time that an answer is stored with: before the day's end while it may grow.

    What comes after the end has a place in the last second, in the order in which it came.
    """
    after = answer.fetched_at - end_of(answer.day)
    if not answer.may_grow or after < timedelta(0):
        return answer.fetched_at
    return end_of(answer.day) - timedelta(seconds=1) + after / 1_000_000


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
    """Store listings by (source, day, paper). They follow the source. An editor's choice stays.

    What was decided about a paper of that day, as another source listed it, is decided.
    """
    beside = Listing.objects.locked_beside(rows)
    known = {(each.source, each.day, each.paper_id): each for each in beside}
    added = [row for row in rows if (row.source, row.day, row.paper_id) not in known]
    take_choices(added, beside)
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


def take_choices(added: Iterable[Listing], beside: Iterable[Listing]) -> None:
    """Give new listings what was decided at the others of their papers and days."""
    decided = [each for each in beside if each.choice != Choice.PENDING]
    choices = {(each.day, each.paper_id): (each.choice, each.reason) for each in decided}
    for row in added:
        row.choice, row.reason = choices.get((row.day, row.paper_id), (row.choice, row.reason))


def _take_over(listing: Listing, row: Listing) -> bool:
    """Take over what the source says now. Return whether it is new."""
    if (listing.rank, listing.upvotes) == (row.rank, row.upvotes):
        return False
    listing.rank, listing.upvotes = row.rank, row.upvotes
    return True


def exclude(ids: Collection[str], day: date, reason: str) -> None:
    """Exclude papers of a day from automatic publishing. An editor's choice stays.

    Machines write no history of listings, so a paper of that day with history was decided about by
    a person.
    """
    if ids:
        decided = Listing.history.filter(day=day).values("paper")
        listings = Listing.objects.filter(day=day, paper__arxiv_id__in=ids)
        listings.filter(choice=Choice.PENDING).exclude(paper__in=decided).update(
            choice=Choice.EXCLUDED, reason=reason
        )
