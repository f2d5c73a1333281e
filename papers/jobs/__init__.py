"""Jobs. PostgreSQL stores what is due, Celery runs it, and Redis may lose everything."""

from papers.jobs.attempts import ATTEMPTS, Step, reap, run
from papers.jobs.outcomes import PermanentFailure, Postponed, Result
from papers.jobs.queue import (
    ARXIV_QUEUE,
    ASKS_ARXIV,
    DEFAULT_QUEUE,
    IN_A_QUEUE,
    add,
    enqueue_due,
    queues_at_work,
    retry,
)

__all__ = [
    "ARXIV_QUEUE",
    "ASKS_ARXIV",
    "ATTEMPTS",
    "DEFAULT_QUEUE",
    "IN_A_QUEUE",
    "PermanentFailure",
    "Postponed",
    "Result",
    "Step",
    "add",
    "enqueue_due",
    "queues_at_work",
    "reap",
    "retry",
    "run",
]
