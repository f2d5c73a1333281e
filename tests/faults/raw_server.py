"""A server that treats each connection as a test says, below HTTP."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, threading.Event], None]
"""What to do with a connection after its request was read. The event says the test is over."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def stalls(connection: socket.socket, over: threading.Event) -> None:
    over.wait()


def drips(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(HEAD + b"\r\n")
    while not over.wait(0.05):
        connection.sendall(b" ")


def resets(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(HEAD + b"\r\n[")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def ends_early(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(HEAD + b'Content-Length: 1000\r\n\r\n[{"paper": {')


def never_ends(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(HEAD + b"\r\n[")
    while not over.is_set():
        connection.sendall(b" " * 65536)


@contextmanager
def raw_server(behave: Behaviour) -> Iterator[tuple[str, list[socket.socket]]]:
    """Run a server, and yield its URL and the connections that it accepted."""
    over = threading.Event()
    connections: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            behave(connection, over)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connections.append(listener.accept()[0])
                threads.append(threading.Thread(target=serve, args=connections[-1:]))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads.append(threading.Thread(target=accept))
        threads[0].start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", connections
        over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
