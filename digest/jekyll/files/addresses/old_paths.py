"""Finds the paths under which the old blog's host served a post (Document -> paths to redirect).

A post stood at its permalink and at each address that its front matter names as an older one. A
static host serves one page under up to four spellings: GitHub's takes ``/x`` and ``/x.html`` for
``x.html``, and ``/x``, ``/x/`` and ``/x/index.html`` for ``x/index.html``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import tzinfo
from unicodedata import normalize
from urllib.parse import unquote

from django.utils.encoding import escape_uri_path

from digest.jekyll.files.addresses.permalinks import address, is_path, own_pattern
from digest.jekyll.files.document import Document

KEYS = ("redirect_from", "aliases", "alias", "url")
"""The keys for other addresses: of jekyll-redirect-from, Hugo, and plugins like them."""

MAX_LISTED = 50  # addresses of one file
MAX_CHARS = 200  # of a path, as in the table of redirects

_EXTENSION = re.compile(r"\.(?!html?$)[A-Za-z][A-Za-z0-9]{0,4}$")


def old_paths(document: Document, style: str, built_in: tzinfo | None = None) -> tuple[str, ...]:
    """Return the paths, the post's own first, then its other spellings, then the older ones.

    They are spelt as a request for them is looked up: in NFC and percent-encoded, or not encoded
    where that would be over `MAX_CHARS`. A path that is longer still is left out. ``style`` and
    ``built_in`` are those of `permalinks.address`. Raises ValueError as it does.
    """
    paths = [address(document, style, built_in), *_listed(document.front_matter)[0]]
    fit = [path for path in paths if is_path(path)]  # Names of categories may hold anything.
    spelt = (stored(spelling) for path in fit for spelling in _spellings(path))
    return tuple(dict.fromkeys(path for path in spelt if len(path) <= MAX_CHARS))


def own_paths(document: Document, style: str, built_in: tzinfo | None = None) -> tuple[str, ...]:
    """Return those of `old_paths` at which the old blog showed the post itself."""
    keys = tuple(pair for pair in document.front_matter if pair[0] not in KEYS)
    return old_paths(replace(document, front_matter=keys), style, built_in)


def faults(front_matter: Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    """Return a key and a reason for each address in the front matter that is no path."""
    keys = dict(front_matter)
    found = _listed(keys.items())[1]
    if keys.get("permalink") and not own_pattern(keys.items()):
        found.append(("permalink", "no address of Jekyll, the usual one is taken"))
    return found


def stored(path: str) -> str:
    """Return a path as it is looked up."""
    plain = normalize("NFC", unquote(path))
    encoded = escape_uri_path(plain)
    return encoded if len(encoded) <= MAX_CHARS else plain


def _listed(
    front_matter: Iterable[tuple[str, object]],
) -> tuple[list[str], list[tuple[str, str]]]:
    paths: list[str] = []
    refused: list[tuple[str, str]] = []
    for key, written in _written(front_matter):
        if len(paths) == MAX_LISTED:
            return paths, [*refused, (key, f"over {MAX_LISTED} addresses: the others left out")]
        if not is_path(written):
            refused.append((key, f"{written[:MAX_CHARS]!r} is no path of the old blog: left out"))
        else:
            paths.append(f"/{written.removeprefix('/')}")
    return paths, refused


def _written(front_matter: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str]]:
    for key, value in front_matter:
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and _is_address(key, each):
                yield key, each.strip()


def _is_address(key: str, text: str) -> bool:
    """Return whether a value is meant as one. Elsewhere an alias may be another name for a note."""
    return bool(text.strip()) and (key == KEYS[0] or (key in KEYS and text.startswith("/")))


def _spellings(path: str) -> Iterator[str]:
    """Yield a path, and the others under which a static host serves that page."""
    yield path
    name = stem(path)
    if name and not _EXTENSION.search(name):
        yield from (name, f"{name}/", f"{name}.html", f"{name}/index.html")


def stem(path: str) -> str:
    """Return what all spellings of a path have in common."""
    return re.sub(r"\.html?$", "", path.removesuffix("index.html").rstrip("/"))
