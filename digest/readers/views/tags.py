"""The list of tags, and the page of one tag."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import ListView
from taggit.models import Tag

from digest.models import PostQuerySet
from digest.readers.tags import posts_about, tag_spelled, used_tags
from digest.readers.views.archive import tell_rows
from digest.readers.views.public import moved


class TagList(ListView):
    """All tags of published posts and papers, most used first."""

    template_name = "tags/tag_list.html"
    context_object_name = "tags"
    paginate_by = 200

    def get_queryset(self) -> QuerySet[Tag]:
        return used_tags()


class TagPage(ListView):
    """The digests that have a tag, or contain papers that have it, with these papers."""

    template_name = "tags/tag_detail.html"
    context_object_name = "posts"
    paginate_by = 30

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Respond with the page, or redirect from another spelling of the tag to it."""
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            tag = tag_spelled(self.kwargs["slug"])
            if tag is None or tag.slug == self.kwargs["slug"]:
                raise
            return moved(request, "tag", tag.slug)

    @cached_property
    def tag(self) -> Tag:
        return get_object_or_404(Tag, slug=self.kwargs["slug"])

    def get_queryset(self) -> PostQuerySet:
        return posts_about(self.tag)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not context["page_obj"].paginator.count:
            raise Http404(self.tag)  # Readers do not see a tag that only drafts have.
        tell_rows(context["posts"])
        return context | {"tag": self.tag}


def tag_by_spelling(request: HttpRequest, spelling: str, *, name: str = "tag") -> HttpResponse:
    """Redirect from any spelling of a tag to its page, or to its only feed."""
    tag = tag_spelled(spelling)
    if tag is None:
        raise Http404(spelling)
    return moved(request, name, tag.slug)
