"""Middleware: request ids, the language of a URL, redirects, the admin's security policy."""

import re
import secrets
from collections.abc import Callable
from http import HTTPStatus
from unicodedata import normalize

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.contrib.redirects.middleware import RedirectFallbackMiddleware
from django.contrib.redirects.models import Redirect
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.encoding import escape_uri_path

from digest import logs

PLAIN_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)


def id_of(given: str) -> str:
    """Return what a proxy gave as a request's id if it is short and plain, else a new id."""
    return given if PLAIN_ID.fullmatch(given) else secrets.token_hex(8)


def request_id(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request an id for its log lines, its error page and its response's headers."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request_id = id_of(request.headers.get("X-Request-ID", ""))
        with logs.request(request_id, request):
            response = get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response

    return middleware


class LanguageOfTheAddress(LocaleMiddleware):
    """Django's middleware without its `Vary: Accept-Language`, because only the URL decides."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


class OldAddresses(RedirectFallbackMiddleware):
    """Django's middleware, which here finds an old address in every spelling of its letters.

    Korean letters are asked for in NFD where macOS made a link. A stored redirect that no browser
    could follow is ignored.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code != HTTPStatus.NOT_FOUND:
            return response
        try:
            new_path = _new_path(request)
            if new_path is None:
                return response
            return (
                self.response_redirect_class(new_path) if new_path else self.response_gone_class()
            )
        except ValueError:  # "https://[". Our form refuses it, so something else stored it.
            return response


def _new_path(request: HttpRequest) -> str | None:
    """Return where the path of a request leads: "" if it is gone, None if that is not known."""
    spellings = _spellings(request)
    found = Redirect.objects.filter(site_id=settings.SITE_ID, old_path__in=spellings)
    known = dict(found.values_list("old_path", "new_path"))
    return next((known[each] for each in spellings if each in known), None)


def _spellings(request: HttpRequest) -> list[str]:
    """Return how the address of a request may be stored, the one that was asked for first.

    A path of many Korean letters is stored as it is read, because there it is shorter.
    """
    plain = normalize("NFC", request.path)
    paths = [request.get_full_path(), escape_uri_path(plain), plain]
    with_slash = [f"{path}/" for path in paths if not request.path.endswith("/")]
    if with_slash:
        with_slash[0] = request.get_full_path(force_append_slash=True)
    return [path for path in dict.fromkeys([*paths, *with_slash]) if "\0" not in path]


# The admin theme needs these: Alpine evaluates its attributes, and widgets set inline styles.
ADMIN_DIRECTIVES = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-src": [NONE],
}


def admin_content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Loosen the script and style directives under /admin/, and keep its pages out of caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = ADMIN_DIRECTIVES  # type: ignore[attr-defined]
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware
