"""Asks the site as a web server does: through the WSGI application in front of Django."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.test import Client

from digest.readers.pages.front import Front
from digest.readers.views.errors import busy


@contextmanager
def serving() -> Iterator[Front]:
    """Yield the application, and end its listener."""
    front = Front(get_wsgi_application(), busy)
    try:
        yield front
    finally:
        front.close()


class Visitor(Client):
    """Django's test client, which otherwise goes past the application in front."""

    def __init__(self, front: Front, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.front = front

    def request(self, **request: Any) -> HttpResponse:
        started: list[Any] = []
        environ = {"HTTP_HOST": "testserver", **self._base_environ(**request)}
        body = self.front(environ, lambda *said: started.append(said))
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        status, headers = started[-1][:2]
        return HttpResponse(content, status=int(status.split()[0]), headers=dict(headers))
