"""`/papers.json`: the published papers whose text changed since a moment, the oldest change first.

A program that keeps a copy of the summaries asks from the last change that it knows, and follows
`next` until there is none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from taggit.models import Tag

from digest.models import Correction, published_papers
from digest.readers import evidence
from digest.readers.documents import paper_document
from digest.readers.pages import Kind
from digest.readers.summaries import Summary
from digest.readers.tags import tag_spelled
from digest.readers.views.paper import with_shown
from papers.models import Paper

PAGE = 100
MAX_LENGTH = 300  # Characters of a parameter. No date, tag or cursor of ours is longer.

_signer = Signer(salt="papers.json")
_BLANK_OF_ZONE = re.compile(r"(?<=T)(\S+) (?=\d\d:?\d\d$)")


class Unusable(Exception):
    """A parameter that cannot be used. The message says which, and what was expected."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def data(request: HttpRequest) -> HttpResponse:
    """Respond with a page of papers and the URL of the next one."""
    try:
        papers = _asked_for(request)
    except Unusable as error:
        return JsonResponse({"error": str(error)}, status=error.status)
    page = list(papers[: PAGE + 1])
    found = page[:PAGE]
    following = _next(request, found[-1]) if len(page) > PAGE else None
    return JsonResponse(
        {"papers": _documents(found), "next": following},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )


def _asked_for(request: HttpRequest) -> QuerySet[Paper]:
    papers = with_shown(published_papers(), (Kind.RECORD, Kind.REVIEW, Kind.EVIDENCE))
    papers = papers.exclude(public_changed_at=None).order_by("public_changed_at", "pk")
    if since := _parameter(request, "since"):
        papers = papers.filter(public_changed_at__gte=_moment(since))
    if cursor := _parameter(request, "cursor"):
        papers = papers.filter(_after(cursor))
    if spelling := _parameter(request, "tag"):
        papers = papers.filter(tags=_tag(spelling))
    return papers


def _parameter(request: HttpRequest, name: str) -> str:
    value = request.GET.get(name, "")
    if len(value) > MAX_LENGTH or "\0" in value:
        raise Unusable(f"{name}: expected at most {MAX_LENGTH} characters of text")
    return value


def _moment(since: str) -> datetime:
    """Return the moment that a date or a time of ISO 8601 names. Without a zone it is in UTC."""
    # An unescaped "+" of a query is a blank.
    text = _BLANK_OF_ZONE.sub(r"\1+", since)
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unusable(
            "since: expected a date (2025-10-08) or a time (2025-10-08T09:00:00Z)"
        ) from None


def _tag(spelling: str) -> Tag:
    tag = tag_spelled(spelling)
    if tag is None:
        raise Unusable("tag: no published paper has this tag", status=404)
    return tag


def _after(cursor: str) -> Q:
    """Return the condition for papers that come after the place that a cursor names."""
    try:
        text, pk = _signer.unsign_object(cursor)
        moment = datetime.fromisoformat(text)
    except (BadSignature, ValueError):
        raise Unusable(
            "cursor: this is not a cursor of ours; begin again without one, and follow `next`"
        ) from None
    later = Q(public_changed_at__gt=moment) | Q(public_changed_at=moment, pk__gt=pk)
    return later & Q(public_changed_at__gte=moment)  # For the index.


def _next(request: HttpRequest, last: Paper) -> str:
    """Return the URL of the page after `last`. Its cursor is signed, so nobody makes one up."""
    cursor = _signer.sign_object([_changed_at(last).isoformat(), last.pk])
    kept = {name: request.GET[name] for name in ("since", "tag") if request.GET.get(name)}
    return f"{settings.SITE_URL}{reverse('papers_json')}?{urlencode(kept | {'cursor': cursor})}"


def _documents(papers: list[Any]) -> list[dict[str, Any]]:
    """Return the documents. What is withdrawn between two queries has no entry any more."""
    corrections: defaultdict[int | None, list[Correction]] = defaultdict(list)
    for each in Correction.objects.public().filter(paper__in=papers):
        corrections[each.paper_id].append(each)
    shown = (paper for paper in papers if paper.public_entries)
    return [_document(paper, corrections[paper.pk]) for paper in shown]


def _document(paper: Any, corrections: list[Correction]) -> dict[str, Any]:
    evidence.attach(paper)
    summary = Summary(paper.public_entries[0], settings.LANGUAGE_CODE)
    document = paper_document(summary, paper.public_entries, corrections)
    return {"changed_at": paper.public_changed_at, **document}


def _changed_at(paper: Paper) -> datetime:
    return paper.public_changed_at or datetime.min.replace(tzinfo=UTC)
