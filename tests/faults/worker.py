"""The site's Celery application for these tests' workers: drafts of some keys misbehave."""

import os
import time

import django

from digest.celery import app  # noqa: F401 (what `celery -A` looks for)

django.setup()

from papers import steps  # noqa: E402
from papers.models import JobKind  # noqa: E402

draft = steps.STEPS[JobKind.DRAFT]


def draft_paper(key: str) -> dict[str, int]:
    if key.startswith("9901"):
        os._exit(1)
    if key.startswith("9902"):
        time.sleep(600)
    if key.startswith("9903"):
        time.sleep(0.5)
        return {}
    return draft(key)


steps.STEPS[JobKind.DRAFT] = draft_paper
