"""No redirect leaves the site, whether by `next`, by a path or by a header."""

import re
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests import addresses
from tests.digest.readers.test_reports import form_of

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "//evil.test",
    "///evil.test",
    "////evil.test/%2e%2e",
    "/\\evil.test",
    "\\\\evil.test",
    "/\\/evil.test",
    "https:evil.test",
    "https:/evil.test",
    "https://evil.test",
    "http:///evil.test",
    "HTTPS://EVIL.TEST",
    "//evil.test:80",
    "//testserver@evil.test",
    "https://testserver.evil.test",
    "//evil.test\\@testserver",
    "/\t/evil.test",
    "\t//evil.test",
    "\x00//evil.test",
    "\x0b//evil.test",
    "/\r/evil.test",
    "/admin/\r\nLocation: https://evil.test",
    "java\tscript:alert(1)",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://[::1",
    "//evil。test",
]


def leads_to(location, page="http://testserver/admin/login/"):
    """Return the host that a browser goes to.

    A browser drops control characters, and reads "\\" as "/".
    """
    seen = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(33)))))
    target = urlsplit(urljoin(page, seen.replace("\\", "/")))
    assert target.scheme in {"http", "https"}, location
    return target.hostname


def stays(response):
    """Return whether a response redirects nowhere, or to the site itself."""
    location = response.headers.get("Location", "")
    assert not set("\r\n") & set(location)
    return leads_to(location) == "testserver"


@pytest.fixture
def kim():
    return User.objects.create_user("kim", password="geheim", is_staff=True)


def test_the_reading_of_a_location_is_a_browsers():
    assert leads_to("/\\evil.test") == leads_to("\t//evil.test") == "evil.test"
    assert leads_to("/admin/") == "testserver"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_sign_in_and_sign_out(kim, target):
    fields = {"username": "kim", "password": "geheim"}
    for query, more in ((f"?next={quote(target)}", {}), ("", {"next": target})):
        client = Client()
        entered = client.post(reverse("admin:login") + query, fields | more)
        assert entered.status_code == 302
        assert stays(entered)
        assert stays(client.get(reverse("admin:login") + query))
        assert stays(client.post(reverse("admin:logout") + query, more))


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_report_form(client, target):
    addresses.make_site()
    page = f"/papers/{addresses.ARXIV_ID}/report/"
    sent = form_of(client.get(page)) | {"text": "결과의 40%는 없습니다.", "next": target}
    for query in ("", f"?next={quote(target)}"):
        assert stays(client.post(page + query, sent))


@pytest.mark.parametrize("target", ELSEWHERE)
def test_an_address_that_is_another_hosts(client, admin_client, target):
    for before in ("", "/", "/en/", "/en", "/papers/", "/tags/", "/admin/"):
        path = before + target
        # Set as a server does. The test client would read "//evil.test" as a host.
        environment = {"PATH_INFO": path.encode().decode("latin-1")}
        for each in (client, admin_client):
            response = each.get("/", **environment)
            assert response.status_code in {301, 302, 400, 404}, path
            assert stays(response), path


@pytest.mark.parametrize("target", ELSEWHERE[:6])
def test_the_way_to_the_other_language(client, target):
    addresses.make_site()
    for page in ("/", f"/2025/10/08/{addresses.SLUG}/", "/en/tags/"):
        html = client.get(f"{page}?next={quote(target)}").content.decode()
        assert "evil" not in html


def test_no_host_of_a_request_comes_into_a_page(client, settings):
    addresses.make_site()
    settings.ALLOWED_HOSTS = ["*"]
    for address in addresses.public_addresses():
        for name in ("host", "x-forwarded-host"):
            response = client.get(address, headers={name: "evil.test"})
            assert "evil.test" not in response.content.decode(), (name, address)
            assert "evil.test" not in str(response.headers), (name, address)
