"""A whole site of its own on this machine, for tests that break parts of it, and who uses it."""

import os
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import psycopg
from django.conf import settings

from digest.local.embedded import postgres, valkey
from tests.faults.conftest import SHORT
from tests.faults.processes import Processes
from tests.faults.sources import Sources
from tests.waiting import PATIENCE_S

PAGES = {
    "/": 200,
    "/2025/10/13/daily-papers/": 200,
    "/feed.xml": 200,
    "/ledger/": 200,
    "/nothing/here/": 404,  # A middleware looks for a redirect.
}


class Home(Processes):
    """A folder with a database and a queue of its own, for processes of a site."""

    def __init__(self, folder: Path, **known: str) -> None:
        server = postgres.start(folder)
        valkey.start(folder)
        self.address = f"host={server['HOST']} port={server['PORT']} user={server['USER']}"
        url = f"postgresql://{server['USER']}@/postgres?host={server['HOST']}&port={server['PORT']}"
        own = {"DATA_DIR": str(folder), "DATABASE_URL": url, "DJANGO_SUPERUSER_PASSWORD": "x"}
        super().__init__(folder, os.environ | SHORT | own | known)

    def web(self, *options: str, **started: Path) -> tuple[subprocess.Popen, str]:
        """Start a web process at a free port, and wait for it. Return it with its address.

        `started` may name the `root` of its code (`Processes.start`).
        """
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        options = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), *options)
        process = self.start("-m", "granian", *options, "digest.wsgi:application", **started)
        self.wait_until(lambda: answers(f"{url}/healthz"))
        return process, url

    def manage(self, *arguments: str, **started: Path) -> None:
        process = self.start("manage.py", *arguments, **started)
        assert self.end_of(process) == 0, self.logs()

    def stop(self) -> None:
        super().stop()
        valkey.stop(self.folder)
        postgres.stop(self.folder)


def answers(url: str) -> bool:
    with suppress(httpx2.TransportError):
        return httpx2.get(url, trust_env=False, timeout=PATIENCE_S).status_code == 200
    return False


class House(Home):
    """A site of its own: database, queue, web process, worker and beat."""

    def __init__(self, folder: Path, sources: Sources) -> None:
        known = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        super().__init__(folder, **sources.environment, **known)

    def open(self) -> None:
        self.manage("migrate", "--verbosity=0")
        self.manage("import_jekyll", str(settings.BASE_DIR / "digest" / "local" / "demo" / "posts"))
        self.manage("createsuperuser", "--noinput", "--username=kim", "--email=")
        web, self.url = self.web("--blocking-threads", "2")
        self.clock = self.beat("--loglevel=INFO")
        self.site = [web, self.worker(), self.clock]
        self.wait_until(self.is_well)

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=PATIENCE_S)

    def is_well(self) -> bool:
        with suppress(httpx2.TransportError), self.client() as client:
            return all(client.get(page).status_code == status for page, status in PAGES.items())
        return False

    def sweeps(self) -> int:
        """How often beat has had the sweep made."""
        return self.said(self.clock).count("Sending due task hand out jobs")

    def rows(self, query: str) -> list[tuple]:
        with psycopg.connect(self.address) as connection:
            return connection.execute(query).fetchall()


class Editor:
    """Adds tags in the admin, one after the other."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client
        self.names: list[str] = []
        login = client.get("/admin/login/").text
        self.post("/admin/login/", login, username="kim", password="x")
        self.form = client.get("/admin/taggit/tag/add/").text

    def post(self, address: str, form: str, **fields: str) -> httpx2.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        return self.client.post(address, data=fields | {"csrfmiddlewaretoken": token[1]})

    def save(self) -> httpx2.Response:
        name = f"tag-{len(self.names)}"
        self.names.append(name)
        return self.post("/admin/taggit/tag/add/", self.form, name=name, slug=name)


@contextmanager
def again_and_again(
    act: Callable[[], httpx2.Response], pause: float
) -> Iterator[list[httpx2.Response]]:
    """Act every `pause` seconds meanwhile; gives the list that the answers come into."""
    over = threading.Event()
    answers: list[httpx2.Response] = []

    def work() -> None:
        while not over.wait(pause):
            answers.append(act())

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join()
