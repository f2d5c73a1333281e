"""ArxivRecord -> Paper: what arXiv says of a paper, stored once; an editor's facts stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from papers.jobs.locks import one_at_a_time
from papers.models import Choice, Listing, Origin, Paper, Source
from papers.pipeline.ingest import save_papers
from papers.sections import Outcome
from papers.sources import arxiv
from papers.sources.arxiv import ArxivRecord
from papers.text import fold


def ask(arxiv_ids: Sequence[str]) -> tuple[Counter[str], list[str]]:
    """Store what arXiv says of papers, each answer before the next is asked for.

    Answers counts by outcome, and in words what was refused or not found. Raises SourceError as
    `arxiv.fetch` does; the papers before it are stored.
    """
    counts: Counter[str] = Counter()
    remarks: list[str] = []
    for reading in arxiv.fetch(arxiv_ids):
        counts += store_records(reading.papers)[1]
        counts += Counter({"refused": len(reading.refusals), "missing": len(reading.missing)})
        remarks += [f"{arxiv.NAME}: {refusal}" for refusal in reading.refusals]
        remarks += [f"{arxiv.NAME}: no entry for {missing}" for missing in reading.missing]
    return counts, remarks


@transaction.atomic
def store_records(records: Iterable[ArxivRecord]) -> tuple[dict[str, Paper], Counter[str]]:
    """Make or complete papers from records; answer them by arXiv id, and counts by outcome."""
    one_at_a_time("papers")
    return save_papers({record.arxiv_id: facts_of(record) for record in records}, Origin.ARXIV)


def facts_of(record: ArxivRecord) -> dict[str, Any]:
    """The facts in a record, under the names of `Paper`'s fields."""
    return {
        "title": record.title,
        "raw_title": record.raw_title,
        "abstract": fold(record.abstract),
        "authors": list(record.authors),
        "arxiv_published_at": record.published_at,
        "categories": list(record.categories),
        "comment": record.comment,
        "doi": record.doi,
        "journal_ref": record.journal_ref,
        "version": record.version,
        "arxiv_updated_at": record.updated_at,
        "withdrawn": bool(record.withdrawal),
    }


@transaction.atomic
def list_for_editor(papers: Iterable[Paper], day: date) -> Counter[str]:
    """Put papers that an editor named among those to pick from on `day`, behind those there.

    One that was withdrawn is listed as excluded: it is not published of itself.
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
