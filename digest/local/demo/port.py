"""The loopback port that the site listens on."""

import http.client
import socket

import psutil  # type: ignore[import-untyped]

HOST = "127.0.0.1"


class PortTaken(Exception):
    """The site cannot listen on the port. The message says why and what to do."""


def require_free(port: int) -> None:
    """Raise PortTaken if the port is taken. It names the other program if the system tells it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise PortTaken(f"Port {port} is for the administrator: PORT=8001 make demo") from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise PortTaken(
                f"Port {port} is taken{holder(port)}.\n"
                f"End that program, or use another port: PORT={other} make demo"
            ) from None


def holder(port: int) -> str:
    """Return ` by NAME (process N)` for the program that listens on `port`, or "" if unknown."""
    try:
        found = psutil.net_connections(kind="tcp")
        pids = [c.pid for c in found if c.status == "LISTEN" and c.laddr.port == port and c.pid]
        return f" by {psutil.Process(pids[0]).name()} (process {pids[0]})" if pids else ""
    except psutil.Error:
        return ""


def health(port: int) -> str:
    """Return the status of /healthz, or the error that prevents it."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return repr(error)
    finally:
        connection.close()
