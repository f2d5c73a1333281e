"""Who may see how the site is."""

import pytest

pytestmark = pytest.mark.django_db

PRIVATE = ["/readyz", "/metrics"]
FORGED = [
    {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"HTTP_X_REAL_IP": "127.0.0.1"},
    {"HTTP_FORWARDED": "for=127.0.0.1"},
    {"HTTP_VIA": "1.1 localhost"},
]


@pytest.mark.parametrize("address", PRIVATE)
def test_this_machine_is_let_in(client, address):
    assert client.get(address).status_code != 404
    assert client.get(address, REMOTE_ADDR="::1").status_code != 404


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("headers", [{}, *FORGED])
def test_nobody_from_elsewhere_is_let_in_whatever_they_say(client, settings, address, headers):
    for proxies in (0, 1):
        settings.TRUSTED_PROXIES = proxies
        for elsewhere in ("203.0.113.9", "10.0.0.3", "", "127.0.0.1.example", "localhost"):
            assert client.get(address, REMOTE_ADDR=elsewhere, **headers).status_code == 404


@pytest.mark.parametrize("address", PRIVATE)
@pytest.mark.parametrize("headers", FORGED)
def test_whoever_comes_through_a_proxy_on_this_machine_is_not_let_in(client, address, headers):
    assert client.get(address, REMOTE_ADDR="127.0.0.1", **headers).status_code == 404


@pytest.mark.parametrize("address", PRIVATE)
def test_with_a_token_the_token_alone_opens(client, settings, address):
    settings.METRICS_TOKEN = "sesame-open"
    far = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}
    for sent in ("", "Bearer", "Bearer sesame", "Basic sesame-open", "Bearer sésame-open"):
        for where in ({}, far):
            assert client.get(address, HTTP_AUTHORIZATION=sent, **where).status_code == 404
    for sent in ("Bearer sesame-open", "bearer sesame-open"):
        assert client.get(address, HTTP_AUTHORIZATION=sent, **far).status_code != 404


@pytest.mark.parametrize("address", [*PRIVATE, "/healthz"])
def test_what_monitors_ask_is_neither_cached_nor_written_to(client, address):
    assert "no-store" in client.get(address).headers["Cache-Control"]
    assert client.post(address).status_code == 405
