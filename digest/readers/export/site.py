"""The pages of the site: those that are stored, and those that are made now."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils import translation

from digest.readers.pages import making, many, rows
from digest.readers.pages.many import Body
from digest.readers.pages.rows import Page
from papers.clock import now

_MOVED = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND}


class NoPage(Exception):
    """The site has no page at an address. The message says what it responds with."""

    is_failure = False
    """Whether there should be a page, and the site failed to make it."""


class Moved(NoPage):
    """Another address has the page."""

    def __init__(self, address: str) -> None:
        super().__init__(f"it leads to {address}")
        self.address = address


class Failed(NoPage):
    """The site could not make a page. Its log says why."""

    is_failure = True

    def __init__(self, status: int) -> None:
        super().__init__(f"{_responds(status)}; the log says why")


def _responds(status: int) -> str:
    return f"the site responds with {status}"


class File(NamedTuple):
    """The bytes of a file, and their ETag."""

    data: bytes
    etag: str

    @classmethod
    def of(cls, data: bytes) -> File:
        return cls(data, _etag_of(data))


@lru_cache(8)  # Many files have one text, as those that say that reports need the server.
def _etag_of(data: bytes) -> str:
    return rows.etag_of(data)


class Site:
    """Pages by address."""

    def __init__(self) -> None:
        self.etags = many.etags(now())
        """The ETag of each page that is stored and counts, and of those that were made since."""
        self._handler = get_wsgi_application().get_response

    def make(self, address: str) -> Page:
        """Make a page, which is then stored if it may be. Raises NoPage."""
        page = self._made(address, stored=True)
        if page.status in _MOVED:
            raise Moved(unquote(urlsplit(dict(page.headers)["Location"]).path))
        if page.status not in making.STORED:
            raise Failed(page.status) if page.status >= 500 else NoPage(_responds(page.status))
        self.etags[address] = page.etag
        return page

    def make_unstored(self, address: str, status: int = HTTPStatus.OK) -> Page:
        """Make a page of this status that is never stored. Raises NoPage."""
        page = self._made(address, stored=False)
        if page.status != status:
            raise Failed(page.status)
        return page

    def _made(self, address: str, *, stored: bool) -> Page:
        with translation.override(settings.LANGUAGE_CODE):
            return making.make(address, self._handler, stored=stored).page

    def bodies(self, addresses: list[str]) -> Iterator[bytes]:
        """Yield the bodies of those of the pages that there are."""
        stored = self.stored(addresses)
        for address in addresses:
            with suppress(NoPage):
                yield self.file(address, stored).data

    def stored(self, addresses: list[str]) -> dict[str, Body]:
        """Return the bodies of those of the pages that are stored as they were.

        A page that counted when the export began may count no longer, as one of a post that was
        withdrawn since.
        """
        found = many.bodies(addresses, now())
        return {
            address: body for address, body in found.items() if body.etag == self.etags.get(address)
        }

    def file(self, address: str, stored: Mapping[str, Body]) -> File:
        """Return the file of a stored body. Without one the page is made. Raises NoPage."""
        if body := stored.get(address):
            with suppress(zlib.error):
                return File(body.decompress(), body.etag)
        page = self.make(address)
        return File(page.body, page.etag)
