"""Reads what is stored about one paper, in as many queries for 500 attempts as for none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)

from papers.models import (
    Finding,
    FullText,
    Job,
    JobKind,
    Listing,
    Paper,
    Proposal,
    Report,
    Run,
    Section,
    SourceAnswer,
)

MOST = 50  # rows of a kind, the newest
MOST_VERSIONS = 200  # Each draft is a version of each of its sections.
MOST_RUNS = 30

_PROPOSAL = (
    "field",
    "origin",
    "drafter",
    "state",
    "created_at",
    "decided_at",
    "decided_by__username",
    "section__kind",
    "section__heading",
    "section__language",
)
_SECTION = (
    "language",
    "kind",
    "heading",
    "origin",
    "drafter",
    "prompt_version",
    "scope",
    "written_at",
    "reviewed_at",
    "reviewer__username",
)

_TEXTS = ("abstract", "abstract_html", "raw_abstract", "raw_title", "title_html")


class Answer(NamedTuple):
    """What a source's answer for a day says of the paper."""

    pk: int
    source: str
    day: date
    fetched_at: datetime
    names_it: bool
    refused: list[Any] | None
    """All that the answer refused, if the paper is among it, else None or nothing."""

    @property
    def key(self) -> tuple[str, date]:
        return (self.source, self.day)


@dataclass(slots=True)
class Cut:
    """Reads the newest rows, and remembers of which kinds there are more."""

    kinds: list[str] = field(default_factory=list)

    def newest(self, rows: QuerySet[Any, Any], most: int = MOST) -> list[Any]:
        """Return at most so many rows, the oldest first. The newest come first in `rows`."""
        found = list(rows[: most + 1])
        if found[most:]:
            # A row of a history counts as one of what it is the history of.
            kind = getattr(rows.model, "instance_type", rows.model)
            self.kinds.append(str(kind._meta.verbose_name_plural))
        return found[:most][::-1]


@dataclass(frozen=True, slots=True)
class Rows:
    """What is stored about a paper. Each list has the oldest first."""

    arxiv_id: str
    paper: Paper | None
    listings: list[Listing] = field(default_factory=list)
    choices: list[dict[str, Any]] = field(default_factory=list)
    """The stored versions of the listings."""
    answers: list[Answer] = field(default_factory=list)
    jobs: list[Any] = field(default_factory=list)
    """Each has `run_count`."""
    runs: list[Run] = field(default_factory=list)
    full_texts: list[Any] = field(default_factory=list)
    """Each has `length`, in characters."""
    sections: list[dict[str, Any]] = field(default_factory=list)
    """The stored versions of the sections, then the sections as they are now."""
    findings: list[Finding] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    cut: Cut = field(default_factory=Cut)

    @classmethod
    def read(cls, arxiv_id: str) -> Rows:
        """Return what is stored about an id, also if no paper has it."""
        cut = Cut()
        paper = Paper.objects.filter(arxiv_id=arxiv_id).defer(*_TEXTS).first()
        listings = cut.newest(Listing.objects.filter(paper=paper).order_by("-day", "-pk"))
        jobs = cut.newest(_jobs(arxiv_id, listings))
        known: dict[str, Any] = _of_paper(paper, cut) if paper else {}
        return cls(
            arxiv_id=arxiv_id,
            paper=paper,
            listings=listings,
            answers=_answers(arxiv_id, listings, cut),
            jobs=jobs,
            runs=cut.newest(Run.objects.filter(job__in=jobs), MOST_RUNS),
            cut=cut,
            **known,
        )


def _of_paper(paper: Paper, cut: Cut) -> dict[str, Any]:
    choices = Listing.history.filter(paper=paper.pk).order_by("-history_date", "-history_id")
    findings = Finding.objects.filter(paper=paper).select_related("accepted_by")
    proposals = Proposal.objects.filter(paper=paper).select_related("section", "decided_by")
    proposals = proposals.only(*_PROPOSAL)
    reports = Report.objects.filter(paper=paper).select_related("decided_by").defer("text")
    return {
        "choices": cut.newest(
            choices.values("id", "choice", "reason", "history_date", "history_user__username")
        ),
        "full_texts": cut.newest(_full_texts(paper)),
        "sections": _versions(paper, cut),
        "findings": cut.newest(findings.order_by("-found_at", "-id"), MOST_VERSIONS),
        "proposals": cut.newest(proposals),
        "reports": cut.newest(reports),
    }


def _answers(arxiv_id: str, listings: list[Listing], cut: Cut) -> list[Answer]:
    """Return the answers that name or refuse the paper, and the others of days that list it."""
    named = Q(listed_ids__contains=[arxiv_id])
    refused = Q(refusals__contains=[{"arxiv_id": arxiv_id}])
    asked = named | refused
    for listing in listings:
        asked |= Q(source=listing.source, day=listing.day)
    answers = SourceAnswer.objects.filter(asked).annotate(
        names_it=ExpressionWrapper(named, BooleanField()),
        refused=Case(When(refused, then=F("refusals")), default=Value(None)),
    )
    columns = ("pk", "source", "day", "fetched_at", "names_it", "refused")
    told = answers.order_by("-fetched_at", "-pk").values_list(*columns)
    return list(map(Answer._make, cut.newest(told, MOST_VERSIONS)))


def _jobs(arxiv_id: str, listings: list[Listing]) -> QuerySet[Job]:
    """Return the jobs about the paper, and those that ask arXiv about all papers of its days."""
    own = Q(kind__in=JobKind.values, day=None, source="", arxiv_id=arxiv_id)
    days = {listing.day for listing in listings}
    jobs = Job.objects.filter(own | Q(kind=JobKind.ARXIV_METADATA, day__in=days))
    return jobs.annotate(run_count=Count("runs")).order_by("-pk")


class _Length(Func):
    """The number of characters of a full text's parts. A damaged row has none."""

    template = (
        "(SELECT coalesce(sum(char_length(part #>> '{}')), 0) FROM"
        " jsonb_path_query(%(expressions)s, 'lax $[*].text ? (@.type() == \"string\")') AS part)"
    )
    output_field = IntegerField()


def _full_texts(paper: Paper) -> QuerySet[FullText]:
    texts = FullText.objects.filter(paper=paper).annotate(length=_Length(F("parts")))
    return texts.defer("parts").order_by("-parsed_at", "-pk")


def _versions(paper: Paper, cut: Cut) -> list[dict[str, Any]]:
    """Return the stored versions of the sections, and last the sections as they are now.

    What was stored without a history is told by its row alone.
    """
    empty = ExpressionWrapper(Q(markdown=""), BooleanField())
    stored = Section.history.filter(paper=paper.pk).annotate(empty=empty)
    stored = stored.order_by("-history_date", "-history_id")
    past = stored.values(*_SECTION, "id", "empty", "history_date", "history_user__username")
    now = Section.objects.filter(paper=paper).annotate(empty=empty).order_by("-position", "-id")
    present = now.values(*_SECTION, "id", "empty")
    return [*cut.newest(past, MOST_VERSIONS), *cut.newest(present, MOST_VERSIONS)]
