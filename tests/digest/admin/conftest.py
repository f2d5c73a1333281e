"""The browser of an editor."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.urls import reverse
from playwright.sync_api import Error

REFUSED = "Failed to load resource"
"""What Chromium notes of each answer that is no success. The tests look at those themselves."""

MOST_LOOKS = 200
SILENCE = "window.fetch = () => new Promise(() => null);"


def silence(context) -> None:
    """Let no page send anything more. It would when it is left, and meet the next test's rows."""
    context.add_init_script(SILENCE)  # A page that is just being loaded has it from its start.
    for page in context.pages:
        with suppress(Error):
            page.evaluate(f"() => {{ {SILENCE} }}")


@contextmanager
def finished(page) -> Iterator[None]:
    """Wait at the end until each request of the browser has its answer."""
    sent = set()
    page.context.on("request", lambda request: sent.add(request))
    page.context.on("requestfinished", lambda request: sent.discard(request))
    page.context.on("requestfailed", lambda request: sent.discard(request))
    yield
    silence(page.context)
    for _ in range(MOST_LOOKS):  # A request that a test held back has no end.
        if not sent:
            break
        page.wait_for_timeout(10)


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
    with finished(page):
        yield page
    assert troubles == []
