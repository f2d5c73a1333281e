"""The processes of compose.yaml without containers: its commands and environment, and kill -9.

Two machines of the site share PostgreSQL and Valkey and no folder.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import psutil
import psycopg
import pytest
from redis import Redis

from digest.local.embedded import postgres, valkey
from tests import deployment
from tests.deployment import ENV, ROOT
from tests.waiting import PATIENCE_S, until

pytestmark = pytest.mark.slow

SOON = {"SWEEP_WAIT_S": "1", "JOB_HANDED_WAIT_S": "1", "POLL_MINUTES": "0", "RECHECK_AT": "never"}
HEADERS = {"Host": ENV["ALLOWED_HOSTS"], "X-Forwarded-Proto": "https"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Supervisor(threading.Thread):
    """Does what `restart: always` promises: whoever ends is started again, its children gone."""

    def __init__(self, command: list[str], env: dict[str, str], log: Path) -> None:
        super().__init__(daemon=True)
        self.command, self.env, self.log = command, env, log
        self.starts = 0
        self.over = threading.Event()
        self.process: subprocess.Popen | None = None
        self.start()

    def run(self) -> None:
        with self.log.open("ab") as log:
            while not self.over.is_set():
                self.process = subprocess.Popen(
                    self.command,
                    env=self.env,
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
                self.starts += 1
                self.process.wait()
                with suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self) -> None:
        self.over.set()
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.join()


class Machines:
    """The services of compose.yaml, each with a folder of its own for data and static files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: dict[str, Supervisor] = {}
        server = postgres.start(folder)
        self.address = f"host={server['HOST']} port={server['PORT']} user={server['USER']}"
        self.database = (
            f"postgresql://{server['USER']}@/postgres?host={server['HOST']}&port={server['PORT']}"
        )
        self.queue = free_port()
        self.ports: dict[str, int] = {}
        # compose runs Valkey by its name; ours is in a wheel.
        (folder / "bin").mkdir()
        (folder / "bin" / "valkey-server").symlink_to(valkey.program())
        self.path = f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"

    def start_queue(self) -> None:
        service = deployment.services()["valkey"]
        data = self.folder / "queue"
        data.mkdir()
        shell, option, line = service["command"]
        line = line.replace("/data", str(data)).replace(
            "valkey-server - ", f"valkey-server - --bind 127.0.0.1 --port {self.queue} "
        )
        env = service["environment"] | {"PATH": self.path}
        self._supervise("valkey", [shell, option, line], env)
        self.wait_until(self.queue_answers)

    def queue_answers(self) -> bool:
        with suppress(Exception), Redis(port=self.queue, password=ENV["VALKEY_PASSWORD"]) as redis:
            return redis.ping()
        return False

    def environment(self, service: str, machine: str) -> dict[str, str]:
        """That of compose.yaml, with what has another address here."""
        env = deployment.environment(service)
        assert f":{ENV['VALKEY_PASSWORD']}@valkey:6379" in env["REDIS_URL"]
        return env | {
            "PATH": self.path,
            "DATABASE_URL": self.database,
            "REDIS_URL": env["REDIS_URL"].replace("valkey:6379", f"127.0.0.1:{self.queue}"),
            "DATA_DIR": str(self.folder / machine / "data"),
            "STATIC_DIR": str(self.folder / machine / "static"),
            **SOON,
        }

    def start(self, service: str, machine: str) -> str:
        """Start a service on a machine of its own; its name."""
        command = deployment.command(service)
        name = f"{service} of {machine}"
        if "8000" in command:
            self.ports[name] = free_port()
            command = [str(self.ports[name]) if each == "8000" else each for each in command]
        command = [each.replace("@%h", f"@{machine}") for each in command]
        self._supervise(name, command, self.environment(service, machine))
        return name

    def _supervise(self, name: str, command: list[str], env: dict[str, str]) -> None:
        self.running[name] = Supervisor(command, env, self.folder / f"{name}.log")

    def run(self, service: str, *command: str, machine: str = "first") -> str:
        """Run a command to its end, as a service that ends."""
        found = subprocess.run(
            command or deployment.command(service),
            cwd=ROOT,
            env=self.environment(service, machine),
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode == 0, found.stderr
        return found.stdout

    def get(self, name: str, path: str) -> httpx2.Response:
        address = f"http://127.0.0.1:{self.ports[name]}{path}"
        return httpx2.get(address, headers=HEADERS, trust_env=False, timeout=PATIENCE_S)

    def answers(self, name: str) -> bool:
        with suppress(httpx2.TransportError):
            return self.get(name, "/").status_code == self.get(name, "/healthz").status_code == 200
        return False

    def value(self, query: str):
        with psycopg.connect(self.address) as connection:
            return connection.execute(query).fetchone()[0]

    def kill(self, name: str) -> None:
        """kill -9 the main process; it has come back once its supervisor started it again."""
        starts = self.running[name].starts
        self.running[name].process.kill()
        self.wait_until(lambda: self.running[name].starts > starts)

    def children(self, name: str) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.running[name].process.pid).children()
        return []

    def wait_until(self, so: Callable[[], object]) -> None:
        until(so, self.logs)

    def logs(self) -> str:
        return "\n".join(
            f"--- {file.stem}\n{file.read_text()[-2000:]}" for file in self.folder.glob("*.log")
        )

    def done(self, kind: str, topic: str = "") -> None:
        """Have a job made due by the first machine, and wait until some worker has done it."""
        line = (
            "from papers import jobs; from papers.models import JobKind, Subject;"
            f"jobs.add(JobKind.{kind}, Subject({topic}), again=True)"
        )
        self.run("web", "python", "manage.py", "shell", "-v0", "-c", line)
        state = STATE.format(kind.lower())
        self.wait_until(lambda: self.value(state) in {"done", "failed"})

    def stop(self) -> None:
        for supervisor in self.running.values():
            supervisor.stop()
        postgres.stop(self.folder)


