"""Real workers on the tests' own database, and their Valkey, which may be stopped."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from django.conf import settings as django_settings
from django.db import connection
from pytest_httpserver import HTTPServer
from redis import Redis

from digest.local.embedded import valkey
from papers import jobs
from papers.models import Job, JobState
from tests.faults.fake_arxiv import FakeArxiv
from tests.faults.processes import Processes
from tests.faults.sources import Sources
from tests.waiting import PATIENCE_S

# Waits that a test can sit through.
SHORT = {
    "SWEEP_WAIT_S": "1",
    "JOB_HANDED_WAIT_S": "1",
    "JOB_RETRY_WAIT_S": "0.1",
    "POLL_MINUTES": "0",
    "RECHECK_AT": "never",
    "ARXIV_INTERVAL_S": "0",
}

# Who holds locks of jobs (papers/jobs/locks.py), by the name that we gave the process, and whether
# it may be killed: a job at its last attempt may not, nor one that may just begin.
AT_WORK = """
    SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
        JOIN papers_job AS job ON job.id = objid
    WHERE locktype = 'advisory' AND classid = x'6a6f6273'::int
    GROUP BY application_name HAVING bool_and(job.state = 'running' AND job.attempts < %s)
"""


class Crew(Processes):
    """Worker and beat processes, and the queue between them."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.data_dir = django_settings.DATA_DIR
        super().__init__(folder, environment | {"DATA_DIR": str(self.data_dir)})
        self.thawing: threading.Timer | None = None
        self.start_queue()
        self.forget()

    def start_queue(self) -> None:
        valkey.start(self.data_dir)

    def stop_queue(self) -> None:
        valkey.stop(self.data_dir)

    def freeze_queue(self) -> None:
        """Let it take connections and answer nothing, as a machine does that has vanished.

        It thaws by itself in the end: who waits for it then fails a test instead of hanging it.
        """
        self.queue = int((self.data_dir / "valkey" / "valkey.pid").read_text())
        os.kill(self.queue, signal.SIGSTOP)
        self.thawing = threading.Timer(PATIENCE_S, os.kill, [self.queue, signal.SIGCONT])
        self.thawing.start()

    def thaw_queue(self) -> None:
        assert self.thawing.is_alive()
        self.thawing.cancel()
        os.kill(self.queue, signal.SIGCONT)

    def forget(self) -> None:
        with Redis.from_url(valkey.socket_urls(self.data_dir)[1]) as redis:
            redis.flushall()

    def at_work(self) -> list[subprocess.Popen]:
        """The workers that work on jobs at this moment, none of which is at its last attempt."""
        with connection.cursor() as cursor:
            cursor.execute(AT_WORK, [jobs.ATTEMPTS])
            return [self.processes[int(number)] for (number,) in cursor.fetchall()]

    @contextmanager
    def held_at_work(self, process: subprocess.Popen) -> Iterator[bool]:
        """Hold a process still meanwhile; whether it is one of those at work, and stays so."""
        os.killpg(process.pid, signal.SIGSTOP)
        try:
            yield process in self.at_work()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGCONT)

    def kill_child(self, process: subprocess.Popen, number: int) -> None:
        """kill -9 one of a worker's children: those do the work."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(process.pid).children()
            children[number % len(children)].kill()

    def stop(self) -> None:
        super().stop()
        if self.thawing and self.thawing.is_alive():
            self.thaw_queue()
        self.stop_queue()

    def explained(self) -> str:
        return f"{list(Job.objects.values())}\n{self.logs()}"

    def wait_until_all_is_done(self) -> None:
        self.wait_until(lambda: not Job.objects.exclude(state=JobState.DONE).exists())


@pytest.fixture
def crew(tmp_path: Path, settings, transactional_db: None) -> Iterator[Crew]:
    if settings.REDIS_URL:
        pytest.skip("these tests stop and empty the queue: not one that was configured")
    params = connection.get_connection_params()
    url = f"postgresql://{params.get('user', '')}:{params.get('password', '')}@/{params['dbname']}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"{url}?host={params.get('host', '')}&port={params.get('port', '')}",
        **SHORT,
    }
    crew = Crew(tmp_path, environment)
    yield crew
    crew.stop()


@pytest.fixture
def sources(crew: Crew) -> Iterator[Sources]:
    """Sources that answer several requests at a time, and that the crew's processes ask."""
    with HTTPServer(threaded=True) as server:
        sources = Sources(server)
        crew.environment |= sources.environment
        yield sources


@pytest.fixture
def arxiv() -> Iterator[FakeArxiv]:
    fake = FakeArxiv()
    yield fake
    fake.stop()
