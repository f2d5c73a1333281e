"""The calendar of posts: which day has one that is scheduled, late, in work, public, or missing."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from digest.admin.desk.items import moment
from digest.models import Post, State
from digest.publishing.steps import LATE
from papers.clock import now
from papers.models import Choice, Listing

SHOWN_SCHEDULED = 20
FIRST_YEAR, LAST_YEAR = 1991, 2999
"""Years whose months have whole weeks on either side."""
_COLUMNS = ("date", "slug", "title", "state", "scheduled_at", "published_at")


@dataclass(frozen=True, slots=True)
class Due:
    """A post in the calendar: how it stands, in a word, and when it goes public."""

    title: str
    address: str
    word: str
    tone: str
    when: str = ""

    @classmethod
    def of(cls, post: Post) -> Due:
        address = reverse("admin:digest_post_change", args=[post.pk])
        when = moment(post.scheduled_at) if post.scheduled_at else ""
        if is_late(post):
            return cls(post.title, address, _("late"), "bad", when)
        return cls(post.title, address, post.get_state_display(), f"state-{post.state}", when)


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    posts: list[Due]
    in_month: bool
    is_today: bool
    is_missing: bool
    """Whether the day is over, papers were listed that nobody excluded, and it has no post."""


def is_late(post: Post) -> bool:
    """Return whether the time to publish a post has passed, and it is not public."""
    is_public = post.state in {State.PUBLISHED, State.WITHDRAWN}
    return not is_public and post.scheduled_at is not None and post.scheduled_at < now() - LATE


@require_safe
def calendar_view(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """Show a month. It takes 3 queries."""
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    first = _month(request.GET.get("month", ""))
    weeks = _weeks(first, sees_listings=request.user.has_perm("papers.view_listing"))
    scheduled = Post.objects.filter(scheduled_at__isnull=False).exclude(
        state__in=[State.PUBLISHED, State.WITHDRAWN]
    )
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Calendar"),
        "month": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=31)).replace(day=1),
        "weeks": weeks,
        "is_empty": not any(day.in_month and day.posts for week in weeks for day in week),
        "due": [
            (post.date, Due.of(post))
            for post in scheduled.only(*_COLUMNS).order_by("scheduled_at")[:SHOWN_SCHEDULED]
        ],
    }
    return TemplateResponse(request, "admin/digest/post/calendar.html", context)


def _month(typed: str) -> date:
    """Return the first day of a month such as "2025-10", by default of this one."""
    try:
        found = date.fromisoformat(f"{typed}-01")
    except ValueError:
        found = _today()
    return (
        found.replace(day=1) if FIRST_YEAR <= found.year <= LAST_YEAR else _today().replace(day=1)
    )


def _weeks(month: date, *, sees_listings: bool) -> list[list[Day]]:
    weeks = Calendar().monthdatescalendar(month.year, month.month)
    span = (weeks[0][0], weeks[-1][-1])
    posts: dict[date, list[Due]] = defaultdict(list)
    for post in Post.objects.filter(date__range=span).only(*_COLUMNS).order_by("date", "pk"):
        posts[post.date].append(Due.of(post))
    listed = _listed(span) if sees_listings else frozenset()
    return [[_day(day, month, posts[day], listed) for day in week] for week in weeks]


def _listed(span: tuple[date, date]) -> frozenset[date]:
    """Return the days with listed papers that nobody excluded."""
    rows = Listing.objects.filter(day__range=span).exclude(choice=Choice.EXCLUDED)
    return frozenset(rows.order_by().values_list("day", flat=True).distinct())


def _day(day: date, month: date, posts: list[Due], listed: Iterable[date]) -> Day:
    today = _today()
    is_missing = day < today and day in listed and not posts
    return Day(day, posts, day.month == month.month, day == today, is_missing)


def _today() -> date:
    return localtime(now()).date()
