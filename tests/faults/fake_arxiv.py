"""A fake of arXiv's query API. Its log shows whether requests kept to arXiv's terms."""

import select
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

from tests.papers.sources.atom import make_entry, make_feed

ANSWER_S = 0.3  # Slower than the interval, so that a limiter which only looks at starts fails.


@dataclass
class Request:
    line: str
    began: float
    """When its connection was accepted (seconds, monotonic)."""
    others_open: int
    """The number of older connections that their client had not closed."""
    ended: float = 0.0


def response(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    """Return a whole HTTP response. `headers` are lines, each with its line end."""
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


class FakeArxiv:
    """Responds to each request after ANSWER_S, and leaves closing to the client.

    `moods` are the first responses, whoever asks. Later responses are right.
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
        answer = self.moods.pop(0) if self.moods else self._right(request.line)
        request.ended = time.monotonic()
        connection.sendall(answer)

    def _right(self, line: str) -> bytes:
        arxiv_id = line.split("id_list=")[1].split("&")[0]
        return response(make_feed(make_entry(arxiv_id)))

    def was_asked_politely(self, interval: float) -> None:
        """Assert that requests were an interval apart, from an end to the next start, and alone."""
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
    """Return whether the client has not closed the connection."""
    readable, _, _ = select.select([connection], [], [], 0)
    return not readable or connection.recv(1, socket.MSG_PEEK) != b""
