"""Middleware: request ids, the language of a URL, redirects, the admin's security policy."""

import re
import secrets
from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.contrib.redirects.middleware import RedirectFallbackMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_cache_control

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
    """Django's middleware, which here ignores a stored redirect that no browser could follow."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except ValueError:  # "https://[". Our form refuses it, so something else stored it.
            return response


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
