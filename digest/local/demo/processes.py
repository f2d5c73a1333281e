"""The child processes of the demo. They end when the demo ends, however it ends."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import psutil  # type: ignore[import-untyped]

GRACE_S = 10.0
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """Have the Linux kernel end a child whose parent was killed. Elsewhere the next start does."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Children:
    """Processes by name, each with its own log and its own process group, which ends as a whole.

    Their ids are in `run.json` of the data folder, so that the next start finds what a killed demo
    left behind.
    """

    def __init__(self, data_dir: Path, cwd: Path) -> None:
        self._record = data_dir / "run.json"
        self._logs = data_dir / "logs"
        self._cwd = cwd
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def start(self, name: str, *arguments: str, again: bool = False) -> None:
        """Start this Python with `arguments`, under `name`, with an empty log.

        `again`: with the log of before, which says why it ended.
        """
        with self._open_log(name, "ab" if again else "wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603
                [sys.executable, *arguments],
                cwd=self._cwd,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        self._save()

    def _open_log(self, name: str, mode: str) -> IO[bytes]:
        try:
            self._logs.mkdir(parents=True, exist_ok=True)
            return self.log(name).open(mode)
        except OSError:  # The disk is full: the site is worth more than its log.
            return open(os.devnull, mode)

    def ended(self) -> tuple[str, int] | None:
        """Return (name, exit code) of a child that has ended, and forget it. None if all run."""
        for name, process in self._running.items():
            code = process.poll()
            if code is not None:
                _signal_group(process.pid, signal.SIGKILL)  # For the processes it left behind.
                del self._running[name]
                self._save()
                return name, code
        return None

    def stop(self) -> None:
        """End every child and its children: first with SIGTERM, after `GRACE_S` with SIGKILL."""
        processes = self._running.values()
        for process in processes:
            _signal_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()
        self._save()

    def end_stale(self) -> None:
        """End the processes that an earlier demo of this folder left behind when it was killed."""
        groups = self._recorded()
        stale = [process for process in psutil.process_iter() if _is_stale(process, groups)]
        for process in stale:
            process.terminate()
        for process in psutil.wait_procs(stale, timeout=GRACE_S)[1]:
            process.kill()

    def _recorded(self) -> list[Any]:
        try:
            record = json.loads(self._record.read_text())
        except (FileNotFoundError, ValueError):  # ValueError: the machine stopped while it wrote.
            return []
        return list(record.values()) if isinstance(record, dict) else []

    def _save(self) -> None:
        # On a full disk nothing is recorded. On Linux all children end with the demo all the same.
        with suppress(OSError):
            self._record.write_text(json.dumps({n: p.pid for n, p in self._running.items()}))


def _is_stale(process: psutil.Process, groups: list[Any]) -> bool:
    """Return whether a process is of a group we made and runs this Python.

    The second test is needed because the system may have reused an id.
    """
    try:
        return os.getpgid(process.pid) in groups and process.cmdline()[:1] == [sys.executable]
    except (ProcessLookupError, psutil.Error):
        return False


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS: PermissionError for a zombie.
        os.killpg(group, number)
