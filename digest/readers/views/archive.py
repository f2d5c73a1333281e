"""Pages of the digests by date: a month, a year, all years, and the newest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import reverse
from django.views.generic import (
    MonthArchiveView,
    TemplateView,
    YearArchiveView,
)

from digest.models import Entry, Post, PostQuerySet
from digest.readers import pages
from digest.readers.calendars import (
    Known,
    calendar_of,
    end_of_month,
    months,
    most_papers,
    weeks,
    years,
)
from digest.readers.overdue import Overdue
from digest.readers.pages import Kind
from digest.readers.structured_data import site_data
from digest.readers.tags import used_tags
from digest.readers.translations import page_context
from digest.readers.views.digests import digest_context, languages_of

RECENT = 7
HOME_TAGS = 24
NAMES_OF_A_PAPER = ("arxiv_id", "title", "title_html", "title_plain")


def with_titles(posts: PostQuerySet) -> PostQuerySet:
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
        posts, known = Post.objects.published(), Known.read()
        recent = with_titles(posts.exclude(pk=newest.pk))[:RECENT]
        tell_rows(recent)
        return {
            **digest_context(newest),
            **page_context(languages_of(newest), partial(reverse, "home")),
            "overdue": Overdue.after(newest.date, known),
            "recent": recent,
            "tags": used_tags()[:HOME_TAGS],
            **calendar_of(newest.date, known),
        }


class Archive:
    """The base of the archives: published posts by date."""

    date_field: str | None = "date"
    month_format = "%m"
    allow_future = True  # Only `published` decides: a source's day may be ahead of our clock.
    context_object_name: str | None = "posts"

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.published()


class Period(Archive):
    """A month or a year. An empty one is shown only between two that are not empty.

    Otherwise there would be empty pages without end.
    """

    period: str

    def get_dated_queryset(self, **lookup: Any) -> PostQuerySet:
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
    return end_of_month(first if period == "month" else first.replace(month=12))


class MonthPage(Period, MonthArchiveView):
    """The calendar of a month, and its digests."""

    period = "month"

    def get_dated_queryset(self, **lookup: Any) -> PostQuerySet:
        return with_titles(super().get_dated_queryset(**lookup).with_paper_counts())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        tell_rows(context["posts"])
        return context | {"weeks": weeks(context["month"], context["posts"], Known.read())}


class YearPage(Period, YearArchiveView):
    """The twelve months of a year, with their numbers of digests and papers."""

    period = "year"
    make_object_list = True

    def get_dated_queryset(self, **lookup: Any) -> PostQuerySet:
        return super().get_dated_queryset(**lookup).with_paper_counts().order_by("date")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        year, posts = context["year"].year, context["posts"]
        pages.tell(Kind.YEAR, context["year"].isoformat()[:4])
        return context | {"months": months(year, posts), "most": most_papers(posts)}


class ArchivePage(TemplateView):
    """All years, newest first, each with its months."""

    template_name = "digest/archive.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        posts = list(Post.objects.published().with_paper_counts().only("date").order_by("date"))
        shown = years(posts)
        pages.tell(Kind.POSTS)
        pages.tell(Kind.YEAR, *(each.first.isoformat()[:4] for each in shown))
        found = {"years": shown[::-1], "most": most_papers(posts)}
        return super().get_context_data(**kwargs) | found
