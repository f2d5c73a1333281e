"""A browser opens every address of the site, and the content security policy stops nothing.

Each page tells its own violations as they happen, so one that the console does not show counts too,
and so does one of a page that leads on by itself.
"""

import pytest

from tests.addresses import admin_addresses, make_site, public_addresses

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LISTEN = """
addEventListener("securitypolicyviolation", event =>
    window.tell(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
PROBE = "document.body.appendChild(document.createElement('script')).textContent = 'window.ran = 1'"


@pytest.fixture
def walker(desk, live_server, settings):
    settings.SITE_URL = live_server.url
    make_site()
    desk.told = []
    desk.context.expose_binding(
        "tell", lambda source, said: desk.told.append((source["frame"].url, said))
    )
    desk.context.add_init_script(LISTEN)
    return desk


def is_page(page, address):
    """Return whether a browser shows the answer as a page: some addresses take no GET."""
    answer = page.context.request.get(address, max_redirects=0)
    return "text/html" in answer.headers.get("content-type", "") and bool(answer.body())


def walk(page, base, addresses):
    """Open each address that is a page. Return how many are."""
    pages = [address for address in addresses if is_page(page, base + address)]
    for address in pages:
        page.goto(base + address)
    return len(pages)


def test_each_page_of_the_admin(walker, live_server):
    assert walk(walker, live_server.url, admin_addresses()) > 100
    assert walker.told == []


def test_each_page_for_readers(walker, live_server):
    assert walk(walker, live_server.url, public_addresses()) > 30
    assert walker.told == []


def test_a_violation_would_be_told(walker, live_server):
    walker.goto(live_server.url + "/about/")
    walker.evaluate(PROBE)
    while not walker.told:
        walker.wait_for_timeout(10)
    [(address, said)] = walker.told
    assert address.endswith("/about/")
    assert "script-src-elem inline" in said
    walker.troubles.clear()
