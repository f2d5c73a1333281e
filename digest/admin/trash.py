"""Deleted posts: the way back in the message after deleting, and the list of the trash."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DEFAULT_DB_ALIAS
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from digest.models import Entry, Post, TrashedPost
from digest.publishing import trash
from papers.models import Finding

PER_PAGE = 50
AT_ONCE = 100
"""Posts that one request brings back at most."""


def delete(request: HttpRequest, posts: Iterable[Post]) -> None:
    """Put posts into the trash, and tell so with a way back. Raises PermissionDenied."""
    user = cast(User, request.user)
    try:
        trashed = [trash.put(post, user) for post in posts]
    except trash.TrashRefused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    if trashed:
        context = {"trashed": trashed, "days": trash.KEPT.days}
        text = render_to_string("admin/digest/post/deleted.html", context, request)
        messages.success(request, text)


def deleted_with(posts: list[Post], request: HttpRequest, site: AdminSite) -> tuple[Any, ...]:
    """Return what Django's page to confirm shows: the posts with their papers, and counts.

    Django's own function asks for the paper of each row. The findings from comparing the papers
    need no permission to be deleted.
    """
    gone = NestedObjects(DEFAULT_DB_ALIAS, origin=posts)
    gone.collect(posts)
    found: dict[Any, set[Any]] = dict(gone.model_objs)
    lacking = {
        str(model._meta.verbose_name)
        for model, rows in found.items()
        if model is not Finding and site.is_registered(model)
        for row in rows
        if not site.get_model_admin(model).has_delete_permission(request, row)
    }
    counts = {model._meta.verbose_name_plural: len(rows) for model, rows in found.items()}
    prefetch_related_objects(posts, "entries__paper")
    shown = [each for post in posts for each in (_link(post), _papers(post)) if each]
    return shown, counts, lacking, [str(row) for row in gone.protected]


def _link(post: Post) -> SafeString:
    address = reverse("admin:digest_post_change", args=[post.pk])
    return format_html('{}: <a href="{}">{}</a>', capfirst(post._meta.verbose_name), address, post)


def _papers(post: Post) -> list[str]:
    name = capfirst(Entry._meta.verbose_name)
    return [f"{name}: {entry.paper.title_plain}" for entry in post.entries.all()]


@require_safe
def trash_view(request: HttpRequest, model_admin: Any) -> HttpResponse:
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    rows = TrashedPost.objects.defer("rows").select_related("deleted_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Trash"),
        "trashed": [(each, each.deleted_at + trash.KEPT) for each in page],
        "page_obj": page,
        "days": trash.KEPT.days,
        "may_restore": trash.may_restore(cast(User, request.user)),
    }
    return TemplateResponse(request, "admin/digest/post/trash.html", context)


@require_POST
def restore_view(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """Bring the posts back whose rows in the trash are named. Show the only one."""
    user = cast(User, request.user)
    if not trash.may_restore(user):
        raise PermissionDenied
    named = [pk for pk in request.POST.getlist("trashed") if pk.isdecimal()][:AT_ONCE]
    restored = []
    for each in TrashedPost.objects.filter(pk__in=named).defer("rows"):
        try:
            restored.append(trash.restore(each, user))
        except trash.TrashRefused as refusal:
            messages.error(request, str(refusal))
    if restored:
        text = ngettext("%d post is back.", "%d posts are back.", len(restored)) % len(restored)
        messages.success(request, text)
    elif not messages.get_messages(request):
        messages.error(request, _("This post is not in the trash any more."))
    if len(restored) == 1:
        return HttpResponseRedirect(reverse("admin:digest_post_change", args=[restored[0].pk]))
    return HttpResponseRedirect(reverse("admin:digest_post_changelist"))


VIEWS = (
    ("trash/", "digest_post_trash", trash_view),
    ("trash/restore/", "digest_post_untrash", restore_view),
)
