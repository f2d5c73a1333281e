"""A public site's headers on every kind of response, for every URL that the resolver knows."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from digest.models import Post
from digest.publishing import withdraw
from digest.readers.views import site
from tests import addresses
from tests.digest import public_site

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
ADMIN = STRICT | {
    "script-src": "'self' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "frame-src": "'none'",
}
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FORMS = ("/report/", "/preview/")
SECRET = re.compile(r"(/en)?/preview/[^/]+/")
METHODS = ("get", "head", "options", "post", "put", "patch", "delete", "trace")


@pytest.fixture(scope="module")
def static_files(tmp_path_factory):
    return tmp_path_factory.mktemp("static")


@pytest.fixture(autouse=True)
def _a_public_site(settings, monkeypatch, static_files):
    public_site.apply(settings, monkeypatch)
    settings.STATIC_ROOT = static_files
    if not any(static_files.iterdir()):
        call_command("collectstatic", interactive=False, verbosity=0)
    addresses.make_site()


def browser(**more):
    """Return a browser that uses TLS, through the proxy in front of a public site."""
    headers = {"x-forwarded-proto": "https"}
    return Client(SERVER_NAME=public_site.HOST, headers=headers, **more)


@pytest.fixture
def superuser(admin_user):
    client = browser()
    client.force_login(admin_user)
    return client


def directives(response):
    """Return the directives of a response's only content security policy."""
    policy = response.headers["Content-Security-Policy"]
    parts = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: value for name, _, value in parts if name}


def missing(response):
    """Return the headers and cookie flags that a response lacks or has wrong."""
    policy = ADMIN if response.request["PATH_INFO"].startswith("/admin/") else STRICT
    secret = SECRET.fullmatch(response.request["PATH_INFO"])
    headers = HEADERS | ({"Referrer-Policy": "no-referrer"} if secret else {})
    wrong = {
        name: response.headers.get(name)
        for name, value in headers.items()
        if response.headers.get(name) != value
    }
    if directives(response) != policy:
        wrong["Content-Security-Policy"] = response.headers["Content-Security-Policy"]
    for name, cookie in response.cookies.items():
        flags = {flag: cookie[flag] for flag in ("secure", "httponly", "samesite")}
        deleted = cookie["max-age"] == 0  # Then it has no value to protect.
        if not deleted and flags != {"secure": True, "httponly": True, "samesite": "Lax"}:
            wrong[name] = flags
    return wrong


def caching(response):
    return {part.strip() for part in response.headers.get("Cache-Control", "").split(",")}


def test_each_readers_address_by_each_method():
    client = browser()
    for address in addresses.public_addresses():
        for method in METHODS:
            response = getattr(client, method)(address)
            assert missing(response) == {}, (method, address)
            assert not response.cookies, (method, address)
        unknown = client.get(f"{address}-")
        assert unknown.status_code in {301, 404}
        assert missing(unknown) == {}, address


@pytest.mark.parametrize("method", ["options", "trace", "put", "patch", "delete"])
def test_readers_addresses_answer_to_reading_and_the_form_to_sending(method):
    client = browser()
    for address in addresses.public_addresses():
        response = getattr(client, method)(address)
        assert response.status_code == 405, address
        takes_a_form = any(each in address for each in FORMS)
        methods = "GET, HEAD, POST" if takes_a_form else "GET, HEAD"
        assert response.headers["Allow"] == methods, address
        assert not response.content, address


@pytest.mark.parametrize("who", ["nobody", "superuser"])
def test_each_address_of_the_admin_is_private(request, who):
    client = browser() if who == "nobody" else request.getfixturevalue(who)
    unknown = ["/admin/x.css", "/admin/papers/paper/x.js", "/admin/nothing/", "/admin/%00/"]
    for address in [*addresses.admin_addresses(), *unknown]:
        response = client.get(address)
        assert response.status_code in {200, 301, 302, 400, 403, 404, 405}, address
        assert missing(response) == {}, address
        assert {"private", "no-store"} <= caching(response), address


def test_nobody_but_the_way_in_is_open_without_an_account():
    client = browser()
    for address in addresses.admin_addresses():
        response = client.get(address)
        if "/password-reset/" in address:
            assert response.status_code == 404, address  # This site sends no mail.
        elif address != reverse("admin:login"):
            assert response.status_code == 302, address
            assert response.url.startswith(reverse("admin:login")) or "logout" in address


