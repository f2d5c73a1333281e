"""PostgreSQL restarts under a site at work: readers see 503 for a moment, and nothing is lost."""

import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import httpx2
import psycopg
import pytest
from django.conf import settings
from pytest_httpserver import HTTPServer

from digest.local.embedded import postgres, valkey
from tests.faults.conftest import SHORT
from tests.faults.processes import PATIENCE_S, Processes
from tests.faults.sources import PAPERS_A_DAY, Sources

pytestmark = pytest.mark.slow

DAYS = [(date(2025, 9, 1) + timedelta(n)).isoformat() for n in range(12)]
PAGES = {
    "/": 200,
    "/2025/10/13/daily-papers/": 200,
    "/feed.xml": 200,
    "/ledger/": 200,
    "/nothing/here/": 404,  # A middleware looks for a redirect.
}


class House(Processes):
    """A site of its own: database, queue, web process, worker and beat."""

    def __init__(self, folder: Path, sources: Sources) -> None:
        server = postgres.start(folder)
        valkey.start(folder)
        self.address = f"host={server['HOST']} port={server['PORT']} user={server['USER']}"
        url = f"postgresql://{server['USER']}@/postgres?host={server['HOST']}&port={server['PORT']}"
        known = {
            "DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DJANGO_SUPERUSER_PASSWORD": "x",
        }
        super().__init__(folder, os.environ | SHORT | sources.environment | known)

    def open(self) -> None:
        self.manage("migrate", "--verbosity=0")
        self.manage("import_jekyll", str(settings.BASE_DIR / "digest" / "local" / "demo" / "posts"))
        self.manage("createsuperuser", "--noinput", "--username=kim", "--email=")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        web = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        web += ["--blocking-threads", "2", "digest.wsgi:application"]
        self.clock = self.beat("--loglevel=INFO")
        self.site = [self.start("-m", "granian", *web), self.worker(), self.clock]
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

    def manage(self, *arguments: str) -> None:
        assert self.end_of(self.command(*arguments)) == 0, self.logs()

    def rows(self, query: str) -> list[tuple]:
        with psycopg.connect(self.address) as connection:
            return connection.execute(query).fetchall()

    def stop(self) -> None:
        super().stop()
        valkey.stop(self.folder)
        postgres.stop(self.folder)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with HTTPServer(threaded=True) as server:
        sources = Sources(server)
        sources.wait = 0.2
        house = House(tmp_path, sources)
        try:
            house.open()
            yield house
        finally:
            house.stop()


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


def test_a_restart_of_the_database_loses_no_accepted_save_and_shows_no_traceback(house):
    with ExitStack() as stack:
        editor = Editor(stack.enter_context(house.client()))
        house.manage("ingest", "--from", DAYS[0], "--to", DAYS[-1], "--queue")
        saved = stack.enter_context(again_and_again(editor.save, 0.1))
        read = {}  # 20 a second.
        for page in PAGES:
            get = partial(stack.enter_context(house.client()).get, page)
            read[page] = stack.enter_context(again_and_again(get, 0.25))

        def last_statuses() -> list[int]:
            return [answers[-1].status_code for answers in (saved, *read.values()) if answers]

        well = [302, *PAGES.values()]
        house.wait_until(lambda: last_statuses() == well and house.rows("SELECT 1 FROM papers_run"))
        postgres.stop(house.folder)
        house.wait_until(lambda: last_statuses() == [503] * len(well))
        postgres.start(house.folder)
        house.wait_until(lambda: last_statuses() == well)
    for page, answers in read.items():
        assert {answer.status_code for answer in answers} == {PAGES[page], 503}, page
    unwell = [each for answers in (saved, *read.values()) for each in answers]
    unwell = [answer for answer in unwell if answer.status_code == 503]
    assert all("Retry-After" in answer.headers for answer in unwell)
    assert not any("Traceback" in answer.text for answer in unwell)
    assert {answer.status_code for answer in saved} == {302, 503}
    accepted = {
        name for name, answer in zip(editor.names, saved, strict=True) if answer.status_code == 302
    }
    assert accepted <= {name for (name,) in house.rows("SELECT name FROM taggit_tag")}
    house.wait_until(lambda: not house.rows("SELECT 1 FROM papers_job WHERE state <> 'done'"))
    listings = "SELECT count(*), count(DISTINCT paper_id) FROM papers_listing"
    both = len(DAYS) * PAPERS_A_DAY
    assert house.rows(f"{listings} WHERE source = 'huggingface'") == [(both, both)]
    assert house.rows("SELECT 1 FROM papers_run WHERE ended_at IS NULL") == []
    assert [process.poll() for process in house.site] == [None] * 3  # All still run.
    swept = house.sweeps()
    house.wait_until(lambda: house.sweeps() > swept)
