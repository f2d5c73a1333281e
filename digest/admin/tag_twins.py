"""Tags that look like one, spelt twice: offered to be merged, or remembered as two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from taggit.models import Tag, TaggedItem

from digest.models import TagPair
from papers.admin.requests import StaffRequest
from papers.clock import now
from papers.text.twins import twins

AT_ONCE = 5_000
"""Tags that the list compares each time: a tenth of a second. Of more it only has a link."""
SHOWN, SHOWN_OF_ALL = 5, 100
"""Pairs on the list, and on their own page."""
MOST = 1_000
"""Pairs among which those are that are shown. The others come when some of these are gone."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Two tags, the one that is used less first. It would become the other."""

    tag: Tag
    into: Tag

    @property
    def merge_address(self) -> str:
        return merge_address([self.tag.pk, self.into.pk], self.into.pk)


def merge_address(tags: list[int], into: int | None = None) -> str:
    """Return the address of the page that merges tags."""
    query: list[tuple[str, int]] = [("tag", pk) for pk in tags]
    query += [("into", into)] if into else []
    return f"{reverse('admin:taggit_tag_merge')}?{urlencode(query)}"


def found(most: int) -> tuple[list[Twins], int]:
    """Return the pairs that nobody called two, those used most first, and how many there are.

    No more than MOST are looked for.
    """
    names: dict[str, list[int]] = {}
    for pk, name in Tag.objects.order_by("pk").values_list("pk", "name"):
        names.setdefault(name, []).append(pk)
    apart = set(TagPair.objects.values_list("first", "second"))
    alike = (pair for pair in twins(names) if as_pair(*pair) not in apart)
    pairs = list(islice(alike, MOST))
    uses = _uses({pk for pair in pairs for name in pair for pk in names[name]})
    tags = {tag.name: tag for tag in uses.values()}
    ordered = sorted(_pairs(pairs, tags), key=lambda each: -each.into.uses)
    return ordered[:most], len(ordered)


def as_pair(one: str, other: str) -> tuple[str, str]:
    """Return two names as `TagPair` has them."""
    first, second = sorted((one.casefold(), other.casefold()))
    return first, second


def _pairs(pairs: list[tuple[str, str]], tags: dict[str, Any]) -> Iterator[Twins]:
    for names in pairs:
        if not all(name in tags for name in names):
            continue  # Somebody renamed or deleted it just now.
        less, more = sorted((tags[name] for name in names), key=lambda tag: (tag.uses, -tag.pk))
        yield Twins(less, more)


def _uses(keys: set[int]) -> dict[int, Tag]:
    items = TaggedItem.objects.filter(tag=OuterRef("pk")).order_by().values("tag")
    counted = Coalesce(Subquery(items.values(count=Count("pk"))), 0)
    return Tag.objects.filter(pk__in=keys).annotate(uses=counted).in_bulk()


def for_list(request: HttpRequest) -> dict[str, Any]:
    """Return what the list of tags shows of them."""
    if not request.user.has_perm("taggit.change_tag"):
        return {}
    if Tag.objects.count() > AT_ONCE:
        return {"twins_elsewhere": True}
    pairs, count = found(SHOWN)
    return {"twins": pairs, "twins_count": count}


@require_safe
def twins_view(request: StaffRequest, model_admin: Any) -> HttpResponse:
    """Show all pairs."""
    if not request.user.has_perm("taggit.change_tag"):
        raise PermissionDenied
    pairs, count = found(SHOWN_OF_ALL)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Tags that look alike"),
        "twins": pairs,
        "twins_count": count,
        "twins_most": count == MOST,
    }
    return TemplateResponse(request, "admin/taggit/tag/twins_page.html", context)


@require_POST
def two_view(request: StaffRequest, model_admin: Any) -> HttpResponse:
    """Remember that two tags are two, or forget it again."""
    if not request.user.has_perm("taggit.change_tag"):
        raise PermissionDenied
    one, other = (get_object_or_404(Tag, pk=_key(request, name)) for name in ("one", "other"))
    first, second = as_pair(one.name, other.name)
    told = {"one": one.name, "other": other.name}
    if "forget" in request.POST:
        TagPair.objects.filter(first=first, second=second).delete()
        messages.success(request, _("“%(one)s” and “%(other)s” are asked about again.") % told)
    elif first != second:
        values = {"said_at": now(), "said_by": request.user}
        TagPair.objects.get_or_create(first=first, second=second, defaults=values)
        messages.success(request, _("“%(one)s” and “%(other)s” are two. They stay so.") % told)
    wide = "page" in request.POST
    return HttpResponseRedirect(
        reverse("admin:taggit_tag_twins" if wide else "admin:taggit_tag_changelist")
    )


def _key(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
