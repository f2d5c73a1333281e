"""Several processes share arXiv as its terms ask: one request per interval, one connection.

The processes are real, and so is the fake arXiv's log, written where connections come in.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from django.conf import settings as django_settings
from django.db import connection

from papers.models import SourceState
from papers.politeness import turn
from tests.papers.atom import make_entry, make_feed

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

INTERVAL_S = 0.2
ANSWER_S = 0.3  # Slower than the interval: a limiter that looks at starts alone would not do.
PATIENCE_S = 60

ASKS = """
import sys, django
django.setup()
from papers.sources import arxiv
for arxiv_id in sys.argv[1:]:
    [reading] = arxiv.fetch([arxiv_id])
    assert [record.arxiv_id for record in reading.records] == [arxiv_id]
"""
STAYS_INSIDE = """
import time, django
django.setup()
from papers.politeness import turn
with turn("arxiv"):
    print("inside", flush=True)
    time.sleep(600)
"""


@dataclass
class Request:
    line: str
    began: float
    """When its connection came in (seconds, monotonic)."""
    others_open: int
    """Connections that were there already, and not closed by their client."""
    ended: float = 0.0


class FakeArxiv:
    """Answers each request after ANSWER_S, and leaves it to the client to close."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/api/query"
        self.log: list[Request] = []
        self.connections: list[socket.socket] = []
        self.threads = [threading.Thread(target=self._accept)]
        self.threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                request = Request("", time.monotonic(), sum(map(_is_open, self.connections)))
                self.log.append(request)
                self.connections.append(connection)
                self.threads.append(
                    threading.Thread(target=self._answer, args=(connection, request))
                )
                self.threads[-1].start()

    def _answer(self, connection: socket.socket, request: Request) -> None:
        request.line = connection.recv(65536).decode().split("\r\n")[0]
        time.sleep(ANSWER_S)
        arxiv_id = request.line.split("id_list=")[1].split("&")[0]
        body = make_feed(make_entry(arxiv_id))
        request.ended = time.monotonic()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    def stop(self) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join()
        for each in self.connections:
            each.close()


def _is_open(connection: socket.socket) -> bool:
    """Whether the client has not hung up."""
    readable, _, _ = select.select([connection], [], [], 0)
    return not readable or connection.recv(1, socket.MSG_PEEK) != b""


@pytest.fixture
def arxiv() -> Iterator[FakeArxiv]:
    fake = FakeArxiv()
    yield fake
    fake.stop()


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen]]:
    """Start a process of the site on the tests' own database."""
    params = connection.get_connection_params()
    url = f"postgresql://{params.get('user', '')}:{params.get('password', '')}@/{params['dbname']}"
    known = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"{url}?host={params.get('host', '')}&port={params.get('port', '')}",
        "ARXIV_INTERVAL_S": str(INTERVAL_S),
    }
    processes = []

    def start(program: str, *arguments: str, **environment: str) -> subprocess.Popen:
        processes.append(
            subprocess.Popen(
                [sys.executable, "-c", program, *arguments],
                env=os.environ | known | environment,
                cwd=django_settings.BASE_DIR,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_four_processes_keep_to_one_request_an_interval_and_one_connection(arxiv, start):
    ids = [f"2510.{number:05}" for number in range(1, 21)]
    processes = [start(ASKS, *ids[first::4], ARXIV_API_URL=arxiv.url) for first in range(4)]
    errors = [process.communicate(timeout=PATIENCE_S)[1] for process in processes]
    assert errors == [""] * 4
    assert sorted(request.line.split("id_list=")[1][:10] for request in arxiv.log) == ids
    gaps = [
        after.began - before.ended for before, after in zip(arxiv.log, arxiv.log[1:], strict=False)
    ]
    assert len(gaps) == 19
    assert min(gaps) >= INTERVAL_S
    assert [request.others_open for request in arxiv.log] == [0] * 20


def test_a_process_killed_in_its_turn_frees_it_and_the_next_waits_an_interval(settings, start):
    settings.ARXIV_INTERVAL_S = 0.5
    settings.HTTP_TURN_WAIT_MAX_S = float(PATIENCE_S)
    process = start(STAYS_INSIDE)
    assert process.stdout.readline() == "inside\n"
    assert SourceState.objects.get(source="arxiv").last_request_at is None
    killed = time.monotonic()
    process.send_signal(signal.SIGKILL)
    with turn("arxiv"):
        assert time.monotonic() - killed >= 0.5
    assert SourceState.objects.get(source="arxiv").last_request_at is not None
