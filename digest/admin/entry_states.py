"""How far the papers of a post are: being drafted, drafted, with errors, reviewed by whom.

The post's list and the page to write an entry show it, and fetch it again while jobs run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from digest.admin.drafting import Drafting
from digest.models import Entry, Post
from papers.admin.base import by_language, written_sections
from papers.admin.requests import StaffRequest
from papers.models import Finding, Section


@require_safe
def live_view(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Return how far the drafts of a post are, with what changes in each of its rows."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    post = get_object_or_404(Post, pk=object_id)
    placed = Entry.objects.filter(post=post, position__isnull=False).select_related("paper")
    entries = list(with_states(placed.only("paper__arxiv_id", "post_id", "note"), post))
    context = {"drafting": show_states(entries, post), "moved": entries}
    return render(request, "admin/digest/post/drafting.html", context)


@require_safe
def live_entry_view(request: StaffRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Return how far the draft of one entry is."""
    if not request.user.has_perm("digest.view_post"):
        raise PermissionDenied
    entry = get_object_or_404(Entry.objects.select_related("paper"), pk=object_id)
    return render(request, "admin/digest/entry/drafting.html", draft_of(entry))


def draft_of(entry: Entry) -> dict[str, Any]:
    """Return what the page to write an entry shows of its draft."""
    drafting = Drafting.of({entry.paper.arxiv_id: entry.paper_id})
    return {"drafting": drafting, "state": drafting.states[entry.paper.arxiv_id]}


def show_states(entries: Sequence[Any], post: Post) -> Drafting:
    """Let a post's entries that came `with_states` know all that their rows show, in one query.

    Rows of a form that met a conflict were read anew, without their sections.
    """
    prefetch_related_objects([each for each in entries if not hasattr(each.paper, "written")], READ)
    written = {each.paper_id: by_language(each.paper.written) for each in entries}
    ids = {each.paper.arxiv_id: each.paper_id for each in entries}
    drafting = Drafting.of(ids, written, language=post.language)
    for entry in entries:
        entry.state = drafting.states[entry.paper.arxiv_id]
        entry.read, entry.reviewed_by = reviewers(entry.paper.written)
    return drafting


def with_states(entries: QuerySet[Entry], post: Post | None) -> QuerySet[Entry]:
    """Let each entry know its `errors`, and its paper its `written` sections."""
    own = Finding.objects.own()
    found = own | Finding.objects.within(post) if post else own
    errors = found.errors().filter(paper=OuterRef("paper")).order_by().values("paper")
    counted = Subquery(errors.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return entries.annotate(errors=Coalesce(counted, 0)).prefetch_related(READ)


def with_progress(entries: QuerySet[Entry]) -> QuerySet[Any]:
    """Let each entry know whether its paper is `written` in the language of its post.

    It is `unread` if a section that is written is not reviewed as it is now.
    """
    written = (
        Section.objects.headed()
        .exclude(markdown="")
        .filter(paper=OuterRef("paper"), language=OuterRef("post__language"))
    )
    return entries.annotate(written=Exists(written), unread=Exists(written.unreviewed()))


def _read_sections() -> QuerySet[Section]:
    """Return written sections with who read them, without their texts."""
    return (
        written_sections()
        .select_related("reviewer")
        .only(
            "paper_id",
            "language",
            "written_at",
            "reviewed_at",
            "reviewer__username",
            "reviewer__first_name",
            "reviewer__last_name",
        )
    )


def reviewers(sections: list[Section]) -> tuple[int, list[str]]:
    """Return how many sections were read as they are now, and by whom, each name once."""
    read = [each for each in sections if each.is_reviewed]
    names = (str(each.reviewer) for each in read if each.reviewer)
    return len(read), list(dict.fromkeys(names))


READ = Prefetch("paper__sections", _read_sections(), "written")
