"""`python -m digest.local.demo` as a person starts it, stops it, and finds it after a power cut."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import psutil
import pytest

from digest.local.demo.processes import Children
from digest.local.demo.restarts import Restarts
from digest.local.embedded import postgres, valkey
from digest.local.embedded.service import is_running

ROOT = Path(__file__).resolve().parents[3]
NOT_CONFIGURED = {
    "DATABASE_URL": "",
    "REDIS_URL": "",
    "PORT": "",
    "DJANGO_SETTINGS_MODULE": "digest.settings",
}
LAST_LINE = "  Ctrl-C stops it.\n"
WATCHDOG_S = 600  # Ends a test that hangs.
JOB = (
    "from papers import jobs; from papers.models import Job, JobKind, Subject;"
    "from papers.text import rendering; subject = Subject(topic=rendering.VERSION);"
)
SOON = {"SWEEP_WAIT_S": "1", "JOB_HANDED_WAIT_S": "1"}


class Demo:
    """A demo as it runs, with what it has said so far."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.said = ""

    def read_to(self, line: str) -> str:
        while not self.said.endswith(line):
            found = self.process.stdout.readline()
            assert found, f"ended with {self.process.wait()}:\n{self.said}"
            self.said += found
        return self.said

    def end(self, number: int) -> int:
        """Its exit code after a signal, all it had to say being in `said`."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        self.said += self.process.stdout.read()
        return self.process.wait()

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(
            f"http://127.0.0.1:{self.port}{path}", trust_env=False, timeout=WATCHDOG_S
        )


@contextmanager
def demo(data_dir: Path, port: int | str | None = None, **env: str) -> Iterator[Demo]:
    port = port or free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "digest.local.demo"],
        cwd=ROOT,
        env=os.environ | NOT_CONFIGURED | {"DATA_DIR": str(data_dir), "PORT": str(port)} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watchdog = threading.Timer(WATCHDOG_S, process.kill)
        watchdog.start()
        try:
            yield Demo(process, port)
        finally:
            watchdog.cancel()
            if process.poll() is None:
                process.terminate()
                process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """All that was started with this DATA_DIR and still runs; Valkey's title shows its socket."""

    def belongs(process: psutil.Process) -> bool:
        try:
            return process.environ().get("DATA_DIR") == str(data_dir) or (
                str(data_dir) in " ".join(process.cmdline())
            )
        except psutil.Error:
            return False

    return [process for process in psutil.process_iter() if belongs(process)]


def assert_all_ended(data_dir: Path) -> None:
    assert processes_of(data_dir) == []
    assert not is_running(data_dir / "postgres.lock")
    assert not is_running(data_dir / "valkey.lock")


