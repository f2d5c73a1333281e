"""A paper as a page, as Markdown and as JSON, under any spelling of its id."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.generic import DetailView

from digest.models import Correction, Entry, State, published_papers
from digest.readers import pages
from digest.readers.documents import corrections_data, paper_data, paper_markdown, scholarly_article
from digest.readers.pages import Kind
from digest.readers.summaries import WHOLE, Summary
from digest.readers.views.public import Gone, moved
from papers.models import Listing, Paper, Section, tags_of


def public_paper(papers: QuerySet[Paper], arxiv_id: str) -> Any:
    """Return the paper from the public ones.

    Raises Gone if the paper's posts were withdrawn, else Http404.
    """
    paper = papers.filter(arxiv_id=arxiv_id).first()
    if paper is None:
        gone = Entry.objects.filter(
            post__state=State.WITHDRAWN, paper__arxiv_id=arxiv_id, public_position__isnull=False
        ).first()
        if gone is None:
            raise Http404(arxiv_id)
        pages.tell(Kind.PAPER, gone.paper_id)
        raise Gone
    pages.tell(Kind.PAPER, paper.pk)
    return paper


class PaperPage(DetailView):
    """One paper, its summary, and the digests that contain it."""

    context_object_name = "paper"
    shown: Collection[Kind] = WHOLE

    def get_queryset(self) -> QuerySet[Paper]:
        entries = Entry.objects.public().select_related("post").order_by("-post__date")
        shown: list[Any] = [
            Prefetch("sections", Section.objects.as_shown(), "public_sections"),
            Prefetch("entries", entries, "public_entries"),
        ]
        if Kind.RECORD in self.shown:
            shown.append(tags_of())
        if Kind.LISTING in self.shown:
            listings = Listing.objects.order_by("day", "rank")
            shown.append(Prefetch("listings", listings, "days_listed"))
        return published_papers().prefetch_related(*shown)

    def get_object(self, queryset: Any = None) -> Paper:
        paper = public_paper(self.get_queryset(), self.kwargs["arxiv_id"])
        for kind in self.shown:
            pages.tell(kind, paper.pk)
        return paper

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        paper: Any = self.object
        newest = paper.public_entries[0]
        pages.tell(Kind.ROW, *(entry.post_id for entry in paper.public_entries))
        summary = Summary(newest, get_language() or newest.post.language)
        return super().get_context_data(**kwargs) | {
            "summary": summary,
            "entries": paper.public_entries,
            "corrections": Correction.objects.public().filter(paper=paper),
            "structured_data": scholarly_article(summary),
        }


class PaperJson(PaperPage):
    shown = (Kind.RECORD, Kind.REVIEW)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        data = paper_data(context["summary"]) | {
            "digests": [
                {"date": entry.post.date, "title": entry.post.public_title}
                for entry in context["entries"]
            ],
            "corrections": corrections_data(context["corrections"]),
        }
        return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})


class PaperMarkdown(PaperPage):
    shown = (Kind.REVIEW,)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        text = paper_markdown(context["summary"], context["corrections"])
        return HttpResponse(text, content_type="text/markdown; charset=utf-8")


def paper_by_spelling(request: HttpRequest, arxiv_id: str) -> HttpResponse:
    """Redirect `/papers/2510.06208v2/` and other spellings of an id to the paper's only URL."""
    return moved(request, "paper", arxiv_id)
