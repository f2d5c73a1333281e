"""What the workers do of themselves."""

from celery import shared_task

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