def manage(data_dir: Path, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | NOT_CONFIGURED | {"DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with folder() as path:
        yield path


@contextmanager
def folder() -> Iterator[Path]:
    # Not pytest's own folder: as root, PostgreSQL's user has no way into it.
    with tempfile.TemporaryDirectory(prefix="digest-test-") as path:
        try:
            yield Path(path)
        finally:
            postgres.stop(Path(path))
            valkey.stop(Path(path))


class TestRefusals:
    def test_a_taken_port_is_said_plainly_and_nothing_is_started(self, data_dir):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with demo(data_dir, port) as refused:
                assert refused.wait() == 1
        name = psutil.Process().name()
        assert f"Port {port} is taken by {name} (process {os.getpid()})." in refused.said
        assert "PORT=" in refused.said
        assert not (data_dir / "postgres").exists()
        assert not (data_dir / "valkey").exists()

    @pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
    def test_a_port_that_is_none_is_wrong_usage(self, data_dir, port):
        with demo(data_dir, port) as refused:
            assert refused.wait() == 2
        assert f"invalid port value: '{port}'" in refused.said

    def test_a_setting_that_cannot_be_read_is_named(self, data_dir):
        with demo(data_dir, TIME_ZONE="Mars/Olympus") as refused:
            assert refused.wait() == 1
        assert "TIME_ZONE='Mars/Olympus': expected" in refused.said
        assert "Traceback" not in refused.said

    @pytest.mark.slow
    def test_a_database_that_is_not_there_ends_the_demo_with_the_reason(self, data_dir):
        with demo(data_dir, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none") as refused:
            assert refused.wait() == 1
        assert "manage.py migrate failed" in refused.said
        assert str(data_dir / "logs" / "migrate.log") in refused.said
        assert "The database failed: " in refused.said
        assert processes_of(data_dir) == []


@pytest.fixture(scope="module")
def seeded() -> Iterator[Path]:
    """The folder of a demo that ran once, and was stopped by Ctrl-C."""
    with folder() as data_dir, demo(data_dir) as first:
        first.read_to(LAST_LINE)
        assert first.end(signal.SIGINT) == 0
        yield data_dir


@pytest.fixture(scope="class")
def running(seeded: Path) -> Iterator[Demo]:
    """A demo that has started, for tests that do not end it."""
    with demo(seeded) as running:
        running.read_to(LAST_LINE)
        yield running
        assert running.end(signal.SIGHUP) == 0
    assert_all_ended(seeded)


@pytest.mark.slow
class TestWhileItRuns:
    def test_it_shows_the_samples_and_the_printed_login_opens_the_admin(self, seeded, running):
        home = running.get("/")
        assert home.status_code == 200
        assert "2025" in home.text
        assert running.get("/healthz").status_code == 200
        assert f"http://127.0.0.1:{running.port}/admin/\n" in running.said
        name, password = (seeded / "demo-login").read_text().split()
        assert f"{name}   {password}\n" in running.said
        assert (seeded / "demo-login").stat().st_mode & 0o777 == 0o600
        assert logged_in(running.port, name, password)
        assert {"postgres", "valkey-server"} <= {p.name() for p in processes_of(seeded)}

    @pytest.mark.parametrize(
        ("name", "line"),
        [
            ("site", "INFO _granian [-] Listening at: "),
            ("worker", "INFO celery.apps.worker [-] celery@"),
            ("beat", "INFO celery.beat [-] beat: Starting"),
        ],
    )
    def test_each_part_has_a_log_in_the_form_of_the_site(self, seeded, running, name, line):
        log, begins = seeded / "logs" / f"{name}.log", rf"^\d{{4}}-\S+ {re.escape(line)}"
        until(lambda: bool(re.search(begins, log.read_text(), re.MULTILINE)))

    def test_a_second_demo_of_the_same_folder_is_told_where_the_first_is(self, seeded, running):
        with demo(seeded) as second:
            assert second.wait() == 1
        assert f"runs already, at http://127.0.0.1:{running.port}." in second.said
        assert running.get("/healthz").status_code == 200

    def test_make_stop_leaves_it_its_services(self, seeded, running):
        refused = stop(seeded)
        assert refused.returncode == 1
        assert f"runs, at http://127.0.0.1:{running.port}" in refused.stderr
        assert running.get("/healthz").status_code == 200


@pytest.mark.slow
class TestDemo:
    def test_a_signal_in_the_middle_of_the_start_leaves_no_process(self, data_dir):
        with demo(data_dir) as starting:
            while not (data_dir / "logs" / "migrate.log").exists():
                assert starting.process.poll() is None
                time.sleep(0.01)
            assert starting.end(signal.SIGTERM) == 0
        assert LAST_LINE not in starting.said
        assert_all_ended(data_dir)

    def test_a_second_start_keeps_the_login_and_what_an_editor_changed(self, seeded):
        title = (
            "from digest.models import Post; post = Post.objects.earliest('date');"
            "{}print(post.title)"
        )
        login = (seeded / "demo-login").read_text()
        manage(seeded, "shell", "-v0", "-c", title.format("post.title = 'Mine'; post.save();"))
        with demo(seeded) as running:
            running.read_to(LAST_LINE)
            assert manage(seeded, "shell", "-v0", "-c", title.format("")) == "Mine\n"
            assert running.end(signal.SIGTERM) == 0
        assert_all_ended(seeded)
        assert (seeded / "demo-login").read_text() == login

    def test_after_a_killed_demo_the_next_one_starts_on_the_same_port(self, seeded):
        with demo(seeded) as killed:
            killed.read_to(LAST_LINE)
            killed.end(signal.SIGKILL)
        with demo(seeded, killed.port) as running:
            running.read_to(LAST_LINE)
            assert running.get("/healthz").status_code == 200
            names = [process.name() for process in processes_of(seeded)]
            assert names.count("valkey-server") == 1
            assert running.end(signal.SIGINT) == 0
        assert_all_ended(seeded)

    def test_whatever_dies_comes_back_and_the_others_go_on(self, seeded):
        with demo(seeded, **SOON) as running:
            running.read_to(LAST_LINE)
            for name in ("worker", "beat", "site"):
                died = pid_of(seeded, name)
                os.kill(died, signal.SIGKILL)
                running.read_to(f"The {name} has started again.\n")
                assert f"The {name} has ended (exit code -9) and starts again in" in running.said
                assert f"{seeded / 'logs' / name}.log" in running.said
                until(lambda name=name, died=died: pid_of(seeded, name) not in {None, died})
            until(lambda: answers(running))
            assert done_by_the_worker(seeded)
            assert running.end(signal.SIGTERM) == 0
        assert_all_ended(seeded)

    @pytest.mark.parametrize("service", [valkey, postgres], ids=["the queue", "the database"])
    def test_a_killed_service_is_there_again_for_the_site_and_the_worker(self, seeded, service):
        name = {valkey: "valkey-server", postgres: "postgres"}[service]
        with demo(seeded, **SOON) as running:
            running.read_to(LAST_LINE)
            for process in processes_of(seeded):
                if process.name() == name:
                    process.kill()
            until(lambda: answers(running))
            assert done_by_the_worker(seeded)
            assert running.end(signal.SIGTERM) == 0
        assert_all_ended(seeded)

    def test_readers_are_answered_while_the_queue_cannot_start(self, seeded):
        with demo(seeded, **SOON) as running:
            running.read_to(LAST_LINE)
            valkey.stop(seeded)
            (seeded / "valkey").rename(seeded / "elsewhere")
            (seeded / "valkey").write_text("no folder, as on a disk that is full or broken")
            os.kill(pid_of(seeded, "worker"), signal.SIGKILL)
            running.read_to("The worker has started again.\n")
            assert answers(running)
            (seeded / "valkey").unlink()
            (seeded / "elsewhere").rename(seeded / "valkey")
            assert done_by_the_worker(seeded)
            assert running.end(signal.SIGTERM) == 0
        assert_all_ended(seeded)

    def test_configured_services_are_used_and_none_is_started_beside_them(self, data_dir):
        with folder() as other, redis_on_a_port(other) as redis_url:
            host = postgres.start(other)["HOST"]
            url = f"postgresql://postgres@/postgres?host={host}"
            with demo(data_dir, DATABASE_URL=url, REDIS_URL=redis_url) as running:
                running.read_to(LAST_LINE)
                assert running.get("/").status_code == 200
                assert running.end(signal.SIGINT) == 0
            assert is_running(other / "postgres.lock")
        assert not (data_dir / "postgres").exists()
        assert not (data_dir / "valkey").exists()


class TestRestarts:
    def test_each_end_doubles_the_wait_up_to_a_minute(self):
        restarts = Restarts()
        waits = [restarts.ended("worker", 0) for _ in range(8)]
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60]

    def test_readers_wait_no_longer_than_five_seconds(self):
        restarts = Restarts()
        assert [restarts.ended("site", 0) for _ in range(5)] == [1, 2, 4, 5, 5]

    def test_what_ran_for_a_minute_starts_again_soon(self):
        restarts = Restarts()
        restarts.ended("beat", 0)
        restarts.begun("beat", 1)
        assert restarts.ended("beat", 20) == 2
        restarts.begun("beat", 22)
        assert restarts.ended("beat", 90) == 1

    def test_each_starts_when_its_wait_is_over(self):
        restarts = Restarts()
        restarts.ended("beat", 0)
        restarts.ended("worker", 5)
        assert restarts.take(0.5) == []
        assert restarts.take(1) == ["beat"]
        restarts.begun("beat", 1)
        assert restarts.take(6) == ["worker"]

    def test_a_full_disk_under_the_logs_keeps_no_part_from_starting(self, data_dir):
        (data_dir / "logs").write_text("no folder")
        (data_dir / "run.json").mkdir()
        children = Children(data_dir, cwd=ROOT)
        children.start("site", "-c", "import sys; sys.exit(7)", again=True)
        until(lambda: bool(end := children.ended()) and end == ("site", 7))


class TestWhatAKilledDemoLeaves:
    """Where the kernel does not end the children of a killed demo, the next start does."""

    def test_its_processes_are_ended_and_those_of_others_are_not(self, data_dir):
        children = Children(data_dir, cwd=ROOT)
        children.start("site", "-c", "import time; time.sleep(600)")
        with subprocess.Popen(["sleep", "600"], start_new_session=True) as stranger:
            try:
                record = json.loads((data_dir / "run.json").read_text())
                (data_dir / "run.json").write_text(json.dumps(record | {"worker": stranger.pid}))
                Children(data_dir, cwd=ROOT).end_stale()
                assert not psutil.pid_exists(record["site"])
                assert stranger.poll() is None
            finally:
                children.stop()
                stranger.kill()

    @pytest.mark.parametrize("record", ["", "{", "[]", '{"site": "x"}', "null"])
    def test_a_record_that_cannot_be_read_ends_nothing(self, data_dir, record):
        (data_dir / "run.json").write_text(record)
        Children(data_dir, cwd=ROOT).end_stale()


@pytest.mark.slow
def test_make_stop_ends_what_runs_and_names_it_and_a_second_time_nothing_runs(data_dir):
    with folder() as other:
        postgres.start(data_dir)
        valkey.start(other)
        first = stop(data_dir, other)
        assert f"PostgreSQL of {data_dir} has ended." in first.stdout
        assert f"Valkey of {other} has ended." in first.stdout
        assert_all_ended(data_dir)
        assert_all_ended(other)
        second = stop(data_dir, other, data_dir / "none")
    assert second.stdout == "Nothing was left running.\n"
    assert (first.returncode, second.returncode) == (0, 0)


def stop(data_dir: Path, *folders: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "digest.local.demo.stop", *map(str, folders)],
        cwd=ROOT,
        env=os.environ | NOT_CONFIGURED | {"DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )


def pid_of(data_dir: Path, name: str) -> int | None:
    """The process number of a part of the demo, None while it does not run."""
    program = {"site": "granian"}.get(name, name)
    parts = {p.create_time(): p.pid for p in processes_of(data_dir) if program in arguments_of(p)}
    return parts[min(parts)] if parts else None


def arguments_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def answers(running: Demo) -> bool:
    try:
        return running.get("/").status_code == 200 and running.get("/healthz").status_code == 200
    except httpx2.TransportError:
        return False


def until(so: Callable[[], bool]) -> None:
    """Wait for a state. The demo's watchdog ends a wait that is in vain."""
    while not so():
        time.sleep(0.05)


def done_by_the_worker(data_dir: Path) -> bool:
    """Have a job made due, and wait until the worker has done it."""
    manage(data_dir, "shell", "-v0", "-c", f"{JOB}jobs.add(JobKind.RENDER, subject, again=True)")
    state = f"{JOB}print(Job.objects.get(kind=JobKind.RENDER, topic=subject.topic).state)"
    until(lambda: manage(data_dir, "shell", "-v0", "-c", state) == "done\n")
    return True


def logged_in(port: int, name: str, password: str) -> bool:
    address = f"http://127.0.0.1:{port}"
    with httpx2.Client(base_url=address, trust_env=False, timeout=WATCHDOG_S) as browser:
        browser.get("/admin/login/")
        form = {
            "username": name,
            "password": password,
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        answer = browser.post("/admin/login/?next=/admin/", data=form)
        return answer.status_code == 302 and browser.get("/admin/").status_code == 200


@contextmanager
def redis_on_a_port(home: Path) -> Iterator[str]:
    """A server as an administrator runs one: the same program, on the network."""
    port = free_port()
    command = [valkey.program(), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(home)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        with closing(socket.socket()) as probe:
            while probe.connect_ex(("127.0.0.1", port)):
                assert server.poll() is None
                time.sleep(0.01)
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
