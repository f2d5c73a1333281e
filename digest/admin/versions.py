"""The history of a whole post: its versions, what differs between two, and the way back to one."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from digest.admin import post_pages
from digest.models import Post, Snapshot
from digest.publishing import comparing, restoring, snapshots, states

PER_PAGE = 20
LONGEST_ID = 18
"""Digits. PostgreSQL's ids have no more."""


@require_safe
def list_view(request: HttpRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Show the versions of a post, the newest first, each with who, when and what."""
    post = _post(request, object_id, model_admin)
    page = Paginator(snapshots.of_post(post.pk), PER_PAGE).get_page(request.GET.get("p"))
    start = page.start_index() - 1
    # One more, for what the last of the page changed.
    shown = list(snapshots.of_post(post.pk)[start : start + PER_PAGE + 1]) if page else []
    changes = comparing.named_changes(shown)
    rows = [(each, changes.get(each.pk, [])) for each in shown[:PER_PAGE]]
    context = {"title": _("History"), "rows": rows, "page_obj": page}
    return _page(request, model_admin, post, "history", context)


@require_safe
def compare_view(request: HttpRequest, object_id: int, model_admin: Any) -> HttpResponse:
    """Show what differs between two versions: `before` and `after` in the query."""
    post = _post(request, object_id, model_admin)
    if not {"before", "after"} <= request.GET.keys():
        return HttpResponseRedirect(reverse("admin:digest_post_history", args=[post.pk]))
    before, after = (_version(post, request.GET[name]) for name in ("before", "after"))
    found = states.of_snapshots([before, after])
    groups = comparing.compare(found[before.pk], found[after.pk])
    context = {"title": _("Two versions"), "before": before, "after": after, "groups": groups}
    return _page(request, model_admin, post, "version", context)


@require_http_methods(["GET", "HEAD", "POST"])
def version_view(
    request: HttpRequest, object_id: int, snapshot_id: int, model_admin: Any
) -> HttpResponse:
    """Show how a version differs from what stands now, or restore it or one of its papers."""
    post = _post(request, object_id, model_admin)
    version = _version(post, str(snapshot_id))
    may_restore = restoring.may_restore(cast(User, request.user))
    if request.method == "POST":
        if not may_restore:
            raise PermissionDenied
        return _restore(request, post, version)
    said = states.of_snapshot(version)
    standing = states.of_post(post.pk, also=said.order)
    if standing is None:
        raise Http404
    context = {
        "title": _("An older version"),
        "after": version,
        "groups": comparing.compare(standing, said),
        "papers": set(said.order),
        "gone": set(standing.elsewhere),
        "seen": standing.checksum,
        "may_restore": may_restore,
    }
    return _page(request, model_admin, post, "version", context)


def _restore(request: HttpRequest, post: Post, version: Snapshot) -> HttpResponse:
    paper = request.POST.get("paper")
    if paper is not None and not _is_id(paper):
        raise Http404  # Not the whole version instead.
    try:
        left = restoring.restore(
            post,
            version,
            cast(User, request.user),
            paper=None if paper is None else int(paper),
            seen=request.POST.get("seen", ""),
        )
    except restoring.RestoreRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(request.path)
    messages.success(request, _("Restored. What stood here before is in the history, too."))
    if left:
        said = _("Only who may publish changes what readers see at once. Left as it is: %(names)s")
        messages.warning(request, said % {"names": ", ".join(left)})
    return post_pages.to_post(post)


def _post(request: HttpRequest, object_id: int, model_admin: Any) -> Post:
    post = get_object_or_404(Post, pk=object_id)
    if not model_admin.has_view_or_change_permission(request, post):
        raise PermissionDenied
    return post


def _version(post: Post, pk: str) -> Snapshot:
    versions = snapshots.of_post(post.pk)
    if not _is_id(pk):
        raise Http404
    return get_object_or_404(versions, pk=pk)


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) <= LONGEST_ID


def _page(
    request: HttpRequest, model_admin: Any, post: Post, name: str, context: dict[str, Any]
) -> HttpResponse:
    frame = {"original": post, "object": post}
    return post_pages.page(request, model_admin, post, name, frame | context)


VIEWS = (
    ("<int:object_id>/versions/compare/", "digest_post_compare", compare_view),
    ("<int:object_id>/versions/<int:snapshot_id>/", "digest_post_version", version_view),
)
