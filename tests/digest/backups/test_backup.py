"""`manage.py backup`: one file with the whole site's data, or none."""

import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import CommandError, call_command
from django.db import connection

from digest.backups import BackupRefused, files, making, tools
from papers.models import Paper
from tests.factories import make_paper

pytestmark = pytest.mark.django_db(transaction=True)


def record(path: Path) -> dict:
    with tarfile.open(path) as archive:
        return json.load(archive.extractfile("backup.json"))


def test_it_is_one_file_that_nobody_else_reads(backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert os.listdir(backup.parent) == [backup.name]


def test_it_says_what_is_in_it(backup, settings):
    said = record(backup)
    assert said["rows"]["papers_paper"] == Paper.objects.count() == 1
    assert ["digest", "0001_initial"] in said["migrations"]
    assert said["release"] == settings.VERSION


def test_the_dump_in_it_is_one_that_postgresql_reads_alone(backup, tmp_path):
    with tarfile.open(backup) as archive:
        archive.extract("papers.dump", tmp_path, filter="data")
    program = tools.program("pg_restore", 15)
    listed = subprocess.run([program, "--list", tmp_path / "papers.dump"], capture_output=True)
    assert b"TABLE DATA public papers_paper" in listed.stdout


def test_rows_of_stored_pages_and_sessions_are_not_in_it(backup, tmp_path):
    with tarfile.open(backup) as archive:
        archive.extract("papers.dump", tmp_path, filter="data")
    program = tools.program("pg_restore", 15)
    listed = subprocess.run([program, "--list", tmp_path / "papers.dump"], capture_output=True)
    tables = set(connection.introspection.table_names())
    for table in making.LEFT_OUT:
        assert table in tables
        assert f"TABLE DATA public {table} ".encode() not in listed.stdout


def test_what_is_there_is_never_overwritten_unasked(backup):
    before = backup.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", backup)
    assert backup.read_bytes() == before
    make_paper()
    call_command("backup", backup, replace=True)
    assert record(backup)["rows"]["papers_paper"] == 2


def test_without_its_folder_it_says_so(tmp_path):
    with pytest.raises(CommandError, match="no such folder"):
        call_command("backup", tmp_path / "none" / "x")
    with pytest.raises(CommandError, match="is a folder"):
        call_command("backup", tmp_path)


def test_a_tool_that_is_older_than_the_server_is_refused(monkeypatch, tmp_path):
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    monkeypatch.setattr(tools, "_in_the_wheel", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(CommandError, match=r"is of version 9.*postgresql-client-"):
        call_command("backup", tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_what_fails_in_the_middle_leaves_no_file(tmp_path):
    def breaking(chunks, total):
        yield next(iter(chunks))
        raise OSError(28, "No space left on device")

    with pytest.raises(BackupRefused, match="No space left on device"):
        making.make(tmp_path / "x", breaking)
    assert not list(tmp_path.iterdir())


def a_tool(path: Path, script: str) -> str:
    """Return the path of a pg_dump of a version that is new enough."""
    path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && exec echo "(PostgreSQL) 99"\n{script}\n')
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def bad(tmp_path_factory, monkeypatch):
    """Return a function that puts a script in the place of pg_dump."""
    found, folder = tools._candidates, tmp_path_factory.mktemp("tools")

    def put(script: str) -> None:
        path = a_tool(folder / "pg_dump", script)
        monkeypatch.setattr(
            tools, "_candidates", lambda name: [path] if name == "pg_dump" else found(name)
        )

    return put


def test_a_dump_that_postgresql_cannot_read_leaves_no_file(tmp_path, bad):
    bad("echo no dump")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("backup", tmp_path / "x")
    assert not list(tmp_path.iterdir())
    (tmp_path / "x").write_text("of yesterday")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("backup", tmp_path / "x", replace=True)
    assert (tmp_path / "x").read_text() == "of yesterday"


def test_a_time_limit_ends_a_dump_that_waits(tmp_path, bad):
    bad("kill -ALRM $PPID; exec sleep 1000")

    def limit(*given):
        raise SoftTimeLimitExceeded

    before = signal.signal(signal.SIGALRM, limit)
    try:
        with pytest.raises(SoftTimeLimitExceeded):
            making.make(tmp_path / "x", lambda chunks, total: chunks)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not list(tmp_path.iterdir())


def test_a_file_that_another_backup_finished_meanwhile_is_not_written(tmp_path, monkeypatch):
    unfinished, finished = tmp_path / ".x.part", tmp_path / "x"
    unfinished.write_text("whole")
    lock = fcntl.flock

    def late(handle, how):
        unfinished.rename(finished)
        lock(handle, how)

    monkeypatch.setattr(files.fcntl, "flock", late)
    with pytest.raises(BackupRefused, match="another backup"), files._alone(unfinished):
        pass
    assert finished.read_text() == "whole"


def test_a_full_disk_leaves_no_file(tmp_path):
    limited = f"ulimit -f 1024; exec {sys.executable} -c '{FULL_DISK}' {tmp_path / 'x'}"
    said = subprocess.run(["bash", "-c", limited], capture_output=True, text=True)
    assert "cannot be written: File too large. What was begun is deleted" in said.stdout
    assert not list(tmp_path.iterdir())


FULL_DISK = """
import os, signal, sys
from pathlib import Path
from digest.backups import BackupRefused, files
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    files.write(Path(sys.argv[1]), (os.urandom(files.CHUNK) for _ in range(4)), None, None)
except BackupRefused as error:
    print(error)
"""


def test_what_a_killed_backup_left_is_written_anew(tmp_path, transactional_db):
    unfinished = tmp_path / ".x.part"
    unfinished.write_bytes(b"left" * 100_000)
    call_command("backup", tmp_path / "x")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    making.check(files.read(tmp_path / "x"))


def test_a_password_is_in_no_argument(settings, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "geheim")
    arguments, env = tools.address()
    assert "geheim" not in " ".join(arguments)
    assert env["PGPASSWORD"] == "geheim"


def test_the_tools_ask_the_server_that_the_site_asks(monkeypatch):
    connection.ensure_connection()
    port = connection.connection.info.port
    monkeypatch.setitem(connection.settings_dict, "PORT", "")
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"port": port})
    arguments, _ = tools.address()
    assert f"--port={port}" in arguments


@pytest.mark.parametrize("length", [0, 100, 512, 5_000, -1024, -1])
def test_a_file_that_was_cut_is_refused(backup, length):
    whole = backup.read_bytes()
    backup.write_bytes(whole[:length] if length >= 0 else whole[: len(whole) + length - 2_000])
    with pytest.raises(BackupRefused, match=r"no backup|was cut|damaged"):
        files.read(backup)


@pytest.mark.parametrize("odd", [{"GNU.sparse.map": "x"}, {"size": "9" * 30}])
def test_a_header_that_is_none_is_refused(tmp_path, odd):
    member = tarfile.TarInfo("papers.dump")
    member.pax_headers = odd
    (tmp_path / "x").write_bytes(member.tobuf(tarfile.PAX_FORMAT))
    with pytest.raises(BackupRefused, match="no backup"):
        files.read(tmp_path / "x")


def test_a_file_whose_bytes_differ_is_refused(backup):
    whole = bytearray(backup.read_bytes())
    whole[whole.index(b"backup.json") // 2] ^= 1
    backup.write_bytes(whole)
    with pytest.raises(BackupRefused, match=r"damaged|cannot be read"):  # Or its tool notices.
        making.check(files.read(backup))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "another"},
        {"form": 2},
        {"rows": 7},
        {"bytes": 1},
        {"migrations": [["papers"]]},
        {"server": "x"},
        {"sha256": None},
        {"made_at": "yesterday"},
        {"made_at": "2025-10-15T00:00"},
        {"release": "\x1b[2J"},
    ],
)
def test_a_record_that_says_something_odd_is_refused(backup, tmp_path, change):
    odd = tmp_path / "odd"
    with tarfile.open(backup) as archive:
        archive.extractall(tmp_path, filter="data")
    said = json.loads((tmp_path / "backup.json").read_text()) | change
    (tmp_path / "backup.json").write_text(json.dumps(said))
    with tarfile.open(odd, "w", format=tarfile.GNU_FORMAT) as archive:
        for name in ("papers.dump", "backup.json"):
            archive.add(tmp_path / name, name)
    with pytest.raises(BackupRefused):
        files.read(odd)
