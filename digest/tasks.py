"""What the workers do of themselves."""

from axes.handlers.proxy import AxesProxyHandler
from celery import shared_task
from django.conf import settings

from digest import publishing
from digest.ledger import alerts


@shared_task
def publish_due() -> None:
    """Publish what is scheduled and due; safe to run again, and late after a pause."""
    publishing.publish_due()


@shared_task
def watch() -> None:
    """Have the editors written to about days that went wrong."""
    alerts.watch()


@shared_task
def forget_sign_ins() -> None:
    """Delete old rows of sign-ins; what counts towards a lock goes with the next sign-in."""
    AxesProxyHandler.reset_logs(age_days=settings.SIGN_IN_LOG_DAYS)
    AxesProxyHandler.reset_failure_logs(age_days=settings.SIGN_IN_LOG_DAYS)
