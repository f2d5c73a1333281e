"""Counts what the web processes answer: requests by kind and status, their time, stored pages.

Each process counts for itself; `digest.health.web_figures` stores what it counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

BUCKETS = (0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
KINDS = {
    "": "home",
    "admin": "admin",
    "static": "static",
    "papers": "paper",
    "tags": "tag",
    "search": "search",
    "search.json": "search",
    "trends": "trends",
    "trends.csv": "trends",
    "ledger": "ledger",
    "ledger.json": "ledger",
    "archive": "archive",
    "preview": "preview",
    "healthz": "health",
    "readyz": "health",
    "metrics": "health",
    "rss": "feed",
    "feed": "feed",
}
"""The kinds of address by their first part. What is not here and not below is `other`."""
FEEDS = (".xml", "feed.json")

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

registry = CollectorRegistry()
_requests = Counter(
    "digest_http_requests", "Requests answered.", ["kind", "status"], registry=registry
)
_seconds = Histogram(
    "digest_http_request_seconds",
    "Time from a request to the head of its answer.",
    ["kind"],
    buckets=BUCKETS,
    registry=registry,
)
_pages = Counter(
    "digest_stored_pages",
    "Public pages answered, by where they came from: memory, row, or made anew.",
    ["source"],
    registry=registry,
)


_page = {source: _pages.labels(source) for source in ("memory", "row", "made")}


def page(source: str) -> None:
    """Count a public page that came from `memory`, from its `row`, or was `made`."""
    _page[source].inc()


@lru_cache(maxsize=1000)
def _figures_of(kind: str, status: str) -> tuple[Counter, Histogram]:
    """Return what to count a request in. To look it up by labels takes longer than to count."""
    said = status if status.startswith("5") else f"{status[:1]}xx"
    return _requests.labels(kind, said), _seconds.labels(kind)


def kind_of(path: str) -> str:
    """Return what kind of address a path is. There are some 15, whatever is asked for."""
    parts = path[:200].split("/", 3)
    first = parts[1] if len(parts) > 1 else "*"
    if len(first) == 2 and len(parts) > 2:  # The prefix of a language.
        first = parts[2]
    if path.endswith(FEEDS):
        return "feed"
    if len(first) == 4 and first.isdecimal():
        return "digest"
    return KINDS.get(first, "other")


class Counted:
    """A WSGI application whose requests are counted."""

    def __init__(self, application: Application, begin: Callable[[], None]) -> None:
        """`begin` is called with each request, to store what is counted in this process."""
        self.application = application
        self.begin = begin

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun = time.perf_counter()
        kind = kind_of(environ.get("PATH_INFO", ""))

        def counting(status: str, *args: Any) -> Any:
            requests, seconds = _figures_of(kind, status[:3])
            requests.inc()
            seconds.observe(time.perf_counter() - begun)
            return start_response(status, *args)

        self.begin()
        return self.application(environ, counting)


def figures() -> str:
    """Return what this process has counted, in the text format of Prometheus."""
    return generate_latest(registry).decode()