@pytest.fixture(scope="module")
def machines(tmp_path_factory) -> Iterator[Machines]:
    machines = Machines(tmp_path_factory.mktemp("machines"))
    try:
        machines.start_queue()
        machines.run("migrate")
        posts = str(ROOT / "digest" / "local" / "demo" / "posts")
        machines.run("web", "python", "manage.py", "import_jekyll", posts)
        machines.run("web", "python", "manage.py", "collectstatic", "--noinput", "-v0")
        shutil.copytree(machines.folder / "first/static", machines.folder / "second/static")
        for service in ("web", "worker"):
            for machine in ("first", "second"):
                machines.start(service, machine)
        machines.start("arxiv", "third")
        machines.start("beat", "fourth")
        for name in machines.ports:
            machines.wait_until(lambda name=name: machines.answers(name))
        yield machines
    finally:
        machines.stop()


STATE = "SELECT state FROM papers_job WHERE kind = '{}'"
RENDER = "topic=__import__('papers.text.rendering', fromlist=['x']).VERSION"


def test_two_machines_give_the_same_pages_and_each_others_static_files(machines):
    first, second = machines.ports
    page = machines.get(first, "/2025/10/14/daily-papers/")
    assert page.status_code == 200
    assert machines.get(second, "/2025/10/14/daily-papers/").text == page.text
    files = set(
        re.findall(r'(?:href|src)="https?://[^"]*?(/static/[^"]+)"|"(/static/[^"]+)"', page.text)
    )
    assert len(files) > 2
    for file in (one or other for one, other in files):
        assert machines.get(second, file).status_code == 200


