"""The Celery application. The tasks are in each app's `tasks.py`."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django.utils.log import configure_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest.settings")

app = Celery("digest", task_cls="digest.backups.gate:GatedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_like_the_site(loglevel: int, **options: Any) -> None:
    """Replace Celery's own logging by the site's. Only `--loglevel` still has an effect."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    logging.getLogger().setLevel(loglevel)
