"""The site's Celery application for these tests' workers: drafts of some keys misbehave.

The environment may make its queue impatient (VISIBILITY_S) and its beat fast (POLL_S), and name the
file that some wait for (GO_ON).
"""

import os
import time
from pathlib import Path

import django

from digest.celery import app

django.setup()

if "VISIBILITY_S" in os.environ:
    app.conf.task_acks_late = True  # Else a message that is being worked on is gone already.
    app.conf.broker_transport_options |= {
        "visibility_timeout": float(os.environ["VISIBILITY_S"]),
        "unacked_restore_interval": 0.5,
        "unacked_restore_throttle": 1,
    }
if "POLL_S" in os.environ:
    app.conf.beat_schedule["ask for open days"]["schedule"] = int(os.environ["POLL_S"])

from papers.models import JobKind, Subject  # noqa: E402
from papers.pipeline import steps  # noqa: E402

draft = steps.STEPS[JobKind.DRAFT]


def draft_paper(subject: Subject) -> dict[str, int]:
    key = subject.arxiv_id
    if key.startswith("9901"):
        os._exit(1)
    if key.startswith("9902"):
        time.sleep(600)
    if key.startswith("9905"):
        raise ValueError(f"{os.environ['MODEL_API_KEY']}\nno paper of ours")
    if key.startswith("9903"):
        time.sleep(0.5)
        return {}
    if key.startswith("9904"):
        while not Path(os.environ["GO_ON"]).exists():
            time.sleep(0.05)
    return draft(subject)


steps.STEPS[JobKind.DRAFT] = draft_paper
