"""The list of tags, and the page of one tag."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.views.generic import ListView
from taggit.models import Tag

from digest.models import Entry, Post
from digest.readers import pages
from digest.readers.converters import PageNumber
from digest.readers.followers import merged_slug
from digest.readers.page_links import pages_beside
from digest.readers.pages import Kind
from digest.readers.summaries import Summary
from digest.readers.tag_groups import groups, named, words_of
from digest.readers.tags import entries_of, posts_of, tag_spelled, used_tags
from digest.readers.views.archive import tell_rows, with_titles
from digest.readers.views.public import moved

FEW = 300
_NUMBER = re.compile(PageNumber.regex, re.ASCII)


def tag_list(request: HttpRequest) -> HttpResponse:
    """Show the tags of published posts and papers by letter.

    Where there are more than a FEW, those used once stand behind a link. With `?q=` the page shows
    the tags whose name has these words, at most a FEW, those used most.
    """
    words = words_of(request.GET.get("q", ""))
    if "all" in request.GET and not words:
        return redirect("all_tags", permanent=True)
    tags = list(used_tags())
    shown = named(tags, words)[:FEW] if words else tags
    if len(tags) > FEW and not words:
        shown = [tag for tag in tags if tag.uses > 1]
    return _list(request, tags, shown, words)


def all_tags(request: HttpRequest) -> HttpResponse:
    """Show all tags, however many there are. It is no slug below `/tags/`: a tag may have any."""
    tags = list(used_tags())
    return _list(request, tags, tags)


def _list(request: HttpRequest, tags: list[Tag], shown: list[Tag], words: str = "") -> HttpResponse:
    context = {"groups": groups(shown), "words": words, "count": len(tags), "shown": len(shown)}
    return render(request, "tags/tag_list.html", context)


class Places:
    """The entries of a tag's papers, then the posts that have the tag: one list for a paginator."""

    def __init__(self, tag: Tag) -> None:
        self.entries: QuerySet[Entry] = entries_of(tag)
        self.posts = with_titles(posts_of(tag))
        self.paper_count = self.entries.count()
        self.post_count = self.posts.count()

    def __len__(self) -> int:
        return self.paper_count + self.post_count

    def __getitem__(self, span: slice) -> list[Entry | Post]:
        first, last = (max(0, at - self.paper_count) for at in (span.start, span.stop))
        posts = list(self.posts[first:last]) if last else []
        return [*self.entries[span], *posts]


class TagPage(ListView):
    """The papers that have a tag, newest first, and after them the digests that have it.

    The number of a page stands in the path, so that each is stored. `?page=2` leads there.
    """

    template_name = "tags/tag_detail.html"
    context_object_name = "places"
    paginate_by = 30

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Respond with the page, or redirect from another spelling of the tag to it."""
        slug, number = self.kwargs["slug"], self.kwargs.get("page", "")
        try:
            if elsewhere := self._usual(number, request.GET.get("page", "")):
                return redirect(self.address(elsewhere), permanent=True)
            return super().get(request, *args, **kwargs)
        except Http404:
            if not number:
                return tag_by_spelling(request, slug)
            return _page_by_spelling(request, slug, number)

    def _usual(self, number: str, asked: str) -> int:
        """Return the number of the page whose usual address is another one than this, or 0."""
        if number:
            return 1 if number == "1" and self.tag else 0
        return int(asked) if asked != "1" and _NUMBER.fullmatch(asked) and self.tag else 0

    def address(self, number: int) -> str:
        """Return the path of a page. The first one is the tag's own."""
        if number == 1:
            return reverse("tag", args=[self.tag.slug])
        return reverse("tag_page", args=[self.tag.slug, number])

    @cached_property
    def tag(self) -> Tag:
        return get_object_or_404(Tag, slug=self.kwargs["slug"])

    def get_queryset(self) -> Any:
        return Places(self.tag)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        places: Places = context["paginator"].object_list
        if not len(places):
            raise Http404(self.tag)  # Readers do not see a tag that only drafts have.
        entries = [each for each in context["places"] if isinstance(each, Entry)]
        posts = [each for each in context["places"] if isinstance(each, Post)]
        pages.tell(Kind.PAPER, *(entry.paper_id for entry in entries))
        tell_rows(posts)
        language = get_language() or ""
        summaries = [Summary(entry, language) for entry in entries]
        found = {"tag": self.tag, "summaries": summaries, "posts": posts}
        found |= pages_beside(context["page_obj"], self.address)
        return context | found | {"counts": (places.paper_count, places.post_count)}


def tag_by_spelling(request: HttpRequest, spelling: str, *, name: str = "tag") -> HttpResponse:
    """Redirect from any spelling of a tag to its page, or to its only feed.

    A merged tag keeps its feed for its followers.
    """
    if name == "tag_feed" and (slug := merged_slug(spelling)) and not _is_at(request, name, slug):
        return moved(request, name, slug)
    tag = tag_spelled(spelling)
    if tag is None or _is_at(request, name, tag.slug):
        raise Http404(spelling)  # Nothing leads to itself.
    return moved(request, name, tag.slug)


def _page_by_spelling(request: HttpRequest, spelling: str, number: str) -> HttpResponse:
    tag = tag_spelled(spelling)
    if tag is None or tag.slug == spelling:
        raise Http404(spelling)
    return moved(request, "tag_page", tag.slug, number)


def _is_at(request: HttpRequest, name: str, slug: str) -> bool:
    return unquote(reverse(name, args=[slug])) == request.path
