"""A post's preview links and the notes that were left on them, as a block of the post's page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_POST

from digest.models import Post, PreviewLink, PreviewNote
from digest.publishing import preview_links
from digest.readers.views.preview import pinned_pages
from papers.admin.requests import StaffRequest
from papers.clock import now

MOST_ENDED, MOST_OPEN, MOST_DONE = 10, 50, 50
"""Ended links, notes that wait, and notes that are done, that the page of a post shows."""

View = Callable[..., HttpResponse]


def block(request: HttpRequest, post: Post, model_admin: Any) -> dict[str, Any]:
    """Return what the block shows of a post's links and notes."""
    links = post.preview_links.select_related("made_by", "revoked_by")
    living = _working(links.living().filter(public_at=None))
    ended = links.exclude(pk__in=[link.pk for link in living])
    notes = PreviewNote.objects.filter(link__post=post).select_related("link", "done_by")
    waiting = list(notes.open().order_by("written_at", "id")[: MOST_OPEN + 1])
    return {
        "original": post,
        "living": living,
        "ended": list(ended[:MOST_ENDED]),
        "open_notes": waiting[:MOST_OPEN],
        "has_more_notes": len(waiting) > MOST_OPEN,
        "done_notes": list(notes.exclude(done_at=None).order_by("-done_at", "-id")[:MOST_DONE]),
        "may_change": model_admin.has_change_permission(request, post),
        "can_be_shown": preview_links.can_be_shown(post),
        "days": settings.PREVIEW_LIFE.days,
    }


def _working(living: Iterable[PreviewLink]) -> list[PreviewLink]:
    """Return the links whose makers may see posts, which is asked once for each."""
    links = list(living)
    makers = {link.made_by_id: link.made_by for link in links}
    allowed = {pk for pk, maker in makers.items() if preview_links.may_see(maker)}
    return [link for link in links if link.made_by_id in allowed]


def _changing(act: Callable[..., dict[str, Any]]) -> View:
    """Make a view of what a person does with the links of a post. It shows the block anew.

    `act` returns what the block says besides. Without script the page of the post follows, or, if
    something is to be shown once, a page with the block alone.
    """

    @require_POST
    def view(request: StaffRequest, object_id: int, model_admin: Any, **named: Any) -> HttpResponse:
        post = get_object_or_404(Post, pk=object_id)
        if not model_admin.has_change_permission(request, post):
            raise PermissionDenied
        said = act(request, post, **named)
        context = {"previews": block(request, post, model_admin) | said | {"acted": True}}
        if "HX-Request" in request.headers:
            return render(request, "admin/digest/post/preview_links.html", context)
        if not said:
            return HttpResponseRedirect(reverse("admin:digest_post_change", args=[post.pk]))
        frame = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts}
        page = "admin/digest/post/preview_links_page.html"
        return TemplateResponse(request, page, {**frame, "original": post, **context})

    return view


def _make(request: StaffRequest, post: Post) -> dict[str, Any]:
    """Make a link. Its address is shown now and never again."""
    recipient = request.POST.get("recipient", "")
    pages = pinned_pages(post) if request.POST.get("shows") == "pinned" else ()
    try:
        recipient = PreviewLink._meta.get_field("recipient").clean(recipient, None)
        link, token = preview_links.make(post, request.user, recipient=recipient, pages=pages)
    except ValidationError as refused:
        return {"error": " ".join(refused.messages)}
    except preview_links.LinkRefused as refused:
        return {"error": str(refused)}
    return {"made": link, "made_url": _address(post, token)}


def _address(post: Post, token: str) -> str:
    """Return the URL of a link's page in the language of the post, if the site has it."""
    known = post.language in dict(settings.LANGUAGES)
    with translation.override(post.language if known else settings.LANGUAGE_CODE):
        return settings.SITE_URL + reverse("preview_link", args=[token])


def _revoke(request: StaffRequest, post: Post, link_id: int) -> dict[str, Any]:
    link = get_object_or_404(PreviewLink, pk=link_id, post=post)
    preview_links.revoke(link, request.user)
    return {}


def _answer(request: StaffRequest, post: Post, note_id: int, verdict: str) -> dict[str, Any]:
    """Mark a note as done, or as open again."""
    note = get_object_or_404(PreviewNote, pk=note_id, link__post=post)
    if verdict == "done":
        waiting = PreviewNote.objects.open().filter(pk=note.pk)
        waiting.update(done_at=now(), done_by=request.user)
    elif verdict == "open":
        PreviewNote.objects.filter(pk=note.pk).update(done_at=None, done_by=None)
    else:
        raise Http404
    return {}


URLS = (
    ("<int:object_id>/preview-links/", "digest_post_preview_links", _changing(_make)),
    (
        "<int:object_id>/preview-links/<int:link_id>/revoke/",
        "digest_post_revoke_preview",
        _changing(_revoke),
    ),
    (
        "<int:object_id>/preview-notes/<int:note_id>/<str:verdict>/",
        "digest_post_preview_note",
        _changing(_answer),
    ),
)
