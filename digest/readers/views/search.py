"""Search: the papers and posts that have what a reader typed, as a page and as JSON."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import InvalidPage, Page, Paginator
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from digest.models import published_papers
from digest.readers.page_links import pages_beside
from digest.readers.results import Result, month_facets, results, tag_facets
from digest.readers.tags import tag_spelled
from digest.search import ranking
from digest.search.analysis import query
from digest.search.analysis.marking import Marker
from digest.search.analysis.query import Query, Refused
from digest.search.ranking import Found, Place
from digest.search.spelling import suggestion
from papers import arxiv_id

PAGE = 20


@dataclass
class Search:
    """One search: what was asked, and what was found."""

    text: str

    @cached_property
    def query(self) -> Query:
        """What the text asks for, with tags by their slug. An unknown tag is refused."""
        asked = query.parse(self.text)
        tags = {spelling: tag_spelled(spelling) for spelling in asked.tags}
        asked.refused += [Refused("tag", spelling) for spelling, tag in tags.items() if not tag]
        asked.tags = [tag.slug for tag in tags.values() if tag]
        return asked

    @cached_property
    def found(self) -> Found:
        """The places of the results. A filter that cannot be read finds nothing."""
        if self.query.refused:
            return ranking.NOTHING
        return ranking.find(self.query)

    @cached_property
    def suggested(self) -> str:
        """Another spelling that finds something, if this one finds nothing, else "".

        A spelling that takes too long is not offered: that nothing was found is known by then.
        """
        if self.found.places or self.query.refused:
            return ""
        with suppress(OperationalError), ranking.in_time():
            said = suggestion(self.text, self.query)
            return said if said and Search(said).found.places else ""
        return ""

    @property
    def messages(self) -> list[str]:
        """What was not understood, in words: what, and what to do."""
        said = [_refusal(each) for each in self.query.refused]
        if self.query.is_cut:
            most = {"words": query.MOST_WORDS, "filters": query.MOST_FILTERS}
            said.append(
                gettext(
                    "That is too much at once. The first %(words)s words and %(filters)s filters"
                    " of a kind were looked for."
                )
                % most
            )
        if self.text.strip() and self.query.is_empty and not self.query.refused:
            said.append(gettext("Please type a word that not every text has."))
        if self.found.is_cut and len(self.found.places) < ranking.MOST:
            said.append(
                gettext(
                    "Very many texts have these words. Whether they stand together was looked up in"
                    " %(number)s of them alone. Another word, or a month, finds more."
                )
                % {"number": ranking.LOOKED_AT}
            )
        return said

    def page(self, number: str) -> Page[Place]:
        """Return a page of the results. Raises Http404 if there is none of this number."""
        try:
            return Paginator(self.found.places, PAGE).page(number)
        except InvalidPage as error:
            raise Http404(number) from error

    def results(self, page: Page[Place]) -> list[Result]:
        """Return the results on a page, those that readers may see now."""
        return results(list(page), Marker(self.query), get_language() or "")


def _refusal(refused: Refused) -> str:
    said = {
        "tag": gettext("No published paper has the tag “%(typed)s”."),
        "author": gettext("Please write a name behind “author:”, as author:Hinton."),
    }.get(
        refused.name,
        gettext(
            "“%(name)s:%(typed)s” is no date. Please write a year, a month or a day, as"
            " %(name)s:2025-10."
        ),
    )
    return said % {"name": refused.name, "typed": refused.typed}


def page(request: HttpRequest) -> HttpResponse:
    """Show what was found, or go straight to the paper whose id was typed."""
    search = Search(request.GET.get("q", ""))
    if known := _paper_of(search.query.arxiv_id):
        return redirect(known)
    shown = search.page(request.GET.get("page", "1"))
    many = search.found.places if len(search.found.places) > PAGE else []
    context = {
        "search": search,
        "keeps_query": True,
        "query": search.text,
        "found": search.found,
        "results": search.results(shown),
        "page_obj": shown,
        **pages_beside(shown, partial(_address, search.text)),
        "tags": tag_facets(many) if many else [],
        "months": month_facets(many),
        "abs_url": search.query.arxiv_id and arxiv_id.abs_url(search.query.arxiv_id),
    }
    return render(request, "search/search.html", context)


def _address(text: str, number: int) -> str:
    return f"?{urlencode({'q': text, 'page': number})}"


def data(request: HttpRequest) -> HttpResponse:
    """Respond with a page of results, and the URL of the next one."""
    search = Search(request.GET.get("q", ""))
    shown = search.page(request.GET.get("page", "1"))
    following = None
    if shown.has_next():
        asked = urlencode({"q": search.text, "page": shown.next_page_number()})
        following = f"{settings.SITE_URL}{reverse('search_json')}?{asked}"
    document = {
        "query": search.text,
        "count": search.found.count,
        "is_more": search.found.is_more,
        "messages": search.messages,
        "suggestion": search.suggested,
        "results": [_document(each) for each in search.results(shown)],
        "next": following,
    }
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 2})


def _document(result: Result) -> dict[str, Any]:
    address = result.row.get_absolute_url()
    post = result.post
    known = {
        "type": "paper" if result.summary else "post",
        "url": settings.SITE_URL + address,
        "title": "".join(piece.text for piece in result.title),
        "date": post.date,
        "snippet": result.snippet and "".join(piece.text for piece in result.snippet.pieces),
        "place": result.snippet and result.snippet.place,
    }
    if result.summary is None:
        return known
    paper = result.summary.paper
    return known | {
        "arxiv_id": paper.arxiv_id,
        "authors": result.summary.authors,
        "tags": [tag.name for tag in paper.public_tags],
        "post": settings.SITE_URL + post.get_absolute_url(),
    }


def _paper_of(number: str) -> str:
    """Return the address of the public paper with an id, else ""."""
    paper = published_papers().filter(arxiv_id=number).first() if number else None
    return paper.get_absolute_url() if paper else ""
