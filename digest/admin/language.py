"""The language of the editors' pages: each person's own, chosen in the menu of their account."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from digest.models.preference import Preference, language_of
from papers.admin.addresses import EXTRA_URLS
from papers.admin.requests import StaffRequest


def middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Make pages under /admin/ in the language of who is signed in. No other page asks who it is.

    The sign-in page has the language of the site, since nobody is known there.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        language = _chosen(request) if request.path.startswith("/admin/") else None
        if language is None:
            return get_response(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return respond


def _chosen(request: HttpRequest) -> str | None:
    user = request.user
    return language_of(user.pk) if user.is_authenticated else None


@require_POST
def choose(request: StaffRequest) -> HttpResponse:
    """Store the posted language, and lead back to the page that it was chosen on."""
    language = request.POST.get("language")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    Preference.objects.update_or_create(user=request.user, defaults={"language": language})
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(came_from if ours else reverse("admin:index"))


EXTRA_URLS.append(path("language/", admin.site.admin_view(choose), name="language"))