def signed_in(client):
    return client.post(reverse("admin:login"), {"username": "admin", "password": "password"})


def test_the_cookies_of_an_editor(admin_user):
    client = browser()
    shown, entered = client.get(reverse("admin:login")), signed_in(client)
    assert set(shown.cookies) == {"csrftoken"}
    assert {"csrftoken", "sessionid"} <= set(entered.cookies)
    for response in (shown, entered):
        assert missing(response) == {}


def gone():
    withdraw(Post.objects.get())
    return browser().get(f"/2025/10/08/{addresses.SLUG}/")


def locked():
    client = browser(REMOTE_ADDR="198.51.100.9")
    return [signed_in(client) for _ in range(10)][-1]


def answers():
    """Return a response of each kind, by its status and its cause."""
    client = browser()
    report = f"/papers/{addresses.ARXIV_ID}/report/"
    return {
        (200, "a page"): lambda: client.get("/"),
        (200, "a form"): lambda: client.get(report),
        (200, "sign-in"): lambda: client.get("/admin/login/"),
        (304, "a page"): lambda: client.get(
            "/", headers={"if-none-match": client.get("/").headers["ETag"]}
        ),
        (304, "a feed"): lambda: client.get(
            "/feed.xml", headers={"if-none-match": client.get("/feed.xml").headers["ETag"]}
        ),
        (301, "a slash"): lambda: client.get("/about"),
        (301, "a slash in the admin"): lambda: client.get("/admin"),
        (301, "an old address"): lambda: client.get("/old.html"),
        (301, "a language"): lambda: client.get("/en"),
        (301, "a spelling"): lambda: client.get(f"/papers/{addresses.ARXIV_ID}v2/"),
        (302, "a day"): lambda: client.get("/2025/10/08/"),
        (400, "a host"): lambda: client.get("/", headers={"host": "evil.test"}),
        (400, "a form too long"): lambda: client.post(report, {"text": "x" * 300_000}),
        (403, "no token"): lambda: browser(enforce_csrf_checks=True).post("/admin/login/"),
        (404, "a page"): lambda: client.get("/nothing/"),
        (404, "an address that is none"): lambda: client.get("/%00"),
        (405, "a method"): lambda: client.trace("/"),
        (410, "an old address"): lambda: client.get("/gone.html"),
        (410, "a page"): gone,
        (429, "sign-in"): locked,
    }


@pytest.mark.parametrize("kind", answers(), ids=lambda kind: f"{kind[0]} {kind[1]}")
def test_each_kind_of_answer(kind):
    response = answers()[kind]()
    assert response.status_code == kind[0]
    assert missing(response) == {}


@pytest.mark.parametrize(("error", "status"), [(ValueError, 500), (OperationalError, 503)])
@pytest.mark.parametrize("address", ["/about/", "/admin/"])
def test_an_error_of_ours(monkeypatch, superuser, error, status, address):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(site.kinds, "offered", fail)
    monkeypatch.setattr("digest.admin.desk.work.Job.objects.filter", fail)
    superuser.raise_request_exception = False
    response = superuser.get(address)
    assert response.status_code == status
    assert missing(response) == {}
    if address == "/admin/":
        assert {"private", "no-store"} <= caching(response)


def test_static_files_by_each_method(static_files):
    client = browser()
    paths = [
        *map(Path, ("favicon.svg", "site.css", "admin/preview.js", "admin/js/core.js")),
        *(path.relative_to(static_files) for path in static_files.glob("site.*.css")),
    ]
    assert len(paths) > 4
    for path in paths:
        for method in METHODS:
            response = getattr(client, method)(f"/static/{path}")
            assert response.status_code == (200 if method in {"get", "head"} else 405)
            assert missing(response) == {}, (method, path)
            response.getvalue()  # It closes the file.
    assert missing(client.get("/static/nothing.css")) == {}


def test_the_proxy_is_told_nothing_of_tls_where_there_is_none():
    response = Client(SERVER_NAME=public_site.HOST).get("/healthz")
    assert response.status_code == 200  # A health check behind the proxy does not use TLS.
    assert "Strict-Transport-Security" not in response.headers
