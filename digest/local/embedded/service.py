"""What the embedded services share: one server for each data folder, and a place for its socket.

A server inherits an open, locked file from the process that starts it, and the lock is free again
when its last process has ended, however it ended. So the lock, and no recorded process id, says
whether a server runs: ids are reused, and a zombie still has one.
"""

import fcntl
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import IO

START_TIMEOUT_S = 60.0  # Recovery after a power cut may take a while.
STOP_TIMEOUT_S = 30.0
POLL_S = 0.02
# macOS allows 103 bytes for a socket's whole path, Linux 107.
SOCKET_FOLDER_BYTES = 103 - len("/.s.PGSQL.5432.lock")
# A comma is a list of hosts to libpq, and a blank or % is not the same to every URL parser.
PLAIN_PATH = re.compile(r"[A-Za-z0-9_/.+@=-]+")

_launched: list[Path] = []
"""Locks of the servers that this process has launched."""


class ServiceError(Exception):
    """An embedded service cannot start or stop: which, why, and what to do."""


def package_folder(package: str, service: str, setting: str) -> Path:
    """Where an installed wheel lies, found without running its code."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError(
            f"no {service} of its own: the optional package {package!r} is not installed here."
            f" Set {setting} to a running {service}, or install the extra 'embedded'."
        )
    return Path(spec.submodule_search_locations[0])


def socket_folder(home: Path) -> Path:
    """`home` itself where a socket's path can be written in it, else a short folder in /tmp."""
    path = str(home)
    if PLAIN_PATH.fullmatch(path) and len(path) <= SOCKET_FOLDER_BYTES:
        return home
    name = f"digest-{os.getuid()}-{sha256(os.fsencode(home)).hexdigest()[:12]}"
    return Path("/tmp") / name  # noqa: S108 (private_folder refuses another's; TMPDIR may differ)


def private_folder(folder: Path, owner: int) -> Path:
    """Make `folder` for user id `owner` alone; one that somebody else laid out is refused."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, owner, -1)
    except FileExistsError:
        pass
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != owner:
        raise ServiceError(f"{folder} belongs to someone else: move it away and start again")
    folder.chmod(0o700)
    return folder


def refuse_foreign(folder: Path, *owners: int) -> None:
    """Raise ServiceError if somebody else laid out the folder of a socket, before it is used."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISREG(found.st_mode):  # Nobody listens in it; the start says what is wrong.
        return
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise ServiceError(f"{folder} belongs to someone else: move it away and start again")


def start_once(
    lock: Path, log: Path, answers: Callable[[], bool], launch: Callable[[int], None]
) -> None:
    """Return once the server answers, launched by this call, by another, or long ago.

    `launch` gets the locked file's descriptor, which the server has to inherit. ServiceError says
    why there is no server, with the end of its log.
    """
    launched = False
    deadline = time.monotonic() + START_TIMEOUT_S
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        while not answers():
            with lock.open("ab") as file:
                if _take(file):
                    if launched:
                        raise ServiceError(f"{lock.stem} ended while starting\n{last_lines(log)}")
                    launch(file.fileno())
                    launched = True
                    _launched.append(lock)
            if time.monotonic() > deadline:
                raise ServiceError(
                    f"{lock.stem} does not answer after {START_TIMEOUT_S:.0f} s\n{last_lines(log)}"
                )
            time.sleep(POLL_S)
    except (OSError, subprocess.SubprocessError) as error:
        raise ServiceError(f"{lock.stem} did not start: {error}\n{last_lines(log)}") from error


def stop_all(lock: Path, ask_to_end: Callable[[], object]) -> bool:
    """Ask until the last process of the server has ended; whether one ran."""
    ran = is_running(lock)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while is_running(lock):
        if time.monotonic() > deadline:
            raise ServiceError(f"{lock.stem} still runs {STOP_TIMEOUT_S:.0f} s after being stopped")
        ask_to_end()
        time.sleep(POLL_S)
    return ran


def is_running(lock: Path) -> bool:
    """Whether any process of the server lives, be it one that is just starting or ending."""
    if not lock.exists():
        return False
    with lock.open("ab") as file:
        return not _take(file)


def tell_what_goes_on() -> None:
    """Tell a person at a terminal which servers this process has launched that outlive it.

    Left running, they are joined by the next command in no time.
    """
    if sys.stderr.isatty():
        for lock in filter(is_running, _launched):
            sys.stderr.write(
                f"The {lock.stem} of {lock.parent} goes on running for the next command;"
                " `make stop` ends it.\n"
            )


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, with its path, for an error message."""
    if not log.exists():
        return f"(no log at {log})"
    lines = log.read_text(errors="replace").splitlines()[-count:]
    return "\n".join([f"The last lines of {log}:", *(f"    {line}" for line in lines)])


def _take(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
