"""What 500 clients of one byte a second do to everybody else (needs nginx).

They ask the site itself, and then a proxy set up by the lines of nginx in `docs/proxy.md`. What
others wait is measured meanwhile.
"""

import asyncio
import re
import socket
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import httpx2

from tests.benchmarks.database import own_database
from tests.benchmarks.serving import NGINX_PORT, SITE_PORT, fill, running, site, wait_for

CLIENTS, SECONDS = 500, 20
PROXY = """
worker_processes 2;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    server {{
        listen 127.0.0.1:{port};
        {documented}
    }}
}}
"""
# With the cookie Django reads the form, and a thread waits for it.
FORM = (
    f"Cookie: csrftoken={'a' * 32}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: 100000\r\n\r\n"
)
REQUESTS = {
    "send headers": "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "send a form": f"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{FORM}",
    "read a page": "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
}


@contextmanager
def proxy(folder: Path) -> Iterator[None]:
    """Run nginx with the lines of the document."""
    document = Path("docs/proxy.md").read_text()
    documented = re.search(r"```nginx\n(.*?)```", document, re.DOTALL)[1]
    documented = documented.replace("127.0.0.1:8000", f"127.0.0.1:{SITE_PORT}")
    conf = folder / "nginx.conf"
    conf.write_text(PROXY.format(folder=folder, port=NGINX_PORT, documented=documented))
    folder.chmod(0o755)
    with running("nginx", "-p", str(folder), "-c", str(conf)):
        wait_for(f"http://127.0.0.1:{NGINX_PORT}/healthz")
        yield


class Crowd(Thread):
    """Clients that send, or read, one byte a second until they are cut off or it ends."""

    def __init__(self, port: int, request: str) -> None:
        super().__init__()
        self.port, self.request = port, request.encode()
        self.ended = False
        self.fates: Counter[str] = Counter()

    def run(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        await asyncio.gather(*(self._one() for _ in range(CLIENTS)))

    async def _one(self) -> None:
        loop = asyncio.get_running_loop()
        with socket.socket() as own:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            own.setblocking(False)
            try:
                await asyncio.wait_for(loop.sock_connect(own, ("127.0.0.1", self.port)), SECONDS)
                await loop.sock_sendall(own, self.request)
                self.fates[await self._drip(loop, own)] += 1
            except OSError:  # TimeoutError is one.
                self.fates["cut off"] += 1

    async def _drip(self, loop: asyncio.AbstractEventLoop, own: socket.socket) -> str:
        reads = self.request.endswith(b"\r\n\r\n") and self.request.startswith(b"GET")
        while not self.ended:
            await asyncio.sleep(1)
            if not reads:
                await loop.sock_sendall(own, b"a")
            elif not await asyncio.wait_for(loop.sock_recv(own, 1), SECONDS):
                return "cut off"
        return "held to the end"


def others(address: str, path: str) -> str:
    """Return what people wait meanwhile for each kind of address."""
    asked = {"/healthz": [], path: [], "/search/?q=attention": []}
    failed: Counter[str] = Counter()
    end = time.monotonic() + SECONDS
    with httpx2.Client(timeout=10) as client:
        while time.monotonic() < end:
            for each, spent in asked.items():
                begin = time.perf_counter()
                try:
                    status = client.get(address + each).status_code
                except httpx2.HTTPError as error:
                    status = type(error).__name__
                spent.append(1000 * (time.perf_counter() - begin))
                failed.update([f"{each} {status}"] if status != 200 else [])
            time.sleep(0.2)
    names = ("/healthz", "stored page", "search")
    said = (
        f"{name} {statistics.median(spent):.0f} (most {max(spent):.0f})"
        for name, spent in zip(names, asked.values(), strict=True)
    )
    return f"{', '.join(said)} ms; failed {dict(failed) or 'none'}"


def main() -> None:
    with own_database(), tempfile.TemporaryDirectory() as name:
        from digest.models import Post

        fill(3, 24)
        path = Post.objects.published().first().get_absolute_url()
        for where, port in (("the site itself", SITE_PORT), ("behind the proxy", NGINX_PORT)):
            with site(), proxy(Path(name)):
                print(f"{where}, nobody slow: {others(f'http://127.0.0.1:{port}', path)}")
            for what, request in REQUESTS.items():
                with site(), proxy(Path(name)):
                    crowd = Crowd(port, request.format(path=path))
                    crowd.start()
                    said = others(f"http://127.0.0.1:{port}", path)
                    crowd.ended = True
                    crowd.join()
                    print(
                        f"{where}, {CLIENTS} slowly {what}: {said}; {dict(crowd.fates)}", flush=True
                    )


if __name__ == "__main__":
    main()
