"""Finds the links of exported files that lead to no exported file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import unescape
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import quote, unquote, urljoin, urlsplit

from django.conf import settings
from selectolax.lexbor import LexborHTMLParser

from digest.readers.export.folder import Folder, NotOurs
from digest.readers.export.names import INDEX
from digest.readers.export.progress import Progress

_ATTRIBUTES = ("href", "src", "action")
_SELECTOR = ", ".join(f"[{each}]" for each in _ATTRIBUTES)
_IMPORT = re.compile(rb"""(?:from\s*|url\()["']?(\.{1,2}/[^"')\s]+)""")
_PROGRAMS = (".js", ".css")
_WITHOUT_LINKS = (".png", ".ico", ".svg", ".bib", ".ris", ".csv")
_END = ".,;:!'`*_"
"""What may follow a link in running text, and is not part of it."""


class Broken(NamedTuple):
    """A link of a file that leads to no file."""

    name: str
    link: str


class Checked(NamedTuple):
    """What is wrong with the files."""

    broken: list[Broken]
    """Each link once."""
    unread: dict[str, str]
    """The files that are gone or cannot be read, with why."""


def check(folder: Folder, progress: Progress) -> Checked:
    """Follow the links of the files on a folder's list."""
    files, unread = folder.list, {}
    broken: dict[str, Broken] = {}
    for name in progress("checking links", sorted(files)):
        if name.endswith(_WITHOUT_LINKS):
            continue
        try:
            data = folder.read(name)
        except (NotOurs, OSError) as error:
            unread[name] = f"it cannot be read: {getattr(error, 'strerror', None) or error}"
            continue
        for link in of_file(name, data):
            if not leads_to_a_file(link, files):
                broken.setdefault(link, Broken(name, link))
    return Checked(list(broken.values()), unread)


def of_file(name: str, data: bytes) -> Iterator[str]:
    """Yield the addresses on the site that a file leads to, as decoded paths."""
    page = f"{settings.SITE_URL}/{quote(name)}"
    for link in set(_links(name, data)):
        try:
            url = urlsplit(urljoin(page, link))
        except ValueError:  # "https://[".
            continue
        if f"{url.scheme}://{url.netloc}" == settings.SITE_URL:
            yield normalize("NFC", unquote(url.path))


def _links(name: str, data: bytes) -> Iterator[str]:
    if name.endswith(_PROGRAMS):
        yield from (link.decode() for link in _IMPORT.findall(data))
    elif name.endswith(".html"):
        for node in LexborHTMLParser(data).css(_SELECTOR):
            yield from (node.attributes.get(each) or "" for each in _ATTRIBUTES)
    else:
        yield from _written_out(data.decode())


def _written_out(text: str) -> Iterator[str]:
    """Yield the URLs of the site in a feed, a sitemap, JSON or Markdown."""
    for link in re.findall(rf"{re.escape(settings.SITE_URL)}[^\s\"'<>)\\]*", unescape(text)):
        yield link.rstrip(_END)


def leads_to_a_file(path: str, files: Collection[str]) -> bool:
    """Return whether a host finds a file for a path: its own, or the index of a folder."""
    name = path.removeprefix("/")
    if not name or name.endswith("/"):
        return name + INDEX in files
    return name in files or f"{name}/{INDEX}" in files
