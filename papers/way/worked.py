"""What machines did for a paper: jobs with their attempts, and full texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers import kinds, languages
from papers.clock import now
from papers.jobs import reasons
from papers.jobs.runs import RunRow
from papers.models import Job, JobState, Run, RunOutcome, TextFormat
from papers.way.line import Line, Place, Tone, because, shown
from papers.way.rows import Rows

SEES_JOBS = "papers.view_job"

_TONES = {
    RunOutcome.DONE: Tone.GOOD,
    RunOutcome.WAITING: Tone.WARN,
    RunOutcome.FAILED: Tone.BAD,
    RunOutcome.DIED: Tone.BAD,
}


def lines(rows: Rows) -> Iterator[Line]:
    told = Counter(run.job_id for run in rows.runs)
    for job in rows.jobs:
        yield _asked_for(job, told[job.pk])
        if job.state in {JobState.DUE, JobState.WAITING}:
            yield _due(job)
    jobs = {job.pk: job for job in rows.jobs}
    for run in rows.runs:
        yield _attempt(jobs[run.job_id], run)
    for text in rows.full_texts:
        yield _full_text(text)


def name_of(job: Job) -> str:
    """Return what a job does, and for which day, language or section."""
    details = [str(job.day)] if job.day else []
    if job.language:
        details.append(languages.of(job.language).translated_name)
    if job.section:
        details.append(kinds.of(job.section).label)
    name = job.get_kind_display()
    return f"{name} ({', '.join(details)})" if details else name


def reason_of(text: str) -> str:
    return shown(reasons.translated(text) or text)


def place_of(job: Job) -> Place:
    return Place(reverse("admin:papers_job_change", args=[job.pk]), SEES_JOBS)


def _asked_for(job: Any, told: int) -> Line:
    what = _("Job made: %s") % name_of(job)
    if left := job.run_count - told:
        count = ngettext("%d earlier attempt", "%d earlier attempts", left) % left
        what = f"{what} ({count})"
    return Line(job.created_at, what, place=place_of(job), permission=SEES_JOBS)


def _due(job: Job) -> Line:
    what = because(_("Due: %s") % name_of(job), reason_of(job.reason))
    return Line(job.next_at or now(), what, "", place_of(job), Tone.NOW, SEES_JOBS)


def _attempt(job: Job, run: Run) -> Line:
    place = place_of(job)
    if run.ended_at is None:
        what = _("Running: %s") % name_of(job)
        return Line(run.started_at, what, "", place, Tone.NOW, SEES_JOBS)
    outcome = RunOutcome(run.outcome)
    said = " · ".join(filter(None, [RunRow.of(run).counts, reason_of(run.message)]))
    what = because(f"{name_of(job)}: {outcome.label}", said)
    return Line(run.ended_at, what, "", place, _TONES[outcome], SEES_JOBS)


def _full_text(text: Any) -> Line:
    facts = {
        "version": text.version,
        "format": text.get_format_display(),
        "length": f"{text.length:,}",
    }
    who = "Hugging Face" if text.format == TextFormat.MARKDOWN else "arXiv"
    if text.error:
        what = _("No full text of v%(version)s as %(format)s") % facts
        return Line(text.parsed_at, because(what, reason_of(text.error)), who, tone=Tone.WARN)
    what = _("Full text read: %(length)s characters, v%(version)s, %(format)s") % facts
    if text.generator:
        what = _("%(what)s, made by %(generator)s") % {"what": what, "generator": text.generator}
    if text.gap:
        told = {"what": what, "gap": reason_of(text.gap)}
        said = _("%(what)s; not the whole, for it %(gap)s") % told
        return Line(text.parsed_at, said, who, tone=Tone.WARN)
    return Line(text.parsed_at, what, who)
