"""What troubles are called, and what to do about each, by kind."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TITLES = {
    "beat": _("Beat stands still"),
    "worker": _("No worker takes jobs"),
    "arxiv-worker": _("No worker takes jobs that ask arXiv"),
    "queue": _("Jobs are due, and nobody begins"),
    "day": _("A day's list is late"),
    "disk": _("The disk is nearly full"),
    "budget": _("The model's tokens of today are used up"),
    "cross-check": _("A month's list differs from its days, or could not be compared"),
}
TODO = {
    "beat": _("Start beat again: nothing that has its time is done until then."),
    "worker": _("Start a worker again, and see whether Redis answers."),
    "arxiv-worker": _("Start a worker that listens to the queue arxiv (-Q celery,arxiv)."),
    "queue": _("See whether a worker runs and whether Redis answers."),
    "day": _("See on the day's job why it waits, and whether its source answers."),
    "disk": _("Free space or enlarge the disk before PostgreSQL stops."),
    "budget": _("Drafts wait until midnight (UTC). MODEL_DAILY_TOKENS is the limit."),
    "cross-check": _("Look at the newest comparison among the jobs."),
}


def title(name: str) -> str:
    """Return what a trouble is called, with the thing that it is about."""
    kind, _blank, thing = name.partition(" ")
    told = str(TITLES.get(kind, kind))
    return f"{told}: {thing}" if thing else told


def todo(kind: str) -> str:
    return str(TODO.get(kind, ""))
