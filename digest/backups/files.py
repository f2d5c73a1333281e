"""The form of a backup: a tar file of PostgreSQL's own dump and a record of what is in it.

`tar -xOf FILE papers.dump | pg_restore …` reads it without this program. The dump comes first, and
the record last: a file that was cut has none.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import IO

from digest.backups.refusals import BackupRefused

DUMP, RECORD = "papers.dump", "backup.json"
KIND, FORM = "a backup of a site of daily papers", 1
BLOCK = 512
CHUNK = 1 << 20
LARGEST_RECORD = 4 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """What a backup says of itself."""

    made_at: str
    """ISO 8601 in UTC: all that was committed before it is in the file."""
    release: str
    site: str
    schema: str
    server: int
    """The major version of PostgreSQL that it comes from."""
    migrations: list[list[str]]
    """Pairs of app and name, as they were applied."""
    rows: dict[str, int]
    """The rows of each table that are in the file."""
    bytes: int
    """The length of the dump."""
    sha256: str
    kind: str = KIND
    form: int = FORM


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that has a whole record. Only `dump` tells whether its bytes are those of then."""

    path: Path
    record: Record
    begin: int = BLOCK
    """Where the dump begins, in bytes."""

    def dump(self) -> Iterator[bytes]:
        """Yield the dump. Raises BackupRefused at its end if it is not the one that was written."""
        left, found = self.record.bytes, hashlib.sha256()
        with self.path.open("rb") as file:
            file.seek(self.begin)
            while left and (chunk := file.read(min(left, CHUNK))):
                left -= len(chunk)
                found.update(chunk)
                yield chunk
        if left or found.hexdigest() != self.record.sha256:
            raise BackupRefused(
                f"{self.path} is damaged: its checksum is another. Use another file"
            )


def read(path: Path) -> Backup:
    """Return a backup. Raises BackupRefused for what is cut, newer, or none."""
    try:
        with tarfile.open(path, "r:") as archive:
            dump = archive.next()
            if dump is None or dump.name != DUMP:
                raise BackupRefused(f"{path} is no backup of this site")
            record = archive.next()
            if record is None or record.name != RECORD or record.size > LARGEST_RECORD:
                raise BackupRefused(f"{path} was cut: its record is missing. Use another file")
            text = _content(archive, record)
    except FileNotFoundError as error:
        raise BackupRefused(f"{path}: there is no such file") from error
    except OSError as error:
        raise BackupRefused(f"{path} cannot be read: {error.strerror}") from error
    except (tarfile.TarError, ValueError, OverflowError, RecursionError) as error:
        raise BackupRefused(f"{path} is no backup of this site, or was cut: {error}") from error
    return Backup(path, _record(path, text, dump.size), dump.offset_data)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read(LARGEST_RECORD) if file else b""


def _record(path: Path, text: bytes, size: int) -> Record:
    try:
        said = json.loads(text)
        if said["kind"] != KIND:
            raise BackupRefused(f"{path} is no backup of this site")
        if said["form"] > FORM:
            raise BackupRefused(f"{path} is of a newer release ({said['release']}): upgrade first")
        record = Record(**{field.name: said[field.name] for field in fields(Record)})
        sound = _is_sound(record) and record.bytes == size
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BackupRefused(f"{path} is damaged: its record cannot be read") from error
    if not sound:
        raise BackupRefused(f"{path} is damaged: its record cannot be read")
    return record


def _is_sound(record: Record) -> bool:
    """Return whether the values have the types that the code counts on."""
    texts = (record.made_at, record.release, record.site, record.schema, record.sha256)
    return (
        all(isinstance(each, str) and each.isprintable() for each in texts)
        and datetime.fromisoformat(record.made_at).tzinfo is not None
        and isinstance(record.server, int)
        and all(isinstance(count, int) for count in record.rows.values())
        and all(isinstance(name, str) for pair in record.migrations for name in pair)
        and all(len(pair) == 2 for pair in record.migrations)
    )


def write(
    path: Path,
    dump: Iterable[bytes],
    record: Callable[[int, str], Record],
    check: Callable[[Backup], None],
) -> Backup:
    """Write a backup whole, or not at all. `record` gets the length and SHA-256 of the dump.

    Its bytes are on the disk, readable for this user alone, and `check` has read them, before it
    has its name. Raises BackupRefused if the disk is full, or another process writes the same file.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with _alone(unfinished) as file:
            try:
                size, sha256 = _write_dump(file, dump)
                made = record(size, sha256)
                _write_record(file, made)
                file.flush()
                os.fsync(file.fileno())
                check(Backup(unfinished, made))
                unfinished.replace(path)
            except BaseException:
                with suppress(OSError):
                    unfinished.unlink()
                raise
        _sync_folder(path.parent)
    except OSError as error:
        raise BackupRefused(
            f"{path} cannot be written: {error.strerror}. What was begun is deleted"
        ) from error
    return Backup(path, made)


@contextmanager
def _alone(unfinished: Path) -> Iterator[IO[bytes]]:
    """Open an unfinished file for this process alone. What a killed one left is written anew."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(unfinished, flags, 0o600), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused(f"{unfinished} is being written by another backup") from None
        # Another backup may have finished between the two calls: then it is a whole file now.
        if not unfinished.exists() or not os.path.samestat(
            os.fstat(file.fileno()), unfinished.stat()
        ):
            raise BackupRefused(f"{unfinished} was being written by another backup")
        os.fchmod(file.fileno(), 0o600)
        file.truncate(0)
        yield file


def _write_dump(file: IO[bytes], dump: Iterable[bytes]) -> tuple[int, str]:
    """Write the dump behind the place of its header, which says the length, and then the header."""
    size, found = 0, hashlib.sha256()
    file.seek(BLOCK)
    for chunk in dump:
        file.write(chunk)
        found.update(chunk)
        size += len(chunk)
    file.write(b"\0" * (-size % BLOCK))
    end = file.tell()
    file.seek(0)
    header = _header(DUMP, size)
    if len(header) != BLOCK:
        raise BackupRefused("the header of the dump is longer than its place")
    file.write(header)
    file.seek(end)
    return size, found.hexdigest()


def _write_record(file: IO[bytes], record: Record) -> None:
    content = json.dumps(asdict(record), indent=1).encode()
    file.write(_header(RECORD, len(content)))
    file.write(content + b"\0" * (-len(content) % BLOCK))
    file.write(b"\0" * (2 * BLOCK))


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


def _sync_folder(folder: Path) -> None:
    """See that the name is on the disk too, where the system can say it of a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def stream(chunks: Iterable[bytes], into: IO[bytes]) -> None:
    """Write chunks into a pipe, as far as it is read."""
    with suppress(BrokenPipeError):
        for chunk in chunks:
            into.write(chunk)
    with suppress(BrokenPipeError):
        into.close()
