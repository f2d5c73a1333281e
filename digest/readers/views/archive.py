"""Pages of the digests by date: a day, a month, a year, and the newest."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import (
    DayArchiveView,
    MonthArchiveView,
    TemplateView,
    YearArchiveView,
)

from digest.models import Entry, Post, PostQuerySet
from digest.readers import pages
from digest.readers.calendars import months, weeks
from digest.readers.pages import Kind
from digest.readers.structured_data import site_data
from digest.readers.tags import used_tags
from digest.readers.views.digests import digest_context

RECENT = 7
HOME_TAGS = 24
NAMES_OF_A_PAPER = ("arxiv_id", "title", "title_html", "title_plain")


def with_titles(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Prefetch `public_entries` with only their papers' ids and titles, which a list needs."""
    entries = (
        Entry.objects.filter(public_position__isnull=False)
        .order_by("public_position", "id")
        .select_related("paper")
        .only("post", "public_position", *(f"paper__{name}" for name in NAMES_OF_A_PAPER))
    )
    prefetch: list[Any] = [Prefetch("entries", entries, "public_entries")]
    return posts.prefetch_related(*prefetch)


def tell_rows(posts: Iterable[Post]) -> None:
    """Tell the stored page that it shows these posts in a list."""
    for kind in (Kind.ROW, Kind.CONTENTS):
        pages.tell(kind, *(post.pk for post in posts))


class Home(TemplateView):
    """The papers of the newest digest, and links to the others."""

    template_name = "digest/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pages.tell(Kind.POSTS)
        newest = Post.objects.published().with_public_entries().first()
        found = {"structured_data": site_data(newest)} | (self._found(newest) if newest else {})
        return super().get_context_data(**kwargs) | found

    def _found(self, newest: Post) -> dict[str, Any]:
        posts = Post.objects.published()
        month = newest.date.replace(day=1)
        recent = with_titles(posts.exclude(pk=newest.pk))[:RECENT]
        tell_rows(recent)
        return {
            **digest_context(newest),
            "recent": recent,
            "month": month,
            "weeks": weeks(month, posts.filter(date__year=month.year, date__month=month.month)),
            "tags": used_tags()[:HOME_TAGS],
        }


class Archive:
    """The base of the three archives: published posts by date."""

    date_field: str | None = "date"
    month_format = "%m"
    allow_future = True  # Only `published` decides: a source's day may be ahead of our clock.
    context_object_name: str | None = "posts"

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.published()


class DayPage(Archive, DayArchiveView):
    """The digests of a day. If there is only one, the page redirects to it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        posts = response.context_data["posts"]  # type: ignore[attr-defined]
        pages.tell_between(posts[0].date, posts[0].date)
        tell_rows(posts)
        return redirect(posts[0]) if len(posts) == 1 and posts[0].has_address else response

    def get_dated_queryset(self, **lookup: Any) -> QuerySet[Post]:
        return with_titles(super().get_dated_queryset(**lookup))


class Period(Archive):
    """A month or a year. An empty one is shown only between two that are not empty.

    Otherwise there would be empty pages without end.
    """

    period: str

    def get_dated_queryset(self, **lookup: Any) -> QuerySet[Post]:
        return self.get_queryset().filter(**lookup)

    def get_date_list(
        self, queryset: QuerySet[Post], date_type: str | None = None, ordering: str = "ASC"
    ) -> QuerySet[Post]:
        return queryset.none()  # It is not used, and Django's own raises Http404 if it is empty.

    def get_dated_items(self) -> tuple[Any, QuerySet[Post], dict[str, Any]]:
        days, posts, context = super().get_dated_items()  # type: ignore[misc]
        around = [context[name] for name in context if name.startswith(("next_", "previous_"))]
        if not posts and not all(around):
            raise Http404
        pages.tell_between(*self._span(context))
        return days, posts, context

    def _span(self, context: dict[str, Any]) -> tuple[date | None, date | None]:
        """Return the first and the last day on which a new digest would change the page.

        The neighbours of a period are the next ones with a digest.
        """
        before, after = (context[f"{side}_{self.period}"] for side in ("previous", "next"))
        return before, after and _end(after, self.period)


def _end(first: date, period: str) -> date:
    """Return the last day of the month or year that begins with `first`."""
    month = first.month if period == "month" else 12
    return first.replace(month=month, day=monthrange(first.year, month)[1])


class MonthPage(Period, MonthArchiveView):
    """The calendar of a month, and its digests."""

    period = "month"

    def get_dated_queryset(self, **lookup: Any) -> QuerySet[Post]:
        return with_titles(super().get_dated_queryset(**lookup))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        tell_rows(context["posts"])
        return context | {"weeks": weeks(context["month"], context["posts"])}


class YearPage(Period, YearArchiveView):
    """The twelve months of a year, with their numbers of digests and papers."""

    period = "year"
    make_object_list = True

    def get_dated_queryset(self, **lookup: Any) -> QuerySet[Post]:
        shown = Q(entries__public_position__isnull=False)
        posts = super().get_dated_queryset(**lookup)
        return posts.annotate(paper_count=Count("entries", filter=shown)).order_by("date")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        pages.tell(Kind.YEAR, context["year"].isoformat()[:4])
        return context | {"months": months(context["year"].year, context["posts"])}
