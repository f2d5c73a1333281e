"""The work of machines: the drafts under way, and the jobs and sources that stand still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digest.admin.desk.asking import Asking
from digest.admin.desk.items import Fact, Item, Step, moment
from papers.admin.progress import again_in, overdue
from papers.clock import now
from papers.jobs import reasons
from papers.languages import ENGLISH
from papers.models import Job, JobKind, JobState, Paper, Run, RunOutcome, SourceState
from papers.pipeline import text_figures

DRAFTS = (JobKind.FULL_TEXT, JobKind.DRAFT)
"""What a picked paper waits for."""
SHOWN_RUNNING = 8
SHOWN_FAILED = 3
LONG = timedelta(days=1)
CYCLE = timedelta(days=8)
"""No job waits for longer than that without another try."""
REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Drafting:
    """A full text or a draft that is made now, or could not be made."""

    job: Job
    title: str
    address: str
    since: datetime | None = None

    @property
    def reason(self) -> str:
        return reasons.translated(self.job.reason) or self.job.reason


class Work:
    """What the jobs do. A live part of the page reads it again."""

    def __init__(self) -> None:
        """Read it in 4 queries, none of which reads the jobs that are done."""
        self.counts = _counts()
        drafts = Run.objects.filter(ended_at=None, job__kind__in=DRAFTS).select_related("job")
        runs = list(drafts.order_by("id")[:SHOWN_RUNNING])
        lost = Job.objects.filter(state=JobState.FAILED, kind__in=DRAFTS)
        jobs = list(lost.order_by("-id")[:SHOWN_FAILED])
        ids = [job.arxiv_id for job in [*(run.job for run in runs), *jobs]]
        papers = {
            p.arxiv_id: p
            for p in Paper.objects.filter(arxiv_id__in=ids).only("arxiv_id", "title_plain")
        }
        self.running = [_drafting(run.job, papers, run.started_at) for run in runs]
        self.failed = [_drafting(job, papers) for job in jobs]

    @property
    def is_drafting(self) -> bool:
        return any(self.counts[name] for name in ("drafts_due", "drafts_running", "drafts_failed"))

    @property
    def more_failed(self) -> int:
        return self.counts["drafts_failed"] - len(self.failed)

    @property
    def again_in(self) -> int | None:
        """Return the seconds until the drafts may have moved, or None if they will not."""
        busy = bool(self.counts["drafts_due"] or self.counts["drafts_running"])
        return again_in(busy=busy, next_at=self.counts["drafts_next"])

    @cached_property
    def waiting(self) -> Fact | None:
        """Say how many jobs wait for their time."""
        count, at = self.counts["waiting"], self.counts["first_waiting"]
        if not count:
            return None
        said = ngettext(
            "%(n)d job waits; it is tried again at %(when)s",
            "%(n)d jobs wait; the first is tried again at %(when)s",
            count,
        )
        page = f"{reverse('admin:papers_job_changelist')}?state__exact=waiting"
        return Fact(said % {"n": count, "when": moment(at or now())}, "", page)

    def still(self, asking: Asking) -> Iterator[Item]:
        """Yield the jobs that stand still, except the drafts, which the live part shows."""
        page = reverse("admin:papers_job_changelist")
        if since := overdue(self.counts["oldest"], self.counts["running"]):
            said = _("Due since %(since)s, and nobody has begun: is a worker running?")
            step = Step(_("Look at it"), page)
            yield Item(said % {"since": moment(since)}, page, _("stopped"), "bad", (), step)
        if count := self.counts["failed"]:
            title = ngettext("%(n)d job failed", "%(n)d jobs failed", count) % {"n": count}
            place = f"{page}?state__exact=failed"
            yield Item(title, place, _("failed"), "bad", (), again(asking, place))
        if count := self.counts["long"]:
            said = ngettext(
                "%(n)d job has waited for more than a day",
                "%(n)d jobs have waited for more than a day",
                count,
            )
            place = f"{page}?state__exact=waiting"
            step = Step(_("Look at it"), place)
            yield Item(said % {"n": count}, place, _("waiting"), "warn", (), step)


def again(asking: Asking, place: str) -> Step:
    """Return the step for the failed jobs that are no drafts."""
    if asking.may("papers.change_job"):
        return Step(_("Try again"), reverse("admin:desk_try_again"), {})
    return Step(_("Look at it"), place)


def stopped_sources() -> Iterator[Item]:
    page = reverse("admin:papers_sourcestate_changelist")
    for source in SourceState.objects.filter(stopped=True):
        title = _("%(source)s is not asked any more") % {"source": source}
        ours = reasons.translated(source.reason)
        reason = Truncator(ours or source.reason).chars(REASON_LENGTH)
        facts = (Fact(reason, language="" if ours else ENGLISH),)
        yield Item(title, page, _("stopped"), "bad", facts, Step(_("Resume…"), page))


def fallen_texts() -> Iterator[Item]:
    page = reverse("admin:papers_sourcestate_changelist")
    if fall := text_figures.fall(now().date() - timedelta(days=1)):
        told = _("now %(percent)d %%, in the 30 days before %(before)d %%")
        shares = told % {"percent": fall.percent, "before": fall.percent_before}
        title = _("Fewer full texts have their usual sections")
        step = Step(_("Look at it"), page)
        yield Item(title, page, _("full texts"), "warn", (Fact(shares),), step)


def _counts() -> dict[str, Any]:
    """Count the jobs that are not done. Each state has an index of its own."""
    runs = Run.objects.filter(job=OuterRef("pk"))
    waited = runs.filter(
        outcome=RunOutcome.WAITING, started_at__range=(now() - CYCLE, now() - LONG)
    )
    worked = runs.filter(outcome=RunOutcome.DONE, started_at__gt=now() - CYCLE)
    due, running, waiting, failed = (
        Q(state=state)
        for state in (JobState.DUE, JobState.RUNNING, JobState.WAITING, JobState.FAILED)
    )
    drafts = Q(kind__in=DRAFTS)
    unfinished = Q(state__in=[JobState.DUE, JobState.WAITING])
    return (
        Job.objects.filter(unfinished | running | failed)
        .order_by()
        .aggregate(
            running=Count("pk", filter=running),
            waiting=Count("pk", filter=waiting),
            failed=Count("pk", filter=failed & ~drafts),
            long=Count("pk", filter=waiting & Exists(waited) & ~Exists(worked)),
            oldest=Min("next_at", filter=due),
            first_waiting=Min("next_at", filter=waiting),
            drafts_due=Count("pk", filter=due & drafts),
            drafts_running=Count("pk", filter=running & drafts),
            drafts_failed=Count("pk", filter=failed & drafts),
            drafts_next=Min("next_at", filter=waiting & drafts),
        )
    )


def _drafting(job: Job, papers: dict[str, Paper], since: datetime | None = None) -> Drafting:
    paper = papers.get(job.arxiv_id)
    if paper is None:
        return Drafting(
            job, str(job.subject), reverse("admin:papers_job_change", args=[job.pk]), since
        )
    page = reverse("admin:papers_paper_change", args=[paper.pk])
    return Drafting(job, paper.title_plain, page, since)
