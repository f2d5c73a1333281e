"""Takes one paper down: its text goes from everywhere, and an empty row stays in its place.

The empty row keeps the id: its page answers 410, its listings are still accounted for, and whatever
a source, a drafter or an import says of it later is not taken (`Paper.is_taken_down`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from digest.keeping import traces
from digest.keeping.places import AUDIT, PLACES, known
from digest.models import (
    Act,
    AuditRecord,
    Post,
    SearchChange,
    Snapshot,
    SnapshotPart,
    State,
    TrashedPost,
)
from digest.readers.pages import changes
from digest.search import index
from papers.clock import now
from papers.jobs.locks import one_at_a_time
from papers.models import Paper, SourceAnswer
from papers.models.paper import TAKEN_DOWN
from papers.sources import redaction

_EMPTY: dict[str, Any] = {
    "raw_title": "",
    "abstract": "",
    "raw_abstract": "",
    "authors": [],
    "keywords": [],
    "organization": "",
    "project_url": "",
    "code_url": "",
    "categories": [],
    "comment": "",
    "doi": "",
    "journal_ref": "",
}


def plan(paper: Paper) -> dict[str, int]:
    """Return how many rows of which tables a takedown would empty or delete."""
    names = known(paper, traces.needles(paper))
    counts: Counter[str] = Counter()
    for place in (*PLACES, AUDIT):
        counts[place.table] += place.count(names)
    counts["papers_sourceanswer"] = len(_answers(paper))
    return {table: count for table, count in counts.items() if count}


@transaction.atomic
def take_down(paper: Paper, *, by: str, reason: str) -> tuple[Counter[str], dict[str, int]]:
    """Remove a paper's text. Return the rows by table, and where parts of it still stand.

    What still stands are words of people about other things: an introduction, a comment.
    """
    one_at_a_time("papers")
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    needles = traces.needles(paper)
    names = known(paper, needles)
    was_down = paper.is_taken_down
    counts = Counter(
        {
            "digest_snapshot": _leave_snapshots(paper),
            "digest_trashedpost": _leave_trash(paper),
            "papers_sourceanswer": _leave_answers(paper),
        }
    )
    for place in PLACES:
        counts[place.table] += place.empty(names)
    counts[AUDIT.table] = _leave_audit(names)
    _empty(paper)
    _tell_readers(paper, names["posts"])
    if not was_down or +counts:
        _record(paper, by, reason)
    return +counts, traces.remaining(needles)


def tombstone(arxiv_id: str) -> Paper:
    """Return the paper with an id; an empty one if it is not known here."""
    paper, _ = Paper.objects.get_or_create(arxiv_id=arxiv_id, defaults={"title": arxiv_id})
    return paper


def _record(paper: Paper, by: str, reason: str) -> None:
    AuditRecord.objects.create(
        act=Act.TAKEN_DOWN,
        person=by[:150],
        model=Paper._meta.label_lower,
        key=str(paper.pk),
        about=paper.arxiv_id,
        reason=reason[:250],
    )


def _empty(paper: Paper) -> None:
    for field, value in _EMPTY.items():
        setattr(paper, field, value)
    paper.title = paper.arxiv_id
    paper.render()
    paper.origins = {TAKEN_DOWN: paper.origins.get(TAKEN_DOWN) or now().isoformat()}
    columns = {name: getattr(paper, name) for name in ("title", "origins", *Paper.RENDERED)}
    Paper.objects.filter(pk=paper.pk).update(**_EMPTY, **columns)  # It makes no history.


def _answers(paper: Paper) -> list[SourceAnswer]:
    """Return the answers that say something of the paper, with their pages as they are without."""
    changed = []
    # An item that was refused is no listed paper, and its text came all the same.
    refused = Q(refusals__contains=[{"arxiv_id": paper.arxiv_id}])
    named = SourceAnswer.objects.filter(Q(listed_ids__contains=[paper.arxiv_id]) | refused)
    for answer in named.iterator(20):
        pages = redaction.without(answer.pages, {paper.arxiv_id})
        if pages != answer.pages:
            answer.pages = pages
            changed.append(answer)
    return changed


def _leave_answers(paper: Paper) -> int:
    answers = _answers(paper)
    return SourceAnswer.objects.bulk_update(answers, ["pages"], batch_size=20)


def _leave_snapshots(paper: Paper) -> int:
    """Take the paper out of the snapshots of posts, with its place in them."""
    parts = set(SnapshotPart.objects.filter(paper_id=paper.pk).values_list("pk", flat=True))
    snapshots = list(Snapshot.objects.filter(parts__overlap=list(parts))) if parts else []
    for snapshot in snapshots:
        head, *papers = snapshot.parts
        kept = [place for place, pk in enumerate(papers) if pk not in parts]
        snapshot.parts = [head, *(papers[place] for place in kept)]
        positions = snapshot.positions
        snapshot.positions = [positions[place] for place in kept if place < len(positions)]
    return Snapshot.objects.bulk_update(snapshots, ["parts", "positions"], batch_size=100)


def _leave_trash(paper: Paper) -> int:
    changed = []
    for post in TrashedPost.objects.all():
        rows = [row for row in post.rows if not _is_of(paper, row)]
        if len(rows) < len(post.rows):
            post.rows, post.paper_count = rows, max(post.paper_count - 1, 0)
            changed.append(post)
    return TrashedPost.objects.bulk_update(changed, ["rows", "paper_count"])


def _is_of(paper: Paper, row: Any) -> bool:
    """Return whether a row of the trash is about the paper."""
    fields = row.get("fields") if isinstance(row, dict) else None
    return isinstance(fields, dict) and fields.get("paper") == paper.pk


def _leave_audit(names: Mapping[str, Any]) -> int:
    """Empty what acts say of the paper. Who did them, and when, stays."""
    table = "ALTER TABLE digest_auditrecord {} TRIGGER digest_audit_is_append_only"
    with connection.cursor() as cursor:
        cursor.execute(table.format("DISABLE"))
        count = AUDIT.empty(names)
        cursor.execute(table.format("ENABLE"))
    return count


def _tell_readers(paper: Paper, posts: list[int]) -> None:
    """Move the digests that had it, the search index, and all stored pages."""
    Post.objects.filter(pk__in=posts, state=State.PUBLISHED).update(updated_at=now())
    searched = [SearchChange(paper_id=paper.pk), *(SearchChange(post_id=pk) for pk in posts)]
    SearchChange.objects.bulk_create(searched)
    index.refresh_own()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM digest_storedpage")
    changes.drop_all()
