"""How far the summaries of papers are: what waits for a worker, runs, failed, and is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count

from papers.admin.progress import again_in
from papers.models import Job, JobKind, JobState, Section

# Of a paper's jobs the one that says most comes first: what happens now, what will, what did.
_TELLING = (JobState.RUNNING, JobState.WAITING, JobState.DUE, JobState.FAILED, JobState.DONE)


Written = Mapping[int, Mapping[str, int]]
"""The number of written sections by language, of papers by their key."""


@dataclass(slots=True)
class State:
    """How far a paper's summary is. Pages show it, and it is fetched again while jobs run."""

    drafting: Job | None = None
    """The job that says most about its draft."""
    reading: bool = False
    """Whether its full text is being read now."""
    written: Mapping[str, int] = field(default_factory=dict)
    """The number of written sections by language."""
    wanted: str = ""
    """The language of the post: without a section in it there is no summary."""

    @property
    def is_told(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.drafting or self.reading or self.written)


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
    def of(
        cls, ids: dict[str, int], written: Written | None = None, *, language: str = ""
    ) -> Drafting:
        """Read the states of papers, given by arXiv id and key, in 2 queries.

        If it is known what is `written` it is one query. `language` is that of their post, and
        that of the site where they have none yet.
        """
        jobs = _jobs(ids)
        written = _written(ids.values()) if written is None else written
        return cls(
            states=_states(ids, jobs, written, language or settings.LANGUAGE_CODE),
            running=_papers_with(jobs, JobState.RUNNING),
            waiting=_papers_with(jobs, JobState.DUE, JobState.WAITING),
            failed=_papers_with(jobs, JobState.FAILED),
            again_in=_again_in(jobs),
        )


def _states(
    ids: dict[str, int], jobs: Sequence[Job], written: Written, language: str
) -> dict[str, State]:
    states = {arxiv_id: State(wanted=language) for arxiv_id in ids}
    for job in jobs:
        state = states[job.arxiv_id]
        if job.kind == JobKind.FULL_TEXT:
            state.reading = job.state == JobState.RUNNING
        else:
            state.drafting = state.drafting or job
    for arxiv_id, paper_id in ids.items():
        states[arxiv_id].written = written.get(paper_id, {})
    return states


def _jobs(ids: Iterable[str]) -> list[Job]:
    """Return the jobs that draft these papers and read their texts, the most telling first."""
    # The index of unique jobs leads to them, because the columns before the id are given too.
    about = Job.objects.filter(day=None, source="", arxiv_id__in=list(ids))
    jobs = about.filter(kind__in=[JobKind.DRAFT, JobKind.FULL_TEXT])
    return sorted(jobs, key=lambda job: (_TELLING.index(JobState(job.state)), -job.pk))


def _written(papers: Iterable[int]) -> Written:
    sections = Section.objects.headed().filter(paper__in=list(papers)).exclude(markdown="")
    counts = sections.order_by("language").values_list("paper", "language")
    written: dict[int, dict[str, int]] = defaultdict(dict)
    for paper, language, count in counts.annotate(Count("pk")):
        written[paper][language] = count
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
