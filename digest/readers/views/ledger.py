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
    """A day with the terms of its equation."""

    day: ledger.Day
    sum: Counter[str]

    @classmethod
    def of(cls, day: ledger.Day) -> Row:
        numbers = (day.published, day.left_out, len(day.failed), day.pending, len(day.missing))
        return cls(day, Counter(listed=day.listed, **dict(zip(TERMS, numbers, strict=True))))

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
    months = _months(*known) if known else []
    shown = _first_day(year, month) if year else months[0]
    if shown not in months:
        raise Http404(f"{year}-{month}")
    return render(request, "ledger.html", _context(shown, months))


def _context(month: date, months: list[date]) -> dict[str, Any]:
    place = months.index(month)
    days = ledger.days(month, _next(month) - timedelta(days=1))
    rows = [Row.of(day) for day in reversed(days)]
    return {
        "month": month,
        "rows": rows,
        "sum": sum((row.sum for row in rows), Counter()),
        "largest": max((day.listed for day in days), default=0),
        "wrong": sum(not day.balances for day in days),
        "several_sources": len({day.source for day in days}) > 1,
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


def _months(first: date, last: date) -> list[date]:
    """Return the first days of the months between two days, newest first."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    begin = first.year * 12 + first.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in reversed(range(begin, begin + count))]


def data(request: HttpRequest) -> HttpResponse:
    """Respond with every known day, newest first, as JSON."""
    known = ledger.known()
    days = ledger.days(*known) if known else []
    return JsonResponse(
        {"days": [day.data() for day in reversed(days)]},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
