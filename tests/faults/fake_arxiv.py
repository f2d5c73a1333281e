"""Plays arXiv's query API, and keeps a log by which its terms can be checked."""

import select
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

from tests.papers.sources.atom import make_entry, make_feed

ANSWER_S = 0.3  # Slower than the interval: a limiter that looks at starts alone would not do.


@dataclass
class Request:
    line: str
    began: float
    """When its connection came in (seconds, monotonic)."""
    others_open: int
    """Connections that were there already, and not closed by their client."""
    ended: float = 0.0


def response(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    """A whole answer; `headers` are lines, each with its end."""
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


class FakeArxiv:
    """Answers each request after ANSWER_S, and leaves it to the client to close.

    `moods` are what it answers first, whoever asks; then it is well.
    """

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/api/query"
        self.log: list[Request] = []
        self.moods: list[bytes] = []
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
        answer = self.moods.pop(0) if self.moods else response(make_feed(make_entry(arxiv_id)))
        request.ended = time.monotonic()
        connection.sendall(answer)

    def was_asked_politely(self, interval: float) -> None:
        """Never two requests within the interval, from an end to the next start, or at a time."""
        for before, after in pairwise(self.log):
            assert after.began - before.ended >= interval
        assert not any(request.others_open for request in self.log)

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
