"""deploy/Caddyfile in a real Caddy: headers that no visitor chooses, bounds, and slow visitors."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx2
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.deployment import UNITS

FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Request-ID": "chosen",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9",
}
SLOW = 200


@pytest.fixture
def behind() -> Iterator[HTTPServer]:
    def tell(request: Request) -> Response:
        told = {"headers": dict(request.headers), "bytes": len(request.get_data())}
        return Response(json.dumps(told), headers={"Server": "granian"})

    with HTTPServer(threaded=True) as server:
        server.expect_request("/").respond_with_handler(tell)
        yield server


@pytest.fixture
def proxy(behind: HTTPServer, tmp_path) -> Iterator[int]:
    caddy = shutil.which("caddy") or pytest.skip("no caddy on this machine: its file is not tried")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "WEB": f"127.0.0.1:{behind.port}",
    }
    command = [caddy, "run", "--adapter", "caddyfile", "--config", str(UNITS / "Caddyfile")]
    with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as process:
        try:
            with socket.socket() as probe:
                while probe.connect_ex(("127.0.0.1", port)):
                    assert process.poll() is None
                    time.sleep(0.02)
            yield port
        finally:
            process.terminate()


def ask(port: int, **options) -> httpx2.Response:
    method = "POST" if "content" in options else "GET"
    address = f"http://127.0.0.1:{port}/"
    return httpx2.request(method, address, trust_env=False, timeout=300, **options)


def test_a_visitor_chooses_no_header_that_the_site_believes(proxy):
    answer = ask(proxy, headers=FORGED)
    headers = answer.json()["headers"]
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert headers["X-Forwarded-Host"] == headers["Host"] == f"127.0.0.1:{proxy}"
    assert len(headers["X-Request-Id"]) == 36
    assert not {"Forwarded", "X-Real-Ip"} & set(headers)
    assert "Server" not in answer.headers


def test_an_editors_long_text_passes_and_what_is_longer_does_not(proxy):
    assert ask(proxy, content=b"x" * 31_000_000).json()["bytes"] == 31_000_000
    assert ask(proxy, content=b"x" * 33_000_000).status_code == 413


@pytest.mark.slow
def test_slow_visitors_hold_nobody_up_and_reach_no_thread_of_the_site(proxy, behind):
    with ExitStack() as open_sockets:
        slow = [
            open_sockets.enter_context(socket.create_connection(("127.0.0.1", proxy)))
            for _ in range(SLOW)
        ]
        for each in slow:
            each.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx")
        assert all(ask(proxy).status_code == 200 for _ in range(20))
        assert len(behind.log) == 20
