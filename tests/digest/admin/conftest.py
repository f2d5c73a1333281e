"""The browser of an editor."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.signals import request_finished, request_started
from django.urls import reverse

from tests.digest.readers.pages.beside import until

REFUSED = "Failed to load resource"
"""What Chromium notes of each answer that is no success. The tests look at those themselves."""


@contextmanager
def served() -> Iterator[list[str]]:
    """Collect the requests that the server of this process has not answered yet."""
    begun: list[str] = []

    def start(**_: object) -> None:
        begun.append("")

    def end(**_: object) -> None:
        begun.pop()

    request_started.connect(start)
    request_finished.connect(end)
    yield begun
    request_started.disconnect(start)
    request_finished.disconnect(end)


@pytest.fixture
def desk(page, live_server, client, admin_user):
    """The page of an editor who has logged in, who allows no error and no other host."""
    troubles = []
    page.on(
        "console",
        lambda said: (
            said.type == "error" and REFUSED not in said.text and troubles.append(said.text)
        ),
    )
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            asked.url.startswith((live_server.url, "data:", "blob:")) or troubles.append(asked.url)
        ),
    )
    client.force_login(admin_user)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.set_viewport_size({"width": 1280, "height": 900})
    page.troubles = troubles
    page.goto_admin = lambda name, *args: page.goto(live_server.url + reverse(name, args=args))
    with served() as open_requests:
        yield page
        page.context.set_offline(True)  # A page that is left sends what it has not saved.
        until(lambda: not open_requests)
    assert troubles == []
