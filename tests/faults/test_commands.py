"""What comes upon a command from outside ends it in one line or quietly, never in a traceback."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from pytest_httpserver import HTTPServer
from werkzeug import Response

from digest.local.embedded import postgres, valkey
from tests.faults.processes import Processes
from tests.faults.sources import PAPERS_A_DAY, Sources
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.slow

DAYS = ["--from", "2025-09-01", "--to", "2025-09-30"]
COMMANDS = [
    ["ingest", *DAYS],
    ["ingest", *DAYS, "--queue"],
    ["add_paper", "2510.05096"],
    ["draft", "--date", "2025-09-01"],
    ["check_sections", "--date", "2025-09-01"],
    ["build_post", "2025-09-01"],
    ["ledger", "2025-09-01", "2025-09-30"],
    ["import_jekyll", "digest/local/demo/posts"],
    ["migrate"],
    ["showmigrations"],
    ["createsuperuser", "--noinput", "--username=kim", "--email="],
]
DATABASE_AWAY = r"The database failed: .+\. See that PostgreSQL runs and that DATABASE_URL names it"


class Site(Processes):
    """Commands over a PostgreSQL of the test's own, which it may stop."""

    def __init__(self, folder: Path, sources: Sources) -> None:
        at = postgres.start(folder)
        valkey.start(folder)
        url = f"postgresql://{at['USER']}@/postgres?host={at['HOST']}&port={at['PORT']}"
        known = {
            "DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        super().__init__(folder, os.environ | sources.environment | known)

    def run(self, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=self.environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    # Not pytest's own folder: as root, PostgreSQL's user has no way into it.
    with tempfile.TemporaryDirectory(prefix="digest-test-") as name:
        yield Path(name)
        postgres.stop(Path(name))
        valkey.stop(Path(name))


@pytest.fixture
def sources() -> Iterator[Sources]:
    with HTTPServer(threaded=True) as server:
        yield Sources(server)


@pytest.fixture
def site(folder: Path, sources: Sources) -> Iterator[Site]:
    site = Site(folder, sources)
    migrated = site.run("migrate", "--verbosity=0")
    assert migrated.returncode == 0, migrated.stderr
    with psycopg.connect(site.environment["DATABASE_URL"]) as connection:
        connection.execute("TRUNCATE papers_sourcestate")  # The pauses of the test before.
    yield site
    site.stop()


def asks_for_ten_minutes(sources: Sources) -> None:
    """Let every day but the first be refused with a pause that a command waits out."""
    pause = Response("slow down", 429, {"Retry-After": "600"})
    sources.refusals["2025-09-02"].extend([pause] * 9)


def test_ctrl_c_in_a_pause_ends_the_command_with_the_counts_so_far(site, sources):
    asks_for_ten_minutes(sources)
    command = site.command("ingest", *DAYS)
    site.wait_until(lambda: "waiting until" in site.said(command))
    os.killpg(command.pid, signal.SIGINT)
    assert site.end_of(command) == 130
    waiting, counts = site.said(command).splitlines()
    assert re.fullmatch(
        r"huggingface: waiting until [\d-]+ [\d:]+ UTC, as it asks\. Then the command goes on\.",
        waiting,
    )
    assert counts.startswith(f"1 days, {PAPERS_A_DAY} listed, 0 refused, ")


def test_at_a_terminal_the_progress_line_says_that_the_command_waits(site, sources):
    asks_for_ten_minutes(sources)
    ours, terminal = pty.openpty()
    with open(ours, "rb", buffering=0) as said, open(terminal, "wb", buffering=0) as end:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        command = subprocess.Popen(
            [sys.executable, "manage.py", "ingest", *DAYS],
            env=site.environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=end,
            start_new_session=True,
        )
        shown = ""
        while not re.search(r"huggingface: waiting until \d\d:\d\d:\d\d UTC", shown):
            shown += said.read(65536).decode()
        os.killpg(command.pid, signal.SIGINT)
        assert command.wait(PATIENCE_S) == 130
    assert "as it asks" not in shown
    assert "Traceback" not in shown


def test_a_reader_that_leaves_ends_the_command_quietly(site):
    with subprocess.Popen(
        [sys.executable, "manage.py", "ledger", "2025-09-01", "2025-09-30"],
        env=site.environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as command:
        command.stdout.close()
        assert command.stderr.read() == b""
        assert command.wait(PATIENCE_S) == 141


def test_a_database_that_is_not_migrated_says_so(site):
    site.environment["DATABASE_URL"] = site.environment["DATABASE_URL"].replace(
        "/postgres?", "/template1?"
    )
    ended = site.run("ingest", "--date", "2025-09-01", "--queue")
    assert ended.returncode == 1
    assert re.fullmatch(
        r"The database failed: relation .+ does not exist .+ `manage.py migrate`, .+\.\n",
        ended.stderr,
    )


def test_a_database_that_is_away_is_one_line_that_says_what_to_do(site, folder):
    postgres.stop(folder)
    for command in COMMANDS:
        ended = site.run(*command)
        assert ended.returncode == 1, command
        assert re.fullmatch(DATABASE_AWAY + ".+\n", ended.stderr), (command, ended.stderr)
    told = site.run(*command, "--traceback").stderr
    assert told.startswith("Traceback (most recent call last)")


def test_a_database_that_goes_in_the_middle_is_one_line_too(site, sources, folder):
    sources.wait = 0.2
    command = site.command("ingest", *DAYS)
    site.wait_until(lambda: sources.asked_at["2025-09-05"])
    postgres.stop(folder)
    assert site.end_of(command) == 1
    counts, told = sorted(site.said(command).splitlines())  # Its stdout and stderr.
    assert re.match(r"[3-9] days, ", counts)
    assert re.match(DATABASE_AWAY, told)
