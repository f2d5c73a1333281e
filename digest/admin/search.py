"""What the search of all editors' pages finds: papers and posts, at most ten of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from unfold.dataclasses import SearchResult

from digest.models import Post
from papers.models import Paper

HITS = 10


@dataclass(frozen=True, slots=True)
class Kind:
    """A model that is searched, and how one of its rows is shown."""

    model: type[Any]
    icon: str
    newest: str
    fields: tuple[str, ...]
    shown: Callable[[Any], tuple[str, str]]

    @property
    def name(self) -> str:
        return f"{self.model._meta.app_label}_{self.model._meta.model_name}"

    @property
    def permission(self) -> str:
        return f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"


def _paper(paper: Paper) -> tuple[str, str]:
    return paper.title_plain, " · ".join(filter(None, [paper.arxiv_id, paper.organization]))


def _post(post: Post) -> tuple[str, str]:
    return post.title, f"{date_format(post.date)} · {post.get_state_display()}"


KINDS = (
    Kind(Paper, "science", "-pk", ("title_plain", "arxiv_id", "organization"), _paper),
    Kind(Post, "article", "-date", ("title", "date", "state"), _post),
)


def found(request: HttpRequest, term: str) -> list[SearchResult]:
    """Return the hits for what was typed. The theme gives its term in small letters."""
    typed = request.GET.get("s", term)
    may_see = (kind for kind in KINDS if request.user.has_perm(kind.permission))
    return [hit for kind in may_see for hit in _of(kind, typed)]


def _of(kind: Kind, typed: str) -> Iterator[SearchResult]:
    hits = iter(_rows(kind, typed))
    for row in islice(hits, HITS):
        title, description = kind.shown(row)
        link = reverse(f"admin:{kind.name}_change", args=[row.pk])
        yield SearchResult(title=title, description=description, link=link, icon=kind.icon)
    if any(hits):
        yield _more(kind, typed)


def _rows(kind: Kind, typed: str) -> QuerySet[Any]:
    """Return the newest hits, and one more if there are more.

    Their ids come out of an index alone; only then are their rows read.
    """
    hits = kind.model.objects.matching(typed).order_by(kind.newest)
    ids = list(hits.values_list("pk", flat=True)[: HITS + 1])
    return kind.model.objects.filter(pk__in=ids).order_by(kind.newest).only(*kind.fields)


def _more(kind: Kind, typed: str) -> SearchResult:
    link = f"{reverse(f'admin:{kind.name}_changelist')}?{urlencode({'q': typed})}"
    names = {"kind": kind.model._meta.verbose_name_plural}
    title = _("More %(kind)s with these words") % names
    return SearchResult(title=title, description="", link=link, icon="more_horiz")
