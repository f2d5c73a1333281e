"""The page of a day: the way to its digests, or what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from digest import ledger
from digest.models import Post
from digest.readers import pages
from digest.readers.calendars import Known, calendar_of
from digest.readers.standing import Standing
from digest.readers.views.archive import tell_rows, with_titles
from digest.readers.views.ledger import Row
from papers.clock import now


def page(request: HttpRequest, year: str, month: str, day: str) -> HttpResponse:
    """Redirect to the day's only digest, or list its digests, or say why it has none."""
    shown = _date(year, month, day)
    posts = list(with_titles(Post.objects.published().filter(date=shown)))
    if not posts:
        return _without_a_digest(request, shown)
    pages.tell_between(shown, shown)
    tell_rows(posts)
    if len(posts) == 1 and posts[0].has_address:
        return redirect(posts[0])
    return render(request, "digest/post_archive_day.html", {"day": shown, "posts": posts})


def _date(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Http404(f"{year}-{month}-{day}") from None


def _without_a_digest(request: HttpRequest, day: date) -> HttpResponse:
    """Show what the ledger says of a day. Such a page changes with each look at the source."""
    pages.tell_unstored()
    dates = ledger.dates(day, day) if day <= now().date() else []
    if not dates:
        raise Http404(day)
    rows = [Row.of(each) for each in dates]
    beside = _beside(day)
    context: dict[str, Any] = {
        "day": day,
        "year_has_page": len(beside) > 1 or any(p.date.year == day.year for p in beside.values()),
        "current": day,
        "standing": Standing.of(dates[0]),
        "rows": rows,
        "largest": dates[0].day.listed,
        "several_sources": len(dates[0].sources) > 1,
    }
    return render(request, "digest/day.html", context | beside | calendar_of(day, Known.read()))


def _beside(day: date) -> dict[str, Post]:
    """Return the published posts next to a day, with titles, as "older" and "newer"."""
    posts = with_titles(Post.objects.published())
    older = posts.filter(date__lt=day).annotate(side=Value("older"))[:1]
    newer = posts.filter(date__gt=day).annotate(side=Value("newer")).reverse()[:1]
    return {each.side: each for each in older.union(newer, all=True)}
