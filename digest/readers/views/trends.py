"""Trends: what the field talked about over weeks, as plots with their numbers, and as CSV.

Topic and weeks stand in the path, so that each page is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.text import slugify

from digest import ledger
from digest.readers.trends import rows, table
from digest.readers.trends.rows import Name
from digest.readers.trends.series import LEAST, WEEK, Plot, Span, Topic, Topics
from digest.readers.views.public import moved
from papers.models import Listing

RANGES = (4, 12, 26, 52)
"""Weeks."""
DEFAULT = 12
SHOWN = 12
"""Topics of each list."""
PAPERS = 10


@dataclass(frozen=True)
class ShownTopic:
    """A topic with its name, as a page shows it."""

    topic: Topic
    name: Name
    weeks: int

    @cached_property
    def plot(self) -> Plot:
        return Plot.of_topic(self.topic)

    @property
    def address(self) -> str:
        """The path of its own page, or "" if its name makes none."""
        try:
            return address("trend", self.weeks, self.topic.slug)
        except NoReverseMatch:
            return ""

    @property
    def tag_address(self) -> str:
        try:
            return reverse("tag", args=[self.name.tag.slug]) if self.name.tag else ""
        except NoReverseMatch:
            return ""


@dataclass(frozen=True)
class Trends:
    """All that the page and the CSV of a span show."""

    span: Span
    all_papers: Topic
    """Those that have any topic."""
    risers: list[ShownTopic]
    frequent: list[ShownTopic]
    days: list[ledger.Count]
    votes: list[tuple[date, float | None]]
    """The median of each week; None if no paper has votes."""
    listings: list[Listing]
    """The published papers with the most votes."""

    @classmethod
    def of(cls, span: Span) -> Trends:
        """Count in 7 queries, however much there is."""
        topics = Topics.of(rows.counted(span), span)
        risers, frequent = topics.risers(SHOWN), topics.frequent(SHOWN)
        named = rows.names({each.slug for each in (*risers, *frequent)}, span)
        medians = rows.votes(span)
        return cls(
            span,
            topics.all_papers,
            _shown(risers, named, span),
            _shown(frequent, named, span),
            list(rows.days(span)),
            [(monday, medians.get(monday)) for monday in span.mondays],
            rows.most_voted(span, PAPERS),
        )

    @property
    def days_plot(self) -> Plot:
        return Plot.of(
            listed=[each.listed for each in self.days],
            published=[each.published for each in self.days],
        )

    @property
    def votes_plot(self) -> Plot:
        return Plot.of(now=[median for _, median in self.votes])

    @property
    def listed(self) -> int:
        return sum(each.listed for each in self.days)

    @property
    def published(self) -> int:
        return sum(each.published for each in self.days)

    @property
    def has_votes(self) -> bool:
        return any(median is not None for _, median in self.votes)

    def lines(self) -> Iterator[table.Line]:
        """Yield the numbers of the page, those of a topic in both lists once."""
        shown = {each.topic.slug: each for each in (*self.risers, *self.frequent)}
        for each in shown.values():
            yield from table.of_topic(each.topic, each.name.name, self.span)
        yield from table.of_all(self.all_papers, self.span)
        for count in self.days:
            yield table.Line("listed papers", count.date, count.date, count.listed)
            yield table.Line("published papers", count.date, count.date, count.published)
        for monday, median in self.votes:
            if median is not None:
                last = monday + WEEK - timedelta(days=1)
                yield table.Line("median upvotes", monday, last, median)


def _shown(topics: Iterable[Topic], named: dict[str, Name], span: Span) -> list[ShownTopic]:
    return [ShownTopic(each, named.get(each.slug, Name(each.slug)), span.weeks) for each in topics]


def page(request: HttpRequest, weeks: str = "") -> HttpResponse:
    """Show what rose in the newest weeks, papers a day, and votes."""
    if weeks == str(DEFAULT):
        return moved(request, "trends")
    span = _span(weeks)
    context = {"trends": Trends.of(span)} if span else {}
    return render(request, "trends.html", context | _ranges(weeks))


def data(request: HttpRequest, weeks: str = "") -> HttpResponse:
    """Respond with the numbers of the page as CSV."""
    if weeks == str(DEFAULT):
        return moved(request, "trends_csv")
    span = _span(weeks)
    return _csv(Trends.of(span).lines() if span else (), "trends", weeks)


def topic_page(request: HttpRequest, topic: str, weeks: str = "") -> HttpResponse:
    """Show one topic over the weeks, and its newest published papers."""
    if elsewhere := _elsewhere(request, "trend", topic, weeks):
        return elsewhere
    try:
        shown, span = _topic(topic, weeks)
    except Http404:
        return _called_now(request, "trend", topic, weeks)
    entries = rows.newest_about(topic, span, PAPERS)
    weekly = list(zip(span.all_mondays, shown.topic.weekly, strict=True))
    context = {"shown": shown, "span": span, "weekly": weekly, "entries": entries}
    return render(request, "trend.html", context | _ranges(weeks, topic))


def topic_data(request: HttpRequest, topic: str, weeks: str = "") -> HttpResponse:
    """Respond with the numbers of one topic as CSV."""
    if elsewhere := _elsewhere(request, "trend_csv", topic, weeks):
        return elsewhere
    try:
        shown, span = _topic(topic, weeks)
    except Http404:
        return _called_now(request, "trend_csv", topic, weeks)
    return _csv(table.of_topic(shown.topic, shown.name.name, span), topic, weeks)


def _span(weeks: str) -> Span | None:
    newest = rows.newest_week()
    return Span(int(weeks or DEFAULT), newest) if newest else None


def _elsewhere(request: HttpRequest, name: str, topic: str, weeks: str) -> HttpResponse | None:
    """Redirect from another spelling of a topic, or from the usual weeks, to the one address."""
    spelled = rows.spelled(topic)
    if not spelled:
        raise Http404(topic)
    if spelled == topic and weeks != str(DEFAULT):
        return None
    kept = [] if weeks in {"", str(DEFAULT)} else [weeks]
    return moved(request, name, spelled, *kept)


def _called_now(request: HttpRequest, name: str, topic: str, weeks: str) -> HttpResponse:
    """Redirect from what a tag was called before to its topic. Raises Http404 if it has none."""
    now = rows.called_now(topic)
    if not now:
        raise Http404(topic)
    _topic(now, weeks)
    return moved(request, name, now, *([weeks] if weeks else []))


def _topic(topic: str, weeks: str) -> tuple[ShownTopic, Span]:
    """Return what has LEAST papers in the longest range, for a shorter one too.

    Else a page would link to ranges that are not found, and be gone itself some weeks later.
    """
    span = _span(weeks)
    if span is None:
        raise Http404(f"{topic}: no papers")
    longest = Span(max(RANGES), span.newest)
    by_week = rows.counted(span, topic, least=1).get(topic, {})
    if sum(by_week.values()) < LEAST and not rows.counted(longest, topic):
        raise Http404(f"{topic}: fewer than {LEAST} papers")
    name = rows.names([topic], longest).get(topic, Name(topic))
    return ShownTopic(Topic.of(topic, by_week, span), name, span.weeks), span


def address(name: str, weeks: int, *args: str) -> str:
    """Return the path of a page of some weeks. The usual number of weeks is left out."""
    return reverse(name, args=[*args, *([] if weeks == DEFAULT else [weeks])])


def _ranges(weeks: str, topic: str = "") -> dict[str, Any]:
    """Return the ways to the other ranges of weeks, and to the CSV."""
    shown, args = int(weeks or DEFAULT), [topic] if topic else []
    name = "trend" if topic else "trends"
    ranges = [(each, address(name, each, *args), each == shown) for each in RANGES]
    return {"ranges": ranges, "weeks": shown, "csv": address(f"{name}_csv", shown, *args)}


def _csv(lines: Iterable[table.Line], name: str, weeks: str) -> HttpResponse:
    file = f"{slugify(name) or 'trend'}-{weeks or DEFAULT}-weeks.csv"
    return HttpResponse(
        table.text(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )
