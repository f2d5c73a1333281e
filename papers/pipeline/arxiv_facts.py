"""Stores what arXiv says of a paper (ArxivRecord -> Paper), once. An editor's facts stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from papers import jobs
from papers.clock import now
from papers.jobs.locks import one_at_a_time
from papers.models import EVIDENCE, UNCERTAIN, Choice, Listing, Origin, Paper, Source
from papers.pipeline.facts import decoded
from papers.pipeline.ingest import save_papers
from papers.pipeline.sections import Outcome
from papers.sources import arxiv
from papers.sources.arxiv import ArxivRecord
from papers.sources.errors import SourceDown, SourceError, SourceForbidden
from papers.sources.items import Remark


@dataclass(frozen=True, slots=True)
class Asked:
    """The result of one request about at most `arxiv.BATCH` papers."""

    papers: Collection[Paper] = ()
    """The papers that arXiv knows, stored."""
    counts: Mapping[str, int] = field(default_factory=dict)
    refusals: Sequence[Remark] = ()
    """Refused entries, and ids that arXiv has no entry for."""
    notices: Sequence[Remark] = ()
    error: SourceError | None = None
    """Why nothing of it was stored. Other requests go on."""


def ask(arxiv_ids: Sequence[str]) -> Iterator[Asked]:
    """Store what arXiv says of papers, each response before the next request.

    A batch that arXiv does not know, or that gets a bad response, does not stop the others. Raises
    SourceDown and SourceForbidden if arXiv cannot be asked now. What came before is stored.
    """
    yield from map(ask_batch, batches(arxiv_ids))


def batches(arxiv_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the ids in parts that one request each can ask about."""
    for start in range(0, len(arxiv_ids), arxiv.BATCH):
        yield arxiv_ids[start : start + arxiv.BATCH]


def ask_batch(batch: Sequence[str]) -> Asked:
    """Store what arXiv says of at most `arxiv.BATCH` papers. Raises as `ask` does."""
    try:
        [reading] = arxiv.fetch(batch)
    except (SourceDown, SourceForbidden):
        raise
    except SourceError as error:
        _note_asked(batch)  # So that a bad batch does not come first each night.
        return Asked(error=error)
    papers, counts = store_records(reading.papers)
    _note_asked(batch)
    missing = [Remark(0, each, "", f"no entry for {each}") for each in reading.missing]
    counts += Counter({"refused": len(reading.refusals), "missing": len(missing)})
    return Asked(papers.values(), counts, [*reading.refusals, *missing], reading.notices)


def ask_all(arxiv_ids: Sequence[str]) -> jobs.Result:
    """Return all of `ask` as a job's result. Raises SourceError at the end if a batch failed."""
    counts: Counter[str] = Counter(asked=len(arxiv_ids))
    remarks: list[Remark] = []
    errors: list[SourceError] = []
    for asked in ask(arxiv_ids):
        counts.update(asked.counts)
        remarks += asked.refusals
        errors += [asked.error] if asked.error else []
    if errors:
        raise SourceError("; ".join(map(str, errors)))
    return jobs.Result(+counts, remarks)


def _note_asked(arxiv_ids: Collection[str]) -> None:
    Paper.objects.filter(arxiv_id__in=arxiv_ids).update(arxiv_checked_at=now())


@transaction.atomic
def store_records(records: Iterable[ArxivRecord]) -> tuple[dict[str, Paper], Counter[str]]:
    """Make or complete papers from records. Return them by arXiv id, and counts by outcome."""
    one_at_a_time("papers")
    return save_papers({record.arxiv_id: facts_of(record) for record in records}, Origin.ARXIV)


def facts_of(record: ArxivRecord) -> dict[str, Any]:
    """Return the facts in a record, under the names of `Paper`'s fields."""
    return decoded(
        {
            "title": record.title,
            "raw_title": record.raw_title,
            "abstract": record.abstract,
            "authors": record.authors,
            "arxiv_published_at": record.published_at,
            "categories": list(record.categories),
            "comment": record.comment,
            "doi": record.doi,
            "journal_ref": record.journal_ref,
            "version": record.version,
            "arxiv_updated_at": record.updated_at,
            "withdrawn": bool(record.withdrawal or record.perhaps_withdrawn),
            UNCERTAIN: {"withdrawn"} if record.perhaps_withdrawn else set(),
            EVIDENCE: {"withdrawn": record.withdrawal or record.perhaps_withdrawn},
        }
    )


@transaction.atomic
def list_for_editor(papers: Iterable[Paper], day: date) -> Counter[str]:
    """Add papers that an editor named to those to pick from on `day`, after those already there.

    A withdrawn paper is listed as excluded, so that it is not published automatically.
    """
    one_at_a_time("papers")
    listed = Listing.objects.filter(source=Source.EDITOR, day=day)
    known = set(listed.values_list("paper", flat=True))
    last = listed.aggregate(Max("rank"))["rank__max"] or 0
    new = [paper for paper in papers if paper.pk not in known]
    rows = [
        Listing(paper=paper, source=Source.EDITOR, day=day, rank=rank)
        for rank, paper in enumerate(new, start=last + 1)
    ]
    for row in rows:
        if row.paper.withdrawn:
            row.choice, row.reason = Choice.EXCLUDED, "withdrawn"
    Listing.objects.bulk_create(rows)
    return Counter({f"listings {Outcome.ADDED}": len(rows)})
