"""A post before the public may see it, for whoever has a preview link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from digest.models import PinnedPage, Post, PreviewLink
from digest.publishing import preview_links
from digest.publishing.preview import preview
from digest.publishing.preview_links import Shown
from digest.readers.context import frame
from digest.readers.headlines import headline
from digest.readers.open_forms import refuse_large
from digest.readers.preview_notes import NoteForm, has_room
from digest.readers.throttle import allow_note, client_ip
from digest.readers.views.digests import digest_context

NOTED = "noted"
"""In the query of the page after a note was sent."""
TOO_SOON = "too_soon"


@dataclass(frozen=True, slots=True)
class Article:
    title: str
    html: SafeString


def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the post with the form for a note, or store the note that is sent.

    What is public by now leads to its public page. A token that is no living link's is 404, and so
    is what was withdrawn.
    """
    refuse_large(request)
    link = preview_links.find(token)
    shown = preview_links.shown(link) if link else Shown.NOTHING
    if link is None or shown == Shown.NOTHING:
        return render(request, "preview/none.html", {"canonical_url": ""}, status=404)
    form = NoteForm(link, request.POST if request.method == "POST" else None)
    if _is_stored(form, request):  # Also if the post went public while somebody was writing.
        return redirect(f"{request.path}?{NOTED}#note")
    if shown == Shown.PUBLIC_PAGE:
        return redirect(link.post)
    return _preview(request, link, form)


@transaction.atomic
def _is_stored(form: NoteForm, request: HttpRequest) -> bool:
    """Store the note that was sent, if there is one. If it comes too soon, the form says so.

    The notes of one link take turns, so that each is counted before the next one.
    """
    if not form.is_valid():
        return False
    get_object_or_404(PreviewLink.objects.select_for_update(no_key=True), pk=form.link.pk)
    if refusal := _refusal(request, form.link):
        form.add_error(None, ValidationError(refusal, TOO_SOON))
        return False
    form.save()
    return True


def _refusal(request: HttpRequest, link: PreviewLink) -> str:
    """Return why a note is not stored now, or ""."""
    if not has_room(link):
        return _("The editors have many notes of this link to read. Please send it later.")
    if not allow_note(client_ip(request)):
        return _("Too many notes came from here within an hour. Please send it later.")
    return ""


def _preview(request: HttpRequest, link: PreviewLink, form: NoteForm) -> HttpResponse:
    noted = NOTED in request.GET
    if request.method == "GET" and not noted:
        preview_links.count_opening(link)
    context = {
        "link": link,
        "article": _article(link),
        "form": form,
        "noted": noted,
        "canonical_url": settings.SITE_URL + link.post.get_absolute_url(),
    }
    status = 429 if form.has_error(NON_FIELD_ERRORS, TOO_SOON) else 200
    return render(request, "preview/page.html", context, status=status)


def _article(link: PreviewLink) -> Article:
    return _pinned(link) if link.is_pinned else _rendered(preview(link.post))


def _pinned(link: PreviewLink) -> Article:
    """Return what was rendered when the link was made, if possible in the active language."""
    pages = {each.language: each for each in link.pages.all()}
    wanted = (translation.get_language(), link.post.language, *pages)
    found = next(pages[each] for each in wanted if each in pages)
    return Article(found.title, mark_safe(found.html))  # noqa: S308 - our template made it


def _rendered(post: Post) -> Article:
    """Return a post as its page would show it in the active language. It comes from `preview`."""
    html = render_to_string("includes/article.html", frame() | digest_context(post))
    return Article(headline(post), html)


def pinned_pages(post: Post) -> list[PinnedPage]:
    """Return what a link to a post shows in each language if it is pinned to what it says now."""
    shown = preview(post)
    return [_pinned_page(shown, code) for code, _name in settings.LANGUAGES]


def _pinned_page(post: Any, language: str) -> PinnedPage:
    with translation.override(language):
        article = _rendered(post)
    return PinnedPage(language=language, title=article.title, html=str(article.html))
