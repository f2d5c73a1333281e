"""What an opened row of the list shows: all that helps to choose a paper, or to leave it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from digest.admin.paper_links import links_of
from digest.admin.suggested import Suggested
from digest.models import Entry
from papers.admin.base import EditorsAdmin
from papers.clock import now
from papers.models import Finding, FindingLevel, Listing, Paper, SourceAnswer
from papers.sources import daily

SHOWN = 8
"""Of findings, places and days, at most."""
READ_ANSWERS = 8
"""Of a day's stored answers, at most: one can have 300 kB."""
WIDTH, HEIGHT = 120, 24


@dataclass(frozen=True, slots=True)
class Growth:
    """A paper's upvotes in the stored answers of its day, the oldest first."""

    counts: list[tuple[datetime, int]]

    @classmethod
    def of(cls, listing: Listing) -> Growth:
        """Read the first, the last, and some of the answers between, in 2 queries."""
        answers = SourceAnswer.objects.filter(source=listing.source, day=listing.day)
        times = list(answers.order_by("fetched_at").values_list("pk", "fetched_at"))
        pages = dict(answers.filter(pk__in=_spread(times)).values_list("pk", "pages"))
        votes = {key: daily.upvotes(listing.source, texts) for key, texts in pages.items()}
        said = [(at, votes[key].get(listing.paper.arxiv_id)) for key, at in times if key in votes]
        counts = [(at, count) for at, count in said if count is not None]
        if listing.upvotes is not None and (not counts or counts[-1][1] != listing.upvotes):
            counts.append((now(), listing.upvotes))
        return cls(counts)

    @property
    def first(self) -> int:
        return self.counts[0][1]

    @property
    def last(self) -> int:
        return self.counts[-1][1]

    @property
    def since(self) -> datetime:
        return self.counts[0][0]

    @property
    def line(self) -> str:
        """Return the points of a line through the counts, or "" if there is only one."""
        if len(self.counts) < 2:
            return ""
        start, end = (self.counts[edge][0].timestamp() for edge in (0, -1))
        low = min(count for at, count in self.counts)
        high = max(count for at, count in self.counts)
        return " ".join(
            f"{_share(at.timestamp(), start, end) * WIDTH:.1f},"
            f"{HEIGHT - _share(count, low, high) * HEIGHT:.1f}"
            for at, count in self.counts
        )


@require_safe
def details(request: HttpRequest, object_id: int, model_admin: EditorsAdmin) -> HttpResponse:
    """Return what an opened row shows."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    listing = get_object_or_404(Listing.objects.select_related("paper", "suggestion"), pk=object_id)
    paper = listing.paper
    context = {
        "listing": listing,
        "paper": paper,
        "growth": Growth.of(listing),
        "suggested": Suggested.of(listing),
        "links": links_of(paper),
        "places": _places(paper),
        "others": Listing.objects.filter(paper=paper).exclude(day=listing.day)[:SHOWN],
        "findings": _findings(paper),
    }
    return render(request, "admin/papers/listing/details.html", context)


def _places(paper: Paper) -> list[Entry]:
    entries = paper.entries.filter(position__isnull=False).select_related("post")
    return list(entries.order_by("-post__date", "-post")[:SHOWN])


def _findings(paper: Paper) -> list[Finding]:
    """Return open findings, errors first, at most SHOWN."""
    said = paper.findings.open().exclude(level=FindingLevel.UNCHECKED)
    return list(said.select_related("section").order_by("level", "id")[:SHOWN])


def _spread(times: list[tuple[int, datetime]]) -> list[int]:
    """Return the keys of the first, the last and some evenly between."""
    last = len(times) - 1
    if last < READ_ANSWERS:
        return [key for key, at in times]
    return [times[round(n * last / (READ_ANSWERS - 1))][0] for n in range(READ_ANSWERS)]


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.5
