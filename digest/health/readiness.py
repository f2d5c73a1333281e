"""Whether the site does its work now, for a monitor: the answer of `/readyz`."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, InterfaceError
from django.utils import translation

from digest.health import heartbeat, troubles

NEVER = "No worker has been heard from yet: start beat and a worker."
UNHEARD = "No worker of the queue {} has been heard from yet: start one."
NO_DATABASE = "The database does not answer."


def faults() -> list[str]:
    """Return in English what keeps the site from its work, one line each; none if it is ready."""
    try:
        with translation.override("en"):
            return list(_faults())
    except (DatabaseError, InterfaceError):
        return [NO_DATABASE]


def _faults() -> Iterator[str]:
    heard = heartbeat.ages().keys()
    if not heard:
        yield NEVER
    elif unheard := sorted(set(heartbeat.QUEUES) - heard):
        yield UNHEARD.format(unheard[0])
    for trouble in troubles.found():
        if trouble.kind in troubles.NOT_READY:
            facts = [trouble.detail] if trouble.detail else []
            facts += [f"since {trouble.since:%Y-%m-%d %H:%M %Z}"] if trouble.since else []
            told = f" ({', '.join(facts)})" if facts else ""
            yield f"{trouble.title}{told}. {trouble.todo}"
