"""The ledger for readers: the days of a month with their sums, and every day for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from digest import ledger

TERMS = ("published", "excluded", "failed", "pending", "missing")


@dataclass(frozen=True, slots=True)
class Row:
    """A day with the terms of its equation. A paper that several sources list counts once."""

    day: ledger.Day
    sources: tuple[ledger.Day, ...]
    balances: bool
    sum: Counter[str]

    @classmethod
    def of(cls, date: ledger.Date) -> Row:
        day = date.day
        numbers = (day.published, day.left_out, len(day.failed), day.pending, len(day.missing))
        terms = Counter(listed=day.listed, **dict(zip(TERMS, numbers, strict=True)))
        return cls(day, date.sources, date.balances, terms)

    @property
    def bar(self) -> list[tuple[str, int, int]]:
        """(term, start, width) of each piece of the bar. Start and width are counted in papers."""
        pieces, start = [], 0
        for term in TERMS:
            if width := self.sum[term]:
                pieces.append((term, start, width))
            start += width
        return pieces


def page(request: HttpRequest, year: str = "", month: str = "") -> HttpResponse:
    """Show one month, newest day first. Without `year` and `month` it is the newest month."""
    known = ledger.known()
    if known is None and not year:
        return render(request, "ledger.html")
    months = months_between(*known) if known else []
    shown = _first_day(year, month) if year else months[0]
    if shown not in months:
        raise Http404(f"{year}-{month}")
    return render(request, "ledger.html", _context(shown, months))


def _context(month: date, months: list[date]) -> dict[str, Any]:
    place = months.index(month)
    rows = [Row.of(each) for each in ledger.dates(month, _next(month) - timedelta(days=1))[::-1]]
    return {
        "month": month,
        "rows": rows,
        "sum": sum((row.sum for row in rows), Counter()),
        "largest": max((row.day.listed for row in rows), default=0),
        "wrong": sum(not row.balances for row in rows),
        "several_sources": len({each.source for row in rows for each in row.sources}) > 1,
        "years": [(year, list(some)) for year, some in groupby(months, lambda m: m.year)],
        "newer": months[place - 1] if place else None,
        "older": months[place + 1] if place + 1 < len(months) else None,
    }


def _first_day(year: str, month: str) -> date | None:
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        return None


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def months_between(first: date, last: date) -> list[date]:
    """Return the first days of the months between two days, newest first."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    begin = first.year * 12 + first.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in reversed(range(begin, begin + count))]


def data(request: HttpRequest) -> HttpResponse:
    """Respond with every known day, newest first, as JSON: each source's account of its own.

    "dates" has the same over all sources, with each paper counted once.
    """
    known = ledger.known()
    dates = ledger.dates(*known)[::-1] if known else []
    days = [day.data() for date in dates for day in reversed(date.sources)]
    return JsonResponse(
        {"days": days, "dates": [date.data() for date in dates]},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
