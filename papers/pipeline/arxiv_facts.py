"""Stores what arXiv says of a paper (ArxivRecord -> Paper), once. An editor's facts stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from papers import jobs
from papers.clock import now
from papers.jobs.locks import one_at_a_time
from papers.models import EVIDENCE, UNCERTAIN, Listing, Paper, Source
from papers.pipeline.facts import decoded
from papers.pipeline.ingest import exclude, save_papers, take_choices, taken_down
from papers.pipeline.sections import Outcome
from papers.sources import arxiv, arxiv_ways, oai, redaction
from papers.sources.arxiv import ArxivReading, ArxivRecord
from papers.sources.atom import NotAtom
from papers.sources.errors import SourceBusy, SourceDown, SourceError, SourceForbidden
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
    way: str = arxiv.NAME
    """How arXiv was asked."""
    unasked: Sequence[str] = ()
    """Ids that there was no time to ask about."""
    error: SourceError | None = None
    """Why nothing of it was stored. Other requests go on."""


def batches(arxiv_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the ids in parts that one request each can ask about."""
    for start in range(0, len(arxiv_ids), arxiv.BATCH):
        yield arxiv_ids[start : start + arxiv.BATCH]


def ask_batch(batch: Sequence[str]) -> Asked:
    """Store what arXiv says of at most `arxiv.BATCH` papers.

    Raises SourceDown and SourceForbidden if arXiv cannot be asked now.
    """
    try:
        reading = arxiv_ways.ask(batch)
    except (SourceDown, SourceForbidden):
        raise
    except SourceError as error:
        if not isinstance(error, NotAtom):  # That says nothing of the batch.
            note_asked(batch)  # So that a bad batch does not come first each night.
        return Asked(error=error)
    note_asked(set(batch) - set(reading.unasked))
    return store_reading(reading)


def store_reading(reading: ArxivReading) -> Asked:
    """Store the records of a reading, as said on its way."""
    papers, counts = store_records(reading.papers, reading.way)
    missing = [Remark(0, each, "", f"no entry for {each}") for each in reading.missing]
    counts += Counter({"refused": len(reading.refusals), "missing": len(missing)})
    return Asked(
        papers.values(),
        counts,
        [*reading.refusals, *missing],
        reading.notices,
        way=reading.way,
        unasked=reading.unasked,
    )


def ask_all(arxiv_ids: Sequence[str]) -> jobs.Result:
    """Store what arXiv says of papers, each response before the next request.

    A batch that arXiv does not know, or that gets a bad response, does not stop the others. Raises
    SourceError for it at the end. Raises SourceDown and SourceForbidden if arXiv cannot be asked
    now. What came before is stored. Papers that arXiv is asked about one by one take longer than a
    job may: raises SourceBusy after each batch of them while papers are left, so that the job goes
    on, and SourceDown if there was no answer about any.
    """
    counts: Counter[str] = Counter()
    remarks: list[Remark] = []
    errors: list[SourceError] = []
    for batch in batches(arxiv_ids):
        asked = ask_batch(batch)
        counts.update(asked.counts)
        counts["asked"] += len(batch) - len(asked.unasked)
        remarks += asked.refusals
        errors += [asked.error] if asked.error else []
        left = len(arxiv_ids) - counts["asked"]
        if asked.way == oai.NAME and left:
            raise _going_on(left, got=len(asked.unasked) < len(batch), broke=bool(asked.unasked))
    if errors:
        raise SourceError("; ".join(map(str, errors)))
    return jobs.Result(+counts, remarks)


def _going_on(left: int, *, got: bool, broke: bool) -> SourceDown:
    said = f"{left} papers are left: arXiv is asked one by one"
    if not got:
        return SourceDown(said)
    wait = timedelta(seconds=settings.JOB_RETRY_WAIT_S if broke else 0)
    return SourceBusy(said, now() + wait)


def note_asked(arxiv_ids: Collection[str]) -> None:
    """Note that arXiv was asked about these papers now."""
    Paper.objects.filter(arxiv_id__in=arxiv_ids).update(arxiv_checked_at=now())


@transaction.atomic
def store_records(
    records: Iterable[ArxivRecord], origin: str = arxiv.NAME
) -> tuple[dict[str, Paper], Counter[str]]:
    """Make or complete papers from records. Return them by arXiv id, and counts by outcome."""
    one_at_a_time("papers")
    return save_papers({record.arxiv_id: facts_of(record) for record in records}, origin)


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

    A withdrawn paper, and one that was taken down, is listed as excluded, so that it is not
    published automatically. What a person decided about it that day stays.
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
    take_choices(rows, Listing.objects.locked_beside(rows))
    Listing.objects.bulk_create(rows)
    exclude([row.paper.arxiv_id for row in rows if row.paper.withdrawn], day, "withdrawn")
    exclude(taken_down(row.paper.arxiv_id for row in rows), day, redaction.GONE)
    return Counter({f"listings {Outcome.ADDED}": len(rows)})
