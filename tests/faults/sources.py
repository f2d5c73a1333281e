"""Fakes of Hugging Face and arXiv on a real socket: slow, failing or odd as a test says."""

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.papers.sources.atom import make_entry, make_feed

PAPERS_A_DAY = 4
ABSTRACT = "We study widgets. We propose a method. Results show a gain of 3.2%."
"""Both say the same: a draft that quotes one would have errors by the other."""


def item(day: str, number: int, **paper: Any) -> dict[str, Any]:
    """Return one item of Hugging Face's list for a day. Each day has its own paper ids."""
    year, month, of_month = day.split("-")
    return {
        "paper": {
            "id": f"{year[2:]}{month}.{int(of_month):02}{number:03}",
            "title": f"Paper {number} of {day}",
            "summary": ABSTRACT,
            "authors": [{"name": "Ada Lovelace"}],
            "publishedAt": f"{day}T00:00:00.000Z",
            "upvotes": number,
            **paper,
        }
    }


class Sources:
    """Responds to each day with PAPERS_A_DAY papers or those in `days`, and counts requests."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.asked: Counter[Any] = Counter()
        self.asked_at: defaultdict[str, list[float]] = defaultdict(list)
        """When the first page of each day was requested (seconds, monotonic)."""
        self.days: dict[str, list[dict[str, Any]]] = {}
        self.wait = 0.0
        self.refusal: Callable[[], Response] | None = None
        self.refusals: defaultdict[str, list[Response]] = defaultdict(list)
        """The first responses of a day, one after the other."""
        self.meeting: threading.Barrier | None = None
        """Holds each request for a first page until as many have come as the barrier waits for."""
        server.expect_request("/api/daily_papers").respond_with_handler(self.day)
        server.expect_request("/api/query").respond_with_handler(self.arxiv)

    @property
    def environment(self) -> dict[str, str]:
        return {"HUGGINGFACE_URL": self.url, "ARXIV_API_URL": f"{self.url}/api/query"}

    def day(self, request: Request) -> Response:
        day, page = request.args["date"], request.args["p"]
        self.asked[day, page] += 1
        if page == "0":
            self.asked_at[day].append(time.monotonic())
            if self.meeting:
                self.meeting.wait()
        if self.refusals[day]:
            return self.refusals[day].pop(0)
        if self.refusal:
            return self.refusal()
        time.sleep(self.wait)
        items = self.days.get(day, [item(day, number) for number in range(PAPERS_A_DAY)])
        return Response(json.dumps(items if page == "0" else []), content_type="application/json")

    def arxiv(self, request: Request) -> Response:
        self.asked["arxiv"] += 1
        time.sleep(self.wait)
        ids = request.args["id_list"].split(",")
        return Response(make_feed(*(make_entry(each, summary=ABSTRACT) for each in ids)))
