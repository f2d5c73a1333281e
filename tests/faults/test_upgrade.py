"""The drill of an upgrade: `migrate` while the release before answers readers and an editor."""

import re
import subprocess
import tarfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import httpx2
import psycopg
import pytest
from django.conf import settings

from tests.faults.house import Home
from tests.release_before import COMMIT
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.slow

PAGES = ["/", "/en/", "/2025/10/14/daily-papers/", "/feed.xml", "/search/?q=model", "/tags/"]
PAGES += ["/papers/2510.11696/", "/ledger.json", "/trends/", "/none/", "/healthz"]
EDITORS = ["/admin/", "/admin/digest/post/", "/admin/papers/listing/?day__isnull=0"]
SENT = {"/admin/login/", "/admin/taggit/tag/add/"}
STEP = (
    "from papers import jobs; from papers.models import JobKind, Subject;"
    "print(jobs.add(JobKind.DRAFT, Subject(arxiv_id='2510.12276'), again=True))"
)


def code_of(commit: str, folder: Path) -> Path:
    git = ["git", "-C", str(settings.BASE_DIR), "archive", commit]
    archive = subprocess.run(git, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"the code of the release before is not in this clone: {commit[:7]}")
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


class Site(Home):
    """One database and queue, and processes of two releases."""

    def __init__(self, folder: Path, old: Path) -> None:
        self.old = old
        super().__init__(
            folder,
            DJANGO_SETTINGS_MODULE="digest.settings",
            FULL_TEXTS="never",
            ARXIV_API_URL="http://127.0.0.1:9/api/query",  # Nobody outside is asked.
            ARXIV_OAI_URL="",
        )

    def value(self, query: str):
        with psycopg.connect(self.address) as connection:
            return connection.execute(query).fetchone()[0]


class Visitors:
    """Readers and an editor, one request after the other; what they were answered, counted."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.over = threading.Event()
        self.answers: Counter[tuple[str, int | str]] = Counter()
        self.rounds = Counter[str]()
        self.saved: list[str] = []
        self.threads = [threading.Thread(target=self._read) for _ in range(3)]
        self.threads.append(threading.Thread(target=self._edit))

    @contextmanager
    def visiting(self) -> Iterator[None]:
        for thread in self.threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in self.threads:
                thread.join()

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=PATIENCE_S, trust_env=False)

    def ask(self, client: httpx2.Client, page: str, **form: str) -> str:
        try:
            answer = client.post(page, data=form) if form else client.get(page)
        except httpx2.TransportError as error:
            self.answers[page, repr(error)] += 1
            return ""
        self.answers[page, answer.status_code] += 1
        return answer.text

    def _read(self) -> None:
        with self.client() as client:
            while not self.over.is_set():
                for page in PAGES:
                    self.ask(client, page)
                self.rounds["read"] += 1

    def _edit(self) -> None:
        with self.client() as client:
            self._send(client, "/admin/login/", username="kim", password="x")
            while not self.over.is_set():
                for page in EDITORS:
                    self.ask(client, page)
                name = f"tag {len(self.saved)}"
                self._send(client, "/admin/taggit/tag/add/", name=name, slug=name.replace(" ", "-"))
                self.saved.append(name)
                self.rounds["edited"] += 1

    def _send(self, client: httpx2.Client, page: str, **form: str) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.ask(client, page))
        self.ask(client, page, csrfmiddlewaretoken=token[1] if token else "", **form)

    def failed(self) -> dict[tuple[str, int | str], int]:
        """Answers that are none of those that each page gives on any day."""
        return {
            (page, status): count
            for (page, status), count in self.answers.items()
            if status != (404 if page == "/none/" else 200) and (page not in SENT or status != 302)
        }


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path, code_of(COMMIT, tmp_path / "old"))
    try:
        site.manage("migrate", "--verbosity=0", root=site.old)
        site.manage("seed_demo", root=site.old)
        site.manage("createsuperuser", "--noinput", "--username=kim", "--email=", root=site.old)
        yield site
    finally:
        site.stop()


def test_the_release_before_fails_no_request_while_the_tables_change_and_after(site):
    visitors = Visitors(site.web("--blocking-threads", "8", root=site.old)[1])

    def came_round(times: int) -> None:
        goals = {name: visitors.rounds[name] + times for name in ("read", "edited")}
        site.wait_until(lambda: all(visitors.rounds[name] >= goals[name] for name in goals))

    with visitors.visiting():
        came_round(2)
        site.manage("shell", "-c", STEP, root=site.old)  # No worker runs: its message waits.
        site.manage("migrate", "--verbosity=0")
        came_round(3)
        new = Visitors(site.web("--blocking-threads", "8")[1])
        came_round(1)
    assert visitors.failed() == {}, site.logs()
    assert site.value("SELECT count(*) FROM taggit_tag WHERE name LIKE 'tag %'") == len(
        visitors.saved
    )
    assert site.value("SELECT release FROM digest_upgrade") == settings.VERSION
    site.start("-m", "celery", "-A", "digest", "worker", "-Q", "celery,arxiv")
    job = "FROM papers_job WHERE kind = 'draft' AND arxiv_id = '2510.12276'"
    site.wait_until(lambda: site.value(f"SELECT state {job}") == "done")
    with new.visiting():
        site.wait_until(lambda: new.rounds["read"] and new.rounds["edited"])
    assert new.failed() == {}, site.logs()
