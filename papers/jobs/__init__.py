"""Work that is due: PostgreSQL holds it, Celery carries it, and Redis may forget it all."""

from papers.jobs.queue import (
    ARXIV_QUEUE,
    ASKS_ARXIV,
    ATTEMPTS,
    DEFAULT_QUEUE,
    IN_A_QUEUE,
    Impossible,
    NotYet,
    Result,
    Step,
    add,
    bury,
    hand_out,
    retry,
    run,
)

__all__ = [
    "ARXIV_QUEUE",
    "ASKS_ARXIV",
    "ATTEMPTS",
    "DEFAULT_QUEUE",
    "IN_A_QUEUE",
    "Impossible",
    "NotYet",
    "Result",
    "Step",
    "add",
    "bury",
    "hand_out",
    "retry",
    "run",
]
