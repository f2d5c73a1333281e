"""Processes of the site that a test starts, and may kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from tests.waiting import PATIENCE_S, until

T = TypeVar("T")


class Processes:
    """Processes with one environment; each writes a log of its own into the folder."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.processes: list[subprocess.Popen] = []

    def start(self, *arguments: str, root: Path = settings.BASE_DIR) -> subprocess.Popen:
        """Start Python with these arguments; its database connections bear the process's number.

        `root` is where the code is that it runs.
        """
        number = len(self.processes)
        with self._log(number).open("w") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                env=self.environment | {"PGAPPNAME": str(number)},
                cwd=root,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def celery(self, name: str, *arguments: str) -> subprocess.Popen:
        return self.start("-m", "celery", "-A", "tests.faults.worker", name, *arguments)

    def worker(self, *options: str) -> subprocess.Popen:
        return self.celery(
            "worker", "--concurrency=2", "-Q", "celery,arxiv", "--without-mingle", *options
        )

    def beat(self, *options: str) -> subprocess.Popen:
        return self.celery("beat", "--max-interval", "1", *options)

    def command(self, name: str, *arguments: str) -> subprocess.Popen:
        """A command of the site, in a process of its own."""
        return self.start("manage.py", name, *arguments)

    def kill(self, process: subprocess.Popen) -> None:
        """kill -9 a process with its children."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end_of(self, process: subprocess.Popen) -> int:
        """The exit code of a process that ends by itself."""
        return process.wait(timeout=PATIENCE_S)

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)

    def said(self, process: subprocess.Popen) -> str:
        return self._log(self.processes.index(process)).read_text()

    def logs(self) -> str:
        """What processes said at last, for a failing test to show."""
        return "\n".join(
            f"--- {' '.join(map(str, process.args[1:5]))}\n{self.said(process)[-3000:]}"
            for process in self.processes
        )

    def wait_until(self, so: Callable[[], T]) -> T:
        """Wait for an answer that is true, and give it."""
        return until(so, self.explained)

    def explained(self) -> str:
        """What a person needs to see who waits in vain."""
        return self.logs()

    def _log(self, number: int) -> Path:
        return self.folder / f"{number}.log"
