"""A paper as a page, as Markdown and as JSON, under any spelling of its id."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.generic import DetailView

from digest.models import Correction, Entry, State, published_papers
from digest.readers import evidence, pages
from digest.readers.documents import paper_document, paper_markdown, related_data
from digest.readers.pages import Kind
from digest.readers.related import related_to
from digest.readers.structured_data import scholarly_article
from digest.readers.summaries import WHOLE, Summary
from digest.readers.translations import page_context, with_text
from digest.readers.views.public import Gone, moved
from papers.models import Listing, Paper, Section, tags_of
from papers.models.paper import TAKEN_DOWN


def public_paper(papers: QuerySet[Paper], arxiv_id: str) -> Any:
    """Return the paper from the public ones.

    Raises Gone if the paper's posts were withdrawn or it was taken down, else Http404.
    """
    paper = papers.filter(arxiv_id=arxiv_id).first()
    if paper is None:
        gone = Entry.objects.filter(
            post__state=State.WITHDRAWN, paper__arxiv_id=arxiv_id, public_position__isnull=False
        ).first()
        if gone is None:
            _raise_if_taken_down(arxiv_id)
            raise Http404(arxiv_id)
        pages.tell(Kind.PAPER, gone.paper_id)
        raise Gone
    pages.tell(Kind.PAPER, paper.pk)
    return paper


def _raise_if_taken_down(arxiv_id: str) -> None:
    """Raise Gone if the paper was taken down."""
    gone = Paper.objects.filter(arxiv_id=arxiv_id, origins__has_key=TAKEN_DOWN).first()
    if gone is not None:
        pages.tell(Kind.PAPER, gone.pk)
        raise Gone


def with_shown(papers: QuerySet[Paper], shown: Collection[Kind]) -> QuerySet[Paper]:
    """Prefetch all that is `shown` of papers, in as many queries for many as for one."""
    entries = Entry.objects.public().select_related("post").by_post()
    sections = Section.objects.as_shown()
    if Kind.EVIDENCE in shown:
        sections = evidence.with_evidence(sections)
    prefetched: list[Any] = [
        Prefetch("sections", sections, "public_sections"),
        Prefetch("entries", entries, "public_entries"),
    ]
    if Kind.RECORD in shown:
        prefetched.append(tags_of())
    if Kind.LISTING in shown:
        listings = Listing.objects.order_by("day", "rank")
        prefetched.append(Prefetch("listings", listings, "days_listed"))
    return papers.prefetch_related(*prefetched)


class PaperPage(DetailView):
    """One paper, its summary, and the digests that contain it."""

    context_object_name = "paper"
    shown: Collection[Kind] = (*WHOLE, Kind.EVIDENCE, Kind.RELATED)

    def get_queryset(self) -> QuerySet[Paper]:
        return with_shown(published_papers(), self.shown)

    def get_object(self, queryset: Any = None) -> Paper:
        paper = public_paper(self.get_queryset(), self.kwargs["arxiv_id"])
        for kind in self.shown:
            pages.tell(kind, paper.pk)
        if Kind.EVIDENCE in self.shown:
            evidence.attach(paper)
        return paper

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        paper: Any = self.object
        newest = paper.public_entries[0]
        pages.tell(Kind.ROW, *(entry.post_id for entry in paper.public_entries))
        summary = Summary(newest, get_language() or newest.post.language)
        languages = with_text(paper.public_sections)
        related = related_to(paper) if Kind.RELATED in self.shown else []
        return (
            super().get_context_data(**kwargs)
            | page_context(languages, paper.get_absolute_url)
            | {
                "summary": summary,
                "entries": paper.public_entries,
                "related": related,
                "corrections": Correction.objects.public().filter(paper=paper),
                "structured_data": scholarly_article(summary),
            }
        )


class PaperJson(PaperPage):
    shown = (Kind.RECORD, Kind.REVIEW, Kind.EVIDENCE, Kind.RELATED)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        data = paper_document(context["summary"], context["entries"], context["corrections"])
        data["related"] = related_data(context["related"])
        return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})


class PaperMarkdown(PaperPage):
    shown = (Kind.REVIEW,)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        text = paper_markdown(context["summary"], context["corrections"])
        return HttpResponse(text, content_type="text/markdown; charset=utf-8")


def paper_by_spelling(request: HttpRequest, arxiv_id: str) -> HttpResponse:
    """Redirect `/papers/2510.06208v2/` and other spellings of an id to the paper's only URL."""
    return moved(request, "paper", arxiv_id)