def test_a_session_of_one_machine_is_good_on_the_other(machines):
    first, second = machines.ports
    line = (
        "from django.contrib.auth.models import User; from django.test import Client;"
        "c = Client(); c.force_login(User.objects.create_superuser('kim'));"
        "print(c.cookies['sessionid'].value)"
    )
    session = machines.run("web", "python", "manage.py", "shell", "-v0", "-c", line).strip()
    for name in (first, second):
        address = f"http://127.0.0.1:{machines.ports[name]}/admin/"
        headers = HEADERS | {"Cookie": f"sessionid={session}"}
        assert httpx2.get(address, headers=headers, timeout=PATIENCE_S).status_code == 200


def test_the_health_check_of_the_image_tells_who_answers(machines, tmp_path):
    first, _ = machines.ports
    check = [sys.executable, "deploy/health.py"]
    for port, code in ((machines.ports[first], 0), (free_port(), 1)):
        env = machines.environment("web", "first") | {"PORT": str(port)}
        assert subprocess.run(check, cwd=ROOT, env=env, check=False).returncode == code
    env = machines.environment("web", "first") | {"PORT": str(machines.ports[first])}
    assert subprocess.run([*check, "/none/"], cwd=ROOT, env=env, check=False).returncode == 1


@pytest.mark.parametrize(("service", "machine"), [("worker", "first"), ("arxiv", "third")])
def test_the_health_check_of_a_worker_finds_it(machines, service, machine):
    way, line = deployment.services()[service]["healthcheck"]["test"]
    assert way == "CMD-SHELL"
    machines.run(service, "env", f"HOSTNAME={machine}", "sh", "-c", line)


def test_a_worker_does_jobs_and_those_that_the_queue_lost_are_handed_out_by_beats_ticks(machines):
    machines.done("RENDER", RENDER)
    again = "UPDATE papers_job SET state = 'due', next_at = now(), enqueued_at = NULL"
    machines.value(f"{again} WHERE kind = 'render' RETURNING id")
    machines.wait_until(lambda: machines.value(STATE.format("render")) == "done")


def test_each_process_comes_back_after_kill_9_and_readers_go_on_at_the_other_machine(machines):
    first, second = machines.ports
    machines.kill(first)
    assert machines.answers(second)
    machines.wait_until(lambda: machines.answers(first))
    for name in ("worker of first", "worker of second", "arxiv of third", "beat of fourth"):
        machines.kill(name)
    machines.done("RENDER", RENDER)


def test_a_child_that_dies_is_made_anew(machines):
    """By its parent; or, where a worker was only starting, with its parent by the supervisor."""
    for name in ("web of first", "worker of first"):
        machines.wait_until(lambda name=name: len(machines.children(name)) >= 2)
        child = machines.children(name)[-1]
        child.kill()
        machines.wait_until(
            lambda name=name, child=child: (
                child not in machines.children(name) and len(machines.children(name)) >= 2
            )
        )
    machines.wait_until(lambda: machines.answers("web of first"))
    machines.done("RENDER", RENDER)


def test_without_the_queue_readers_are_answered_and_its_return_ends_the_wait(machines):
    machines.kill("valkey")
    assert all(machines.answers(name) for name in machines.ports)
    machines.wait_until(machines.queue_answers)
    machines.done("RENDER", RENDER)


def test_the_queue_itself_is_asked_to_end_and_no_shell_before_it(machines):
    process = psutil.Process(machines.running["valkey"].process.pid)
    assert "valkey-server" in process.cmdline()[0]
    assert ENV["VALKEY_PASSWORD"] not in " ".join(process.cmdline())


def test_what_is_asked_to_end_ends_by_itself(machines):
    """A container or a unit is sent SIGTERM; what does not end is killed after a minute."""
    for name in ("web of second", "worker of second", "beat of fourth"):
        starts = machines.running[name].starts
        machines.running[name].process.send_signal(signal.SIGTERM)
        machines.wait_until(lambda name=name, starts=starts: machines.running[name].starts > starts)
    machines.wait_until(lambda: machines.answers("web of second"))
