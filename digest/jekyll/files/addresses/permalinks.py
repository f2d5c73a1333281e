"""Computes the path that a post had in the old blog, and its id in the old feed.

The rules are those of Jekyll 4 (``Jekyll::URL``, ``Drops::UrlDrop``, ``Document#id``), of the
jekyll-feed plugin (``post.id | absolute_url``) and of the Chirpy theme's own feed
(``post.url | absolute_url``).
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import tzinfo
from unicodedata import category, normalize
from urllib.parse import quote, unquote, urlsplit

from digest.jekyll.files.document import Document

STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
    "chirpy": "/posts/:title/",
}

_QUERY = re.compile(r"[?#]")
_NO_PATH = re.compile(
    r"""[\x00-\x1f\x7f-\x9f\\] | ^// | ^[A-Za-z][A-Za-z0-9+.-]*: | (?:^|/)\.{1,2}(?:/|$)""",
    re.VERBOSE,
)
_VARIABLE = re.compile(r":([a-z_]+)")
_PATH_SAFE = "/:@!$&'()*+,;=-._~"  # RFC 3986, pchar


def _slug(document: Document) -> str:
    slug = dict(document.front_matter).get("slug")
    return (document.written_slug or document.slug) if slug is None else str(slug)


def _slugify(text: str, kept: str = "", *, cased: bool = False) -> str:
    """Slugify like Jekyll: a hyphen for each run of characters not alphanumeric and not kept."""
    marked = "".join(char if _is_alnum(char) or char in kept else "\0" for char in text)
    slug = re.sub(r"^-|-$", "", re.sub("\0+", "-", marked))
    return slug if cased else slug.lower()


def _is_alnum(char: str) -> bool:
    """Test for Ruby's [[:alnum:]]: letters, marks and decimal digits."""
    return category(char)[0] in "LM" or category(char) == "Nd"


def _categories(document: Document) -> list[str]:
    """Return the folders, then ``categories``, a list or words, then ``category``."""
    keys = dict(document.front_matter)
    several, single = keys.get("categories"), keys.get("category")
    names = several.split() if isinstance(several, str) else several
    return [*document.folders, *map(str, (*_flat(names), *_flat(single)))]


def _flat(value: object) -> Iterator[object]:
    """Yield the values of a list of any depth, without what is no name."""
    if isinstance(value, list):
        for each in value:
            yield from _flat(each)
    elif value is not None and not isinstance(value, dict):
        yield value


def _joined(names: Iterable[str]) -> str:
    return "/".join(dict.fromkeys(names))


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

VARIABLES: dict[str, Callable[[Document], str]] = {
    "year": lambda document: f"{document.published_at:%Y}",
    "month": lambda document: f"{document.published_at:%m}",
    "day": lambda document: f"{document.published_at:%d}",
    "hour": lambda document: f"{document.published_at:%H}",
    "minute": lambda document: f"{document.published_at:%M}",
    "second": lambda document: f"{document.published_at:%S}",
    "i_month": lambda document: str(document.published_at.month),
    "i_day": lambda document: str(document.published_at.day),
    "y_day": lambda document: f"{document.published_at:%j}",
    "short_year": lambda document: f"{document.published_at:%y}",
    # Ruby writes English names in any locale.
    "long_month": lambda document: _MONTHS[document.published_at.month - 1],
    "short_month": lambda document: _MONTHS[document.published_at.month - 1][:3],
    "long_day": lambda document: _DAYS[document.published_at.weekday()],
    "short_day": lambda document: _DAYS[document.published_at.weekday()][:3],
    "w_year": lambda document: f"{document.published_at:%G}",
    "week": lambda document: f"{document.published_at:%V}",
    "w_day": lambda document: f"{document.published_at:%u}",
    "title": lambda document: _slugify(_slug(document), "._~!$&'()+,;=@", cased=True),
    "slug": lambda document: _slugify(_slug(document)),
    "categories": lambda document: _joined(name.lower() for name in _categories(document)),
    "slugified_categories": lambda document: _joined(map(_slugify, _categories(document))),
    "output_ext": lambda _document: ".html",
}
"""The variables of a pattern. The date is that of ``published_at`` in its own time zone."""


def template(permalink: str) -> str:
    """Return the pattern that ``permalink`` names or is. Raises ValueError if it is neither."""
    pattern = STYLES.get(permalink, permalink)
    if not pattern.startswith("/"):
        raise ValueError(
            f"{permalink!r} is not {', '.join(STYLES)} or a pattern that begins with /"
        )
    for name in _VARIABLE.findall(pattern):
        _known(name)
    return pattern


def _known(name: str) -> str:
    """Return the name of a variable. In ``:month_:day`` the underscore is not part of the name."""
    for known in (name, name.removesuffix("_")):
        if known in VARIABLES:
            return known
    raise ValueError(f":{name} is not one of {', '.join(f':{known}' for known in VARIABLES)}")


def is_path(written: str) -> bool:
    """Return whether an address is a path of the old blog, with nothing that could lead off it."""
    return not (_QUERY.search(written) or _NO_PATH.search(unquote(written)))


def own_pattern(front_matter: Iterable[tuple[str, object]]) -> str:
    """Return the pattern that a post names for itself, or "" if it is none that Jekyll takes."""
    own = dict(front_matter).get("permalink")
    try:
        pattern = template(f"/{own.removeprefix('/')}") if isinstance(own, str) and own else ""
    except ValueError:
        return ""
    return pattern if is_path(pattern) else ""


def address(document: Document, permalink: str, built_in: tzinfo | None = None) -> str:
    """Return the path that the post had, percent-encoded.

    ``permalink`` is a name of `STYLES` or a pattern. The post's own ``permalink`` wins, as in
    Jekyll. The date in it is that of the zone where the old blog was built, ``built_in``, or else
    of ``published_at``. The path does not include a ``baseurl`` of the old blog. Raises ValueError
    for a variable that does not exist.
    """
    if built_in:
        document = replace(document, published_at=document.published_at.astimezone(built_in))
    pattern = own_pattern(document.front_matter) or template(permalink)

    def value(match: re.Match[str]) -> str:
        name = _known(match[1])
        return quote(VARIABLES[name](document), safe=_PATH_SAFE) + match[1][len(name) :]

    path = quote("/" + _VARIABLE.sub(value, pattern), safe=f"{_PATH_SAFE}%")
    return re.sub("/+", "/", path.replace("..", "/").replace("./", ""))


def feed_id(
    document: Document, permalink: str, site_url: str, built_in: tzinfo | None = None
) -> str:
    """Return the id of the post's entry in the old feed.

    The feed is Chirpy's own if ``permalink`` is ``chirpy``, else that of jekyll-feed. ``site_url``
    is the old blog's URL with its ``baseurl``. Raises ValueError if it is not an absolute http(s)
    URL, or as `address` does.
    """
    site = urlsplit(site_url.rstrip("/"))
    if site.scheme not in ("http", "https") or not site.hostname or site.query or site.fragment:
        raise ValueError(f"{site_url!r} is not the address of a site, like https://example.org")
    path = address(document, permalink, built_in)
    if permalink != "chirpy":
        path = posixpath.join(posixpath.dirname(path.rstrip("/")), _slug(document))
    path = quote(normalize("NFC", unquote(f"{site.path}{path}")), safe=_PATH_SAFE)
    return f"{site.scheme}://{site.netloc.lower()}{path}"
