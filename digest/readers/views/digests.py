"""A digest as a page, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Q, Value
from django.http import Http404, HttpResponse, JsonResponse
from django.views.generic import DateDetailView

from digest.models import Post, PostQuerySet, State
from digest.readers import pages, reading_time
from digest.readers.documents import post_data, post_markdown
from digest.readers.filters import filters_of
from digest.readers.pages import Kind
from digest.readers.structured_data import digest_data
from digest.readers.summaries import WHOLE, summaries_of
from digest.readers.translations import page_context, with_text
from digest.readers.views.public import Gone


class PostPage(DateDetailView):
    """The whole digest. It takes at most 8 queries, however many papers it has."""

    date_field = "date"
    month_format = "%m"
    allow_future = True  # Only `published` decides.
    context_object_name = "post"

    def get_queryset(self) -> PostQuerySet:
        return Post.objects.published().with_public_entries()

    def get_object(self, queryset: Any = None) -> Post:
        try:
            return super().get_object(queryset)
        except Http404:
            if withdrawn := self._withdrawn():
                raise Gone(withdrawn.withdrawal_reason, withdrawn.language) from None
            raise

    def _withdrawn(self) -> Post | None:
        try:
            day = date.fromisoformat("{year}-{month}-{day}".format(**self.kwargs))
        except ValueError:
            return None
        withdrawn = Post.objects.filter(state=State.WITHDRAWN)
        found = withdrawn.filter(date=day, slug=self.kwargs["slug"]).first()
        if found:
            pages.tell(Kind.POST, found.pk)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | self.shown()

    def shown(self) -> dict[str, Any]:
        """Return what the page shows of the digest and beside it."""
        post = self.object
        context = digest_context(post)
        languages = page_context(languages_of(post), post.get_absolute_url)
        data = {"structured_data": digest_data(post, context["summaries"])}
        return context | languages | neighbours(post) | data


def digest_context(post: Post) -> dict[str, Any]:
    """Return what a page with a whole digest shows of it.

    The post must come `with_public_entries`.
    """
    summaries = summaries_of(post)
    texts = (shown.section.public_markdown for each in summaries for shown in each.sections)
    return {
        "post": post,
        "summaries": summaries,
        "minutes": reading_time.minutes(texts),
        "filters": filters_of(summaries),
    }


def languages_of(post: Post) -> frozenset[str]:
    """Return the languages in which a digest has text. It must come `with_public_entries`."""
    sections = chain.from_iterable(entry.paper.public_sections for entry in post.public_entries)
    return with_text(sections, post.language)


def neighbours(post: Post) -> dict[str, Post]:
    """Return the published posts next to one, as "older" and "newer", in one query."""
    older = beside(post, "lt").annotate(side=Value("older"))[:1]
    newer = beside(post, "gt").annotate(side=Value("newer")).reverse()[:1]
    found: dict[str, Any] = {each.side: each for each in older.union(newer, all=True)}
    ends = (found[side].date if side in found else None for side in ("older", "newer"))
    pages.tell_between(*ends)
    pages.tell(Kind.ROW, *(each.pk for each in found.values()))
    return found


def beside(post: Post, side: str) -> PostQuerySet:
    """Return published posts older ("lt") or newer ("gt") than a post, in their usual order."""
    return Post.objects.published().filter(
        Q(**{f"date__{side}": post.date})
        | Q(date=post.date, **{f"published_at__{side}": post.published_at})
        | Q(date=post.date, published_at=post.published_at, **{f"pk__{side}": post.pk})
    )


class PostDocument(PostPage):
    """The digest for programs, without the way to others."""

    kinds: Collection[Kind] = WHOLE
    """What it shows of the papers beside their texts."""

    def shown(self) -> dict[str, Any]:
        return {"summaries": summaries_of(self.object, shown=self.kinds)}


class PostJson(PostDocument):
    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        data = post_data(context["post"], context["summaries"])
        return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})


class PostMarkdown(PostDocument):
    kinds = (Kind.REVIEW,)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        text = post_markdown(context["post"], context["summaries"])
        return HttpResponse(text, content_type="text/markdown; charset=utf-8")
