"""A site of two web processes whose supervisor starts again what ends."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psutil
from redis import Redis

from digest.local.embedded import postgres, valkey
from tests.faults.disk import Disk
from tests.faults.house import House
from tests.faults.sources import Sources

RESTART_S = 2.0
"""How long a supervisor waits before it starts a process again, as `RestartSec=` of systemd."""


class Site(House):
    """Two web processes, a worker, one for arXiv and beat, over one PostgreSQL and one Valkey."""

    def __init__(self, disk: Disk, sources: Sources) -> None:
        self.disk = disk
        super().__init__(disk.folder, sources)
        self.environment["JOB_RETRY_WAIT_S"] = "20"  # A fault should not use all attempts up.

    def open_all(self) -> None:
        self.open()
        second, url = self.web("--blocking-threads", "2")
        self.urls = [self.url, url]
        self.over = threading.Event()
        self.lock = threading.Lock()
        web, worker, beat = self.site
        self.kept = {"web 1": web, "web 2": second, "worker": worker, "beat": beat}
        self.restarts: dict[str, int] = dict.fromkeys(self.kept, 0)
        self.watching = threading.Thread(target=self._keep)
        self.watching.start()

    def _keep(self) -> None:
        again: dict[str, Callable[[], subprocess.Popen]] = {
            "worker": self.worker,
            "beat": lambda: self.beat("--loglevel=INFO"),
        }
        while not self.over.wait(RESTART_S):
            for name, process in list(self.kept.items()):
                if process.poll() is not None and name in again:
                    self.restarts[name] += 1
                    with self.lock:
                        self.kept[name] = again[name]()

    def memory(self) -> dict[str, int]:
        """Return the bytes of each process with its children (PSS where the system tells it)."""
        return {name: _memory(process.pid) for name, process in self.kept.items()}

    def kill_the_worker(self) -> None:
        self.kill(self.kept["worker"])

    def restart_the_queue(self) -> None:
        valkey.stop(self.folder)
        time.sleep(RESTART_S)
        valkey.start(self.folder)

    def fill_the_queue(self) -> None:
        """Let the queue take nothing more for a minute, as it does when it has no room left."""
        with Redis.from_url(valkey.socket_urls(self.folder)[1]) as redis:
            redis.config_set("maxmemory", "1")
            time.sleep(60)
            redis.config_set("maxmemory", "0")

    def restart_the_database(self) -> None:
        postgres.stop(self.folder)
        time.sleep(RESTART_S)
        postgres.start(self.folder)

    def fill_the_disk(self) -> None:
        """Leave no byte on the disk of everything for a minute.

        PostgreSQL may have ended for want of room for its log. Its supervisor starts it again.
        """
        for _ in range(60):
            self.disk.fill()  # Again what others have freed.
            time.sleep(1)
        self.disk.free()
        postgres.start(self.folder)

    def migrate(self) -> None:
        with self.lock:
            process = self.command("migrate", "--verbosity=0")
        assert self.end_of(process) == 0, self.said(process)

    def stop(self) -> None:
        self.over.set()
        with suppress(AttributeError):
            self.watching.join()
        super().stop()


def _memory(pid: int) -> int:
    total = 0
    with suppress(psutil.Error):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):
                told = process.memory_full_info()
                total += getattr(told, "pss", told.rss)
    return total
