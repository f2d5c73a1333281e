"""Which request, job and run the log lines that are written now belong to.

`digest.logs` writes them into each line. A job that is made due keeps the request's id, and so do
the jobs that it makes due itself: one id leads from a click to the draft.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

REQUEST_ID_LENGTH = 64

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_job_id: ContextVar[int | None] = ContextVar("job_id", default=None)
_run_id: ContextVar[int | None] = ContextVar("run_id", default=None)


@contextmanager
def request(request_id: str) -> Iterator[None]:
    """Say that what happens within the block was asked for by a request."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


@contextmanager
def job(job_id: int) -> Iterator[None]:
    token = _job_id.set(job_id)
    try:
        yield
    finally:
        _job_id.reset(token)


@contextmanager
def run(run_id: int, request_id: str) -> Iterator[None]:
    """Say that what happens within the block is an attempt, at a job that a request asked for."""
    token = _run_id.set(run_id)
    try:
        with request(request_id):
            yield
    finally:
        _run_id.reset(token)


def request_id() -> str:
    return _request_id.get()


def job_id() -> int | None:
    return _job_id.get()


def run_id() -> int | None:
    return _run_id.get()
