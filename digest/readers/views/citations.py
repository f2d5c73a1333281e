"""The citations of a paper, or of a digest's papers, as files for reference managers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from digest.models import Entry, Post, PostQuerySet, published_papers
from digest.readers import citations, pages
from digest.readers.citations import Reference
from digest.readers.pages import Kind
from digest.readers.views.archive import tell_rows
from digest.readers.views.digests import PostPage
from digest.readers.views.paper import public_paper
from papers.models import Paper


@dataclass(frozen=True, slots=True)
class Form:
    """A format of citations."""

    write: Callable[[Iterable[Reference]], str]
    media_type: str


FORMS = {
    "bib": Form(citations.bibtex, "application/x-bibtex"),
    "ris": Form(citations.ris, "application/x-research-info-systems"),
}


def of_paper(request: HttpRequest, arxiv_id: str, form: str) -> HttpResponse:
    paper = public_paper(published_papers(), arxiv_id)
    return _file(arxiv_id.replace("/", "-"), form, [paper])


class OfPost(PostPage):
    """The citations of a digest's papers, in its order."""

    def get_queryset(self) -> PostQuerySet:
        entries = Entry.objects.filter(public_position__isnull=False).select_related("paper")
        shown: Any = Prefetch(
            "entries", entries.order_by("public_position", "id"), "public_entries"
        )
        return Post.objects.published().prefetch_related(shown)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tell_rows([self.object])
        return {"papers": [entry.paper for entry in self.object.public_entries]}

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        name = f"{self.object.date}-{self.object.slug}"
        return _file(name, self.kwargs["form"], context["papers"])


def _file(name: str, extension: str, papers: list[Paper]) -> HttpResponse:
    """Return a file that a browser shows if it can, under the name that it is saved as."""
    for kind in (Kind.PAPER, Kind.RECORD):
        pages.tell(kind, *(paper.pk for paper in papers))
    form = FORMS[extension]
    response = HttpResponse(
        form.write(map(Reference.of, papers)), content_type=f"{form.media_type}; charset=utf-8"
    )
    shown = content_disposition_header(as_attachment=False, filename=f"{name}.{extension}")
    response.headers["Content-Disposition"] = shown or "inline"
    return response
