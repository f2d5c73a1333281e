"""Where a person came from: saving a row leads back there, with the list as it was filtered.

An address names it (`?next=`), or the browser does when it follows a link. The form carries it, so
that it survives an error. Only pages of this admin count.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

PARAMETER = "next"
FIELD = "_next"
LONGEST = 2_000  # Characters of an address.


def came_from(request: HttpRequest) -> str:
    """Return the path of the page that led to this one, or "" if none is known."""
    if FIELD in request.POST:
        return _ours(request, request.POST[FIELD])
    if PARAMETER in request.GET:
        return _ours(request, request.GET[PARAMETER])
    return _ours(request, request.headers.get("Referer", ""))


def returning(request: HttpRequest) -> str:
    """Return where saving leads to, or "" for the usual list.

    A form there must not take this page, which the browser names, for the one that led to it.
    """
    url = came_from(request)
    return _with_next(url, "") if urlsplit(url).path.endswith("/change/") else url


def staying(request: HttpRequest, url: str = "") -> str:
    """Return this page's address for who stays on it after saving, which remembers the way back."""
    url = url or request.get_full_path()
    return _with_next(url, way, anew=True) if (way := came_from(request)) else url


def _with_next(url: str, way: str, *, anew: bool = False) -> str:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    others = [(name, value) for name, value in query if name != PARAMETER]
    if len(others) < len(query) and not anew:
        return url
    return parts._replace(query=urlencode([*others, (PARAMETER, way)])).geturl()


def _ours(request: HttpRequest, url: str) -> str:
    """Return the path of a page of this admin that is another row's, or no row's."""
    here = {request.get_host()}
    allowed = url_has_allowed_host_and_scheme(url, here, require_https=request.is_secure())
    if len(url) > LONGEST or not allowed:
        return ""
    parts = urlsplit(url)
    passing = (request.path.removesuffix("change/"), reverse("admin:login"))
    if not parts.path.startswith(reverse("admin:index")) or parts.path.startswith(passing):
        return ""
    return parts._replace(scheme="", netloc="").geturl()
