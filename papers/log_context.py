"""Which job the log lines that are written now belong to; `digest.logs` writes it into each."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_job_id: ContextVar[int | None] = ContextVar("job_id", default=None)


@contextmanager
def job(job_id: int) -> Iterator[None]:
    token = _job_id.set(job_id)
    try:
        yield
    finally:
        _job_id.reset(token)


def job_id() -> int | None:
    return _job_id.get()
