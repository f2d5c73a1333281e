"""The guard itself: tests reach this machine and nothing else, whoever of them tries how."""

import asyncio
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from django.conf import settings

from tests.loopback import BeyondLoopback

OUTSIDE = "192.0.2.1"  # Of a network that does not exist: without the guard, this would hang.


def connect(host=OUTSIDE):
    socket.create_connection((host, 80))


def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"?", (OUTSIDE, 53))


def asynchronous():
    asyncio.run(asyncio.open_connection(OUTSIDE, 80))


def in_a_thread():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(connect).result()


def with_the_sites_client():
    httpx2.get(f"http://{OUTSIDE}/", trust_env=False)


@pytest.mark.parametrize(
    "attempt", [connect, datagram, asynchronous, in_a_thread, with_the_sites_client]
)
def test_another_address_is_refused_by_its_name(attempt):
    with pytest.raises(BeyondLoopback, match=OUTSIDE):
        attempt()


@pytest.mark.parametrize("host", ["example.org", "2001:db8::1", "0.0.0.1"])
def test_a_name_is_not_even_looked_up(host):
    with pytest.raises(BeyondLoopback, match=host):
        connect(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost"])
def test_loopback_is_open(host):
    with socket.create_server(("", 0)) as server:
        connect_to = (host, server.getsockname()[1])
        socket.create_connection(connect_to).close()


def test_so_is_a_unix_socket(tmp_path):
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen()
        client.connect(path)


def test_a_process_with_the_tests_settings_is_under_it_too():
    connecting = f"import socket; socket.create_connection(('{OUTSIDE}', 80))"
    process = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {connecting}"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"BeyondLoopback: a test asks for {OUTSIDE}" in process.stderr
