"""The demo from nothing to an open page, and back: what it starts, it stops."""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from digest.local.demo.login import login_file, remembered_login
from digest.local.demo.port import HOST, PortTaken, health, require_free
from digest.local.demo.processes import Children
from digest.local.demo.restarts import Restarts
from digest.local.embedded import postgres, valkey
from digest.local.embedded.service import ServiceError, last_lines

LOCK = "demo.lock"
READY_TIMEOUT_S = 60.0
POLL_S = 0.1


class Failed(Exception):
    """The demo cannot go on; the message says what, why and what to do."""


class Stopped(Exception):
    """Ctrl-C, or a signal to end."""


def launch(port: int) -> int:
    """Run the demo until it is stopped (0), or return 1 if it cannot start."""
    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest.settings")
    try:
        data_dir = Path(settings.DATA_DIR)
        os.environ.setdefault("SITE_URL", f"http://{HOST}:{port}")  # For the children's settings.
        # The demo asks nobody outside this machine.
        os.environ.setdefault("POLL_MINUTES", "0")
        os.environ.setdefault("FULL_TEXTS", "never")
        with _alone(data_dir, port):
            Demo(data_dir, port, stopping).run()
    except Stopped:
        return 0
    except (Failed, PortTaken, ServiceError, ImproperlyConfigured) as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    return 0


class Demo:
    def __init__(self, data_dir: Path, port: int, stopping: Event) -> None:
        self.data_dir = data_dir
        self.port = port
        self.stopping = stopping
        self.progress = Progress()
        self.children = Children(data_dir, cwd=settings.BASE_DIR)
        self.restarts = Restarts()
        self.parts: dict[str, list[str]] = {}

    def run(self) -> None:
        """Everything up, until stopped; everything down again on the way out."""
        self.children.end_stale()
        require_free(self.port)
        with ExitStack() as ending:  # Last in, first out, whatever one of them raises.
            ending.callback(postgres.stop, self.data_dir)
            ending.callback(valkey.stop, self.data_dir)
            ending.callback(self.children.stop)
            ending.callback(say, "\nStopping …\n")
            self.prepare()
            self.serve()
            self.announce()
            while True:
                self.pause()
                self.keep_alive()

    def prepare(self) -> None:
        if settings.DATABASES["default"]["ENGINE"] == "digest.local.db":
            self.step("Starting PostgreSQL", lambda: postgres.start(self.data_dir))
        if not settings.REDIS_URL:
            self.step("Starting Valkey", lambda: valkey.start(self.data_dir))
        self.step("Preparing the database", lambda: self.manage("migrate"))
        self.step("Adding the sample digests", lambda: self.manage("seed_demo"))
        self.step("Making an editor's login", lambda: self.manage("demo_login"))

    def serve(self) -> None:
        site = ["--interface", "wsgi", "--host", HOST, "--port", str(self.port)]
        site += ["--log-config", str(settings.BASE_DIR / "digest" / "logging.json")]
        site += ["--blocking-threads", "8", "digest.wsgi:application"]
        celery = ["-m", "celery", "-A", "digest"]
        worker = ["worker", "--loglevel", "INFO", "--concurrency", "2", "--without-mingle"]
        worker += ["-Q", "celery,arxiv"]
        self.parts = {
            "site": ["-m", "granian", *site],
            "worker": [*celery, *worker],
            "beat": [*celery, "beat", "--loglevel", "INFO"],
        }
        for name, arguments in self.parts.items():
            self.children.start(name, *arguments)
            self.restarts.begun(name, time.monotonic())
        self.step("Starting site, worker and beat", self.wait_until_ready)

    def manage(self, command: str) -> None:
        """Run a management command to its end."""
        self.children.start(command, str(settings.BASE_DIR / "manage.py"), command)
        while not (end := self.children.ended()):
            self.pause()
        if end != (command, 0):
            raise Failed(f"manage.py {command} failed\n{last_lines(self.children.log(end[0]))}")

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_TIMEOUT_S
        while (answer := health(self.port)) != "200":
            self.require_alive()
            if time.monotonic() > deadline:
                raise Failed(
                    f"/healthz answers {answer} after {READY_TIMEOUT_S:.0f} s\n"
                    + last_lines(self.children.log("site"))
                )
            self.pause()

    def require_alive(self) -> None:
        if end := self.children.ended():
            name, code = end
            raise Failed(
                f"The {name} has ended while starting (exit code {code}), so all is stopped.\n"
                + last_lines(self.children.log(name))
            )

    def keep_alive(self) -> None:
        """Start each part again that has ended, whatever ended it: the others go on meanwhile."""
        if end := self.children.ended():
            name, code = end
            wait = self.restarts.ended(name, time.monotonic())
            log = self.children.log(name)
            say(
                f"The {name} has ended (exit code {code}) and starts again in {wait:.0f} s: {log}\n"
            )
        for name in self.restarts.take(time.monotonic()):
            self.children.start(name, *self.parts[name], again=True)
            self.restarts.begun(name, time.monotonic())
            say(f"The {name} has started again.\n")

    def pause(self) -> None:
        self.progress.tick()
        if self.stopping.wait(POLL_S):
            raise Stopped

    def step(self, name: str, work: Callable[[], object]) -> None:
        if self.stopping.is_set():
            raise Stopped
        with self.progress.of(name):
            work()

    def announce(self) -> None:
        name, password = remembered_login(self.data_dir)
        address = f"http://{HOST}:{self.port}"
        say(
            f"\n  {settings.SITE_TITLE} is running.\n\n"
            f"    Site    {address}/\n"
            f"    Admin   {address}/admin/\n"
            f"    Login   {name}   {password}\n"
            f"            made for this machine, kept in {login_file(self.data_dir)}\n"
            f"    Logs    {self.data_dir / 'logs'}\n\n"
            "  Ctrl-C stops it.\n"
        )


class Progress:
    """What is being done, with its seconds: counting on a terminal, once it is done elsewhere."""

    def __init__(self) -> None:
        self._name = ""
        self._begin = 0.0

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        self._name, self._begin = name, time.monotonic()
        say(f"{name} … ")
        yield
        say(f"{self._again()}{self._elapsed():.1f} s\n")
        self._name = ""

    def tick(self) -> None:
        if self._name and sys.stdout.isatty():
            say(f"{self._again()}{self._elapsed():.0f} s ")

    def _again(self) -> str:
        return f"\r{self._name} … " if sys.stdout.isatty() else ""

    def _elapsed(self) -> float:
        return time.monotonic() - self._begin


@contextmanager
def _alone(data_dir: Path, port: int) -> Iterator[None]:
    """One demo for each data folder: the lock file holds the address of the one that runs."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Failed(
                f"The demo of {data_dir} runs already, at {file.read()}.\n"
                "Stop it with Ctrl-C where it was started."
            ) from None
        file.truncate(0)
        file.write(f"http://{HOST}:{port}")
        file.flush()
        yield


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
