"""No test asks anybody beyond this machine: Python itself refuses, in all threads, for good.

An audit hook, for it sees every way that Python has to a socket (`pytest-socket` sees `connect`
alone, between a test's set-up and its end). It comes with the tests' settings, and so holds for
their workers and web processes too. Programs that are not Python, and libpq, do not ask it.
"""

import sys
from ipaddress import ip_address
from typing import Any

TO_AN_ADDRESS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
BY_NAME = {"socket.getaddrinfo", "socket.gethostbyname"}


class BeyondLoopback(RuntimeError):
    """No OSError, which the code under test may take for a network that is down."""


def refuse_all_else() -> None:
    """Let this process reach loopback and Unix sockets alone, from now on."""
    sys.addaudithook(_look)


def _look(event: str, args: tuple[Any, ...]) -> None:
    if event in TO_AN_ADDRESS and isinstance(args[1], tuple):  # Else the path of a Unix socket.
        _require_loopback(args[1][0])
    elif event in BY_NAME:
        _require_loopback(args[0])


def _require_loopback(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if not isinstance(name, str) or name in {"", "localhost"}:
        return
    try:
        inside = ip_address(name).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise BeyondLoopback(f"a test asks for {name}: only loopback may be reached")
