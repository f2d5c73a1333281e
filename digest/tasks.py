"""The periodic tasks of the site."""

import logging

from axes.handlers.proxy import AxesProxyHandler
from celery import shared_task
from django.conf import settings

from digest import audit, publishing
from digest.admin import passwords
from digest.backups import nightly
from digest.health import alarms, heartbeat, web_figures
from digest.keeping import retention
from digest.ledger import alerts
from digest.models import Post
from digest.publishing import trash
from digest.readers.pages import first, rows
from digest.search import index, related
from digest.suggestions import making
from papers.clock import now
from papers.jobs.locks import unless_under_way

logger = logging.getLogger(__name__)

RELATED_A_RUN = 500
"""Papers that one run relates at most. The next one, a minute later, goes on."""


@shared_task
def publish_due() -> None:
    """Publish the due posts. It is safe to run again, and to run late after a pause."""
    publishing.publish_due()


@shared_task
def watch() -> None:
    """Make mails to the editors due, about days that went wrong."""
    alerts.watch()


@shared_task
def note_heartbeat(queue: str) -> None:
    """Store that a worker of a queue takes tasks."""
    heartbeat.note(queue)


@shared_task
def look_for_troubles() -> None:
    """Mail operators what is wrong and what is over, each once."""
    alarms.look()
    web_figures.forget_ended()


@shared_task
def make_pages(post_id: int) -> None:
    """Make the pages of a digest before readers ask for them. It may be lost: they ask anyway."""
    if post := Post.objects.published().filter(pk=post_id).first():
        first.make_first(post)


@shared_task
def tidy_pages() -> None:
    """Delete stored pages that count no longer, and those above STORED_PAGES_MB."""
    rows.tidy(now())


@shared_task
def refresh_search() -> None:
    """Index what readers see anew and no publication indexed: tags, titles, authors.

    After an upgrade that is everything, some at a time, so that nobody waits long for the lock.
    Then relate what was indexed. A run that takes longer than a minute goes on alone.
    """
    with unless_under_way("refresh search") as free:
        if not free:
            return
        index.queue_what_came_due()
        index.queue_what_has_no_order()
        for _ in index.refresh_all():
            pass
        for _ in related.refresh_all(most=RELATED_A_RUN):
            pass


@shared_task
def suggest() -> None:
    """Make the suggestions of days whose votes changed, or what was picked before them."""
    with unless_under_way("suggest") as free:
        if free:
            making.refresh()


@shared_task
def empty_trash() -> None:
    """Delete for good what has been in the trash for 30 days."""
    trash.empty()


@shared_task
def forget_sign_ins() -> None:
    """Delete old rows of sign-ins.

    Failures that count towards a lock are not among them. The next sign-in deletes those.
    """
    AxesProxyHandler.reset_logs(age_days=settings.SIGN_IN_LOG_DAYS)
    AxesProxyHandler.reset_failure_logs(age_days=settings.SIGN_IN_LOG_DAYS)


@shared_task
def forget_audit() -> None:
    """Delete acts that are older than two years, at the door than SIGN_IN_LOG_DAYS."""
    audit.forget_old()


@shared_task
def back_up() -> None:
    """Make a backup due, once a night (BACKUP_DIR)."""
    nightly.make_due()


@shared_task
def forget_old() -> None:
    """Delete what got old, by the list of `digest.keeping.retention`."""
    if done := retention.forget_old():
        logger.info("What got old: %s", done)


@shared_task
def mail_password_reset(email: str) -> None:
    """Mail the link for a new password. It may be lost: whoever waits asks again."""
    passwords.send(email)
