"""One job as a person reads it: its state, its attempts, and what its day's answers refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from papers import arxiv_id
from papers.admin.progress import again_in
from papers.jobs import ATTEMPTS
from papers.jobs.runs import RunRow, rows
from papers.models import Job, JobKind, JobState, Paper, SourceAnswer
from papers.sources.items import Remark

SHOWN_RUNS = 50
SHOWN_REMARKS = 500


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """Something refused or noticed about one item of an answer."""

    answer: SourceAnswer
    remark: Remark
    refused: bool
    address: str
    """The paper's address at arXiv; "" if no id was read."""

    @classmethod
    def of(cls, answer: SourceAnswer, stored: Any, *, refused: bool) -> RemarkRow:
        remark = Remark.from_json(stored)
        known = remark.arxiv_id
        address = arxiv_id.abs_url(known) if known else ""
        return cls(answer, remark, refused, address)


@dataclass(frozen=True, slots=True)
class JobPage:
    """What the page of a job shows, in at most 3 queries."""

    job: Job
    runs: list[RunRow]
    """Newest first, at most SHOWN_RUNS."""
    more_runs: bool
    day: date | None
    """The source's day that the job is about, if it is about one."""
    paper: Paper | None
    """The paper that the job is about, if it is about one."""
    answers: list[SourceAnswer]
    """The day's newest answer of each source, without its pages."""
    remarks: list[RemarkRow]
    """What those answers refused, then what was noticed. At most SHOWN_REMARKS."""
    unshown: int
    """How many more remarks there are."""

    attempts = ATTEMPTS

    @classmethod
    def of(cls, job: Job) -> JobPage:
        runs = rows(job.runs.all()[: SHOWN_RUNS + 1])
        answers = _answers(job.day) if job.day and job.kind == JobKind.INGEST_DAY else []
        remarks = _remarks(answers)
        return cls(
            job=job,
            runs=runs[:SHOWN_RUNS],
            more_runs=len(runs) > SHOWN_RUNS,
            day=job.day if job.kind != JobKind.RECHECK else None,  # A night, and no source's day.
            paper=_paper(job),
            answers=answers,
            remarks=remarks[:SHOWN_REMARKS],
            unshown=max(len(remarks) - SHOWN_REMARKS, 0),
        )

    @property
    def since(self) -> datetime | None:
        """Return when the newest attempt ended or, if it is under way, began."""
        if not self.runs:
            return None
        newest = self.runs[0].run
        return newest.ended_at or newest.started_at

    @property
    def again_in(self) -> int | None:
        """Return the seconds until this may change, or None if it will not by itself."""
        busy = self.job.state in {JobState.DUE, JobState.RUNNING}
        return again_in(busy=busy, next_at=self.job.next_at)

    @property
    def may_be_retried(self) -> bool:
        return self.job.state in {JobState.WAITING, JobState.FAILED, JobState.DONE}


def _paper(job: Job) -> Paper | None:
    return (
        Paper.objects.filter(arxiv_id=job.arxiv_id).only("title_plain").first()
        if job.arxiv_id
        else None
    )


def _answers(day: date) -> list[SourceAnswer]:
    answers = SourceAnswer.objects.filter(day=day).defer("pages", "listed_ids")
    return list(answers.order_by("source", "-fetched_at").distinct("source"))


def _remarks(answers: list[SourceAnswer]) -> list[RemarkRow]:
    refused = [RemarkRow.of(a, each, refused=True) for a in answers for each in a.refusals]
    noticed = [RemarkRow.of(a, each, refused=False) for a in answers for each in a.notices]
    return refused + noticed
