"""A paper as a page, as Markdown and as JSON, under any spelling of its id."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.generic import DetailView

from digest.models import Correction, Entry, Post, State, published_papers
from digest.readers.documents import corrections_data, paper_data, paper_markdown, scholarly_article
from digest.readers.summaries import Summary
from digest.readers.views.public import Gone, moved
from papers.models import Listing, Paper, Section


def public_paper(papers: QuerySet[Paper], arxiv_id: str) -> Any:
    """Return the paper from the public ones.

    Raises Gone if the paper's posts were withdrawn, else Http404.
    """
    if paper := papers.filter(arxiv_id=arxiv_id).first():
        return paper
    withdrawn = Post.objects.filter(state=State.WITHDRAWN)
    if withdrawn.filter(
        entries__paper__arxiv_id=arxiv_id, entries__public_position__isnull=False
    ).exists():
        raise Gone
    raise Http404(arxiv_id)


class PaperPage(DetailView):
    """One paper, its summary, and the digests that contain it."""

    context_object_name = "paper"

    def get_queryset(self) -> QuerySet[Paper]:
        entries = Entry.objects.public().select_related("post").order_by("-post__date")
        shown: list[Any] = [
            "tags",
            Prefetch("sections", Section.objects.public().with_reviewers(), "public_sections"),
            Prefetch("entries", entries, "public_entries"),
            Prefetch("listings", Listing.objects.order_by("day", "rank"), "days_listed"),
        ]
        return published_papers().prefetch_related(*shown)

    def get_object(self, queryset: Any = None) -> Paper:
        return public_paper(self.get_queryset(), self.kwargs["arxiv_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        paper: Any = self.object
        newest = paper.public_entries[0]
        summary = Summary(newest, get_language() or newest.post.language)
        return super().get_context_data(**kwargs) | {
            "summary": summary,
            "entries": paper.public_entries,
            "corrections": Correction.objects.public().filter(paper=paper),
            "structured_data": scholarly_article(summary),
        }


class PaperJson(PaperPage):
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
    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        text = paper_markdown(context["summary"], context["corrections"])
        return HttpResponse(text, content_type="text/markdown; charset=utf-8")


def paper_by_spelling(request: HttpRequest, arxiv_id: str) -> HttpResponse:
    """Redirect `/papers/2510.06208v2/` and other spellings of an id to the paper's only URL."""
    return moved(request, "paper", arxiv_id)
