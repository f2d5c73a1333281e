"""Completions of a tag: what the tags field offers while somebody types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from taggit.models import Tag

from digest.models import TagAlias
from papers.models import Paper
from papers.text.cleaning import fold
from papers.text.tags import MAX_LENGTH, TagRefused, tag_name

OFFERED = 20
LONGEST_ID = 19  # More digits may be more than a column of ids can hold.
WRITERS = ("papers.add_paper", "papers.change_paper", "digest.add_post", "digest.change_post")


@require_GET
def completions(request: HttpRequest, model_admin: Any) -> JsonResponse:
    """Return tags for `term`, and keywords of `paper`, as select2 reads them."""
    if not any(map(request.user.has_perm, WRITERS)):
        raise PermissionDenied
    term = fold(request.GET.get("term", "")[:MAX_LENGTH])
    tags = _tags(term) if term else []
    known = {tag["id"].casefold() for tag in tags}
    of_paper = _keywords(request.GET.get("paper", ""), term, known)
    group = [{"text": _("Keywords of the paper"), "children": of_paper}] if of_paper else []
    return JsonResponse({"results": [*tags, *group]})


def _tags(term: str) -> list[dict[str, str]]:
    """Return the tags that begin so, the one called so before all, then those with it inside.

    A tag is also found by a name that it had before, which `was` says.
    """
    now = (
        (tag.rank, tag.name.casefold(), {"id": tag.name, "text": tag.name})
        for tag in _ranked(Tag.objects.all(), term)
    )
    before = (
        (old.rank, old.name.casefold(), {"id": old.tag.name, "text": old.tag.name, "was": old.name})
        for old in _ranked(TagAlias.objects.select_related("tag"), term)
    )
    found = sorted(chain(now, before), key=lambda each: each[:2])
    return list(_once(each[2] for each in found))[:OFFERED]


def _ranked(rows: QuerySet[Any], term: str) -> QuerySet[Any]:
    rank = Case(When(name__istartswith=term, then=Value(0)), default=Value(1))
    found = rows.filter(name__icontains=term).annotate(rank=rank)
    return found.order_by("rank", "name")[:OFFERED]


def _once(offered: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Yield each tag once. Its own name goes before one that it had."""
    rows = list(offered)
    by_name = {row["id"] for row in rows if "was" not in row}
    seen: set[str] = set()
    for row in rows:
        if row["id"] not in seen and not ("was" in row and row["id"] in by_name):
            seen.add(row["id"])
            yield row


def _keywords(paper: str, term: str, known: set[str]) -> list[dict[str, str]]:
    """Return the keywords of a paper with the term in them, that can be tags.

    What is offered as a tag already is left out. Saving finds the tag of a keyword in any case.
    """
    if not (paper.isdecimal() and len(paper) < LONGEST_ID):
        return []
    stored = Paper.objects.filter(pk=paper).values_list("keywords", flat=True).first() or []
    names = dict.fromkeys(filter(None, map(_name, stored)))
    fitting = [each for each in names if term.casefold() in each.casefold()]
    new = [each for each in fitting if each.casefold() not in known]
    return [{"id": name, "text": name} for name in new[:OFFERED]]


def _name(keyword: str) -> str:
    try:
        return tag_name(keyword)
    except TagRefused:
        return ""
