"""Celery's tasks. PostgreSQL stores what is due and how it ended."""

from celery import shared_task
from django.conf import settings

from papers import jobs
from papers.clock import now
from papers.editing import unsaved
from papers.models import JobKind, Subject
from papers.pipeline import cross_check, full_texts, polling
from papers.pipeline.steps import STEPS


@shared_task
def run_job(job_id: int) -> None:
    """Make one attempt at a job, and refill the queue, which never holds all due jobs."""
    jobs.run(job_id, STEPS)
    jobs.enqueue_due()


@shared_task
def sweep() -> None:
    """Reap the attempts that died, and enqueue the due jobs, also those that a queue has lost.

    Files that arXiv did not have yet are due again, too.
    """
    jobs.reap()
    full_texts.ask_again()
    jobs.enqueue_due()


@shared_task
def poll_day() -> None:
    """Ask again for the days that have not settled (POLL_MINUTES)."""
    if settings.POLL_PAUSE:
        polling.poll()


@shared_task
def recheck_published() -> None:
    """Re-check published papers once a night (RECHECK_AT)."""
    if settings.RECHECK_AT:
        jobs.add(JobKind.RECHECK, Subject(day=now().date()))


@shared_task
def cross_check_month() -> None:
    """Compare a month's list with what its days listed, once a night (RECHECK_AT)."""
    if settings.RECHECK_AT:
        cross_check.make_due()


@shared_task
def forget_unsaved_texts() -> None:
    """Forget unsaved texts that nobody came back for."""
    unsaved.forget_old()
