"""How far the papers of a post are: being drafted, drafted, with errors, reviewed by whom."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from digest.models import Entry, Post
from papers.admin.base import written_sections
from papers.models import Finding, Job, JobKind, Section


def drafting(arxiv_id: Any) -> QuerySet[Job]:
    """Return the jobs that are about to draft a paper, or do so now."""
    return Job.objects.unfinished().filter(kind=JobKind.DRAFT, arxiv_id=arxiv_id)


def with_states(entries: QuerySet[Entry], post: Post | None) -> QuerySet[Entry]:
    """Let each entry know `drafting` and `errors`, and its paper its `written` sections."""
    own = Finding.objects.own()
    found = own | Finding.objects.within(post) if post else own
    errors = found.errors().filter(paper=OuterRef("paper")).order_by().values("paper")
    counted = Subquery(errors.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    sections = Prefetch("paper__sections", _read_sections(), "written")
    return entries.annotate(
        drafting=Exists(drafting(OuterRef("paper__arxiv_id"))), errors=Coalesce(counted, 0)
    ).prefetch_related(sections)


def _read_sections() -> QuerySet[Section]:
    """Return written sections with who read them, without their texts."""
    return (
        written_sections()
        .select_related("reviewer")
        .only(
            "paper_id",
            "language",
            "written_at",
            "reviewed_at",
            "reviewer__username",
            "reviewer__first_name",
            "reviewer__last_name",
        )
    )


def reviewers(sections: list[Section]) -> tuple[int, list[str]]:
    """Return how many sections were read as they are now, and by whom, each name once."""
    read = [each for each in sections if each.reviewed_at and each.written_at <= each.reviewed_at]
    names = (str(each.reviewer) for each in read if each.reviewer)
    return len(read), list(dict.fromkeys(names))
