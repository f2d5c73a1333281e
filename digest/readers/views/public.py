"""What all readers' pages have in common: the same response for everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

MAX_AGE_S = 60
FEED_MAX_AGE_S = 15 * 60


class Gone(Exception):
    """The page was public and was withdrawn, for a `reason` in a `language` if one was given."""

    def __init__(self, reason: str = "", language: str = "") -> None:
        super().__init__(reason)
        self.reason, self.language = reason, language


View = Callable[..., HttpResponseBase]


def moved(request: HttpRequest, name: str, *args: str) -> HttpResponse:
    """Redirect for good to the page of a name, with the query that the request has."""
    query = request.META.get("QUERY_STRING", "")
    address = reverse(name, args=args)
    return redirect(f"{address}?{query}" if query else address, permanent=True)


def public(view: View, *, stored: bool = True, max_age_s: int = MAX_AGE_S) -> View:
    """Make a view's response fit for everybody and for caches.

    It has no cookie, it has an ETag, and it is 410 for what was withdrawn. It is `stored`
    (`readers.pages`) if the view tells the keys of all that it reads.
    """
    whole = _undated(_or_gone(view))
    cached = cache_control(public=True, max_age=max_age_s)(conditional_page(whole))
    answer = csrf_exempt(require_safe(cached))  # It takes no form: 405, not 403.
    answer.stored = stored  # type: ignore[attr-defined]
    return answer


def feed(view: View) -> View:
    """Make a feed fit for everybody: feed readers come back less often than people."""
    return public(view, max_age_s=FEED_MAX_AGE_S)


def personal(view: View) -> View:
    """Make a view's response fit for one reader: no cache stores it, no search engine indexes it.

    It needs no CSRF check. There is no cookie here either, so another site can make a browser abuse
    nothing. The form's own token is checked when the form is sent.
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @cache_control(private=True, no_store=True)
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _or_gone(view)(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    answer.stored = False  # type: ignore[attr-defined]
    return answer


def unlisted(view: View) -> View:
    """Make a view's response fit for an address that is a secret itself.

    It is as `personal`, and no place that the page leads to is told the address. Browsers then send
    "Origin: null" with its form, which Django's own CSRF check would refuse.
    """
    answer = personal(view)

    @wraps(answer)
    def referring_to_nobody(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = answer(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return referring_to_nobody


def _undated(view: View) -> View:
    """Drop the date that Django gives to feeds and sitemaps: that of their newest row.

    It does not move with a fact, a tag or a withdrawal. A stored page has one that does.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        del response.headers["Last-Modified"]
        return response

    return answer


def _or_gone(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Gone as gone:
            context = {"reason": gone.reason, "language_of_reason": gone.language}
            return render(request, "410.html", context, status=410)

    return answer
