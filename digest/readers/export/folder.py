"""The folder that an export writes to, and its list of what an export wrote there.

Nothing is touched that is not on the list, and no link is followed: each part of a name is opened
by itself (`dir_fd`). A file is written whole under another name and then renamed. The list is
written when all is done, and until then a journal says what is written and deleted. After a crash
the next run takes for its own what has the bytes that the journal tells. A name alone makes no file
ours: a person may have put one there meanwhile.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from digest.readers.export import lists
from digest.readers.export.lists import Written
from digest.readers.export.names import JOURNAL, LIST, NEW
from digest.readers.export.refused import ExportRefused
from digest.readers.pages.rows import etag_of

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class NotOurs(Exception):
    """Something stands at a name that no export put there."""


class _Opened(NamedTuple):
    """A folder inside the folder, by the last part of its name."""

    part: str
    descriptor: int
    is_new: bool
    """Whether this run made it, so that nothing of anybody else is in it."""


class Folder:
    """The folder, open. It is another export's as long as that runs."""

    def __init__(self, path: Path, root: int) -> None:
        self.path = path
        self.root = root
        self._open: list[_Opened] = []
        """The folders on the way to the last name."""
        self._at: str | None = None
        """The name of the last of them, if the way to it was not left."""
        self._journal: int | None = None
        self.list = self._read()
        self.was_stopped = self._replay()
        """Whether the run before did not end."""

    @classmethod
    @contextmanager
    def at(cls, path: Path) -> Iterator[Folder]:
        """Open a folder, or make it. Raises ExportRefused, and OSError if it cannot be opened."""
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise ExportRefused(f"{path} is no folder, or lies in none: name a folder") from error
        except ValueError as error:  # "\0", or bytes that are no text.
            raise ExportRefused(f"{str(path)!r} cannot be a folder's name: name another") from error
        root = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _lock(path, root)
            folder = cls(path, root)
            try:
                yield folder
            finally:
                folder._leave(0)
                folder._close_journal()
        finally:
            os.close(root)

    # --- The list ---------------------------------------------------------------------------------
    def _read(self) -> dict[str, Written]:
        try:
            data = self.read(LIST)
        except FileNotFoundError:
            self._refuse_others()
            return {}
        try:
            return lists.parsed(data)
        except lists.WRONG as error:
            raise ExportRefused(
                f"{self.path / LIST} is no list of an export ({error}): export to an empty folder"
            ) from error

    def _refuse_others(self) -> None:
        if set(os.listdir(self.root)) - {NEW}:
            raise ExportRefused(
                f"{self.path} is not empty, and no export wrote it: there is no {LIST} in it."
                " Choose an empty folder or a new one"
            )

    def begin(self) -> None:
        """Make the folder ours, and begin a journal. What the last one told is on the list."""
        if self.was_stopped or not _is_there(LIST, self.root):
            self._put(LIST, lists.dumped(self.list), self.root)
        self._drop_journal()
        self._journal = os.open(JOURNAL, _FRESH, 0o666, dir_fd=self.root)

    def finish(self, files: Mapping[str, Written]) -> None:
        """Store the list of all files."""
        self._put(LIST, lists.dumped(files), self.root)
        self.list = dict(files)
        self._close_journal()
        self._drop_journal()

    # --- The journal ------------------------------------------------------------------------------
    def note(self, files: Mapping[str, Written | None]) -> None:
        """Note which files are about to be written, or deleted. Each is to be noted before."""
        if self._journal is None:
            raise RuntimeError("begin() comes before the first change")
        _write_all(self._journal, b"".join(lists.noted(*each) for each in files.items()))

    def _replay(self) -> bool:
        """Bring the list up to date with the journal of a run that was stopped, if there is one."""
        try:
            data = self.read(JOURNAL)
        except FileNotFoundError:
            return False
        for name, written in lists.notes(data):
            before = self.list.pop(name, None)
            if written and self._holds(name, written):
                self.list[name] = written
            elif before and self._holds(name, before):
                self.list[name] = before
            elif before and written:
                self.list[name] = Written("", 0)  # Ours, and to be written again.
        return True

    def _holds(self, name: str, written: Written) -> bool:
        """Return whether a file has these bytes."""
        with suppress(OSError):  # Of somebody else, who lets nobody read it.
            return self._stands(name, written.size) and etag_of(self.read(name)) == written.etag
        return False

    def _close_journal(self) -> None:
        if self._journal is not None:
            os.close(self._journal)
            self._journal = None

    def _drop_journal(self) -> None:
        with suppress(FileNotFoundError):
            os.unlink(JOURNAL, dir_fd=self.root)

    # --- Files ------------------------------------------------------------------------------------
    def has(self, name: str, etag: str) -> bool:
        """Return whether a file has the bytes of an ETag, by the list, and is as long as it was.

        Bytes are not read: a file that a hand changed is written again if it is gone or has another
        length.
        """
        written = self.list.get(name)
        if not etag or written is None or written.etag != etag:
            return False
        return self._stands(name, written.size)

    def _stands(self, name: str, size: int) -> bool:
        """Return whether there is a file of this size."""
        try:
            folder, last = self._enter(name)
            found = os.stat(last, dir_fd=folder, follow_symlinks=False)
        except (OSError, NotOurs):
            return False
        return found.st_size == size and (found.st_mode & 0o170000) == 0o100000

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all. Raises NotOurs, and OSError if the disk is full.

        Something at a name that no export wrote is not touched.
        """
        folder, last = self._enter(name, make=True)
        if name not in self.list and self._is_taken(last, folder):
            raise NotOurs("it was there before, and no export wrote it: move it away")
        try:
            self._put(last, data, folder)
        except IsADirectoryError as error:
            raise NotOurs("a folder stands there: move it away") from error

    def _is_taken(self, last: str, folder: int) -> bool:
        """Return whether something stands there. In a folder that this run made nothing does.

        But disks that ignore case do not agree on which other letters are the same.
        """
        is_new = bool(self._open) and self._open[-1].is_new and last.isascii()
        return not is_new and _is_there(last, folder)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file. Raises NotOurs, and OSError if it cannot be read."""
        folder, last = self._enter(name)
        with open(os.open(last, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder), "rb") as stream:
            return stream.read()

    def delete(self, name: str) -> None:
        """Delete a file of the list, and the folders that are empty without it.

        Its name is another's from then on.
        """
        self.note({name: None})
        self.list.pop(name, None)
        try:
            folder, last = self._enter(name)
        except (FileNotFoundError, NotOurs):
            return
        with suppress(FileNotFoundError, IsADirectoryError):
            os.unlink(last, dir_fd=folder)
        while self._open:
            part = self._open[-1].part
            self._leave(len(self._open) - 1)
            try:
                os.rmdir(part, dir_fd=self._here)
            except OSError:  # Something else is in it.
                return

    def ignores_case(self) -> bool:
        """Return whether names that differ by case are one file here. The list must be there."""
        with suppress(OSError):
            os.stat(LIST.upper(), dir_fd=self.root, follow_symlinks=False)
            return True
        return False

    def _put(self, name: str, data: bytes, folder: int) -> None:
        file = self._fresh()
        try:
            try:
                _write_all(file, data)
            finally:
                os.close(file)
            os.rename(NEW, name, src_dir_fd=self.root, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(NEW, dir_fd=self.root)
            raise

    def _fresh(self) -> int:
        try:
            return os.open(NEW, _FRESH, 0o666, dir_fd=self.root)
        except FileExistsError:  # A run that was killed left it.
            os.unlink(NEW, dir_fd=self.root)
            return os.open(NEW, _FRESH, 0o666, dir_fd=self.root)

    def _enter(self, name: str, *, make: bool = False) -> tuple[int, str]:
        """Return the descriptor of a name's folder, and the last part of the name."""
        above, _, last = name.rpartition("/")
        if above != self._at:
            self._go(above.split("/") if above else [], make=make)
            self._at = above
        return self._here, last

    def _go(self, parts: list[str], *, make: bool) -> None:
        same = 0
        while same < min(len(parts), len(self._open)) and parts[same] == self._open[same].part:
            same += 1
        self._leave(same)
        for part in parts[same:]:
            if make and self._open and self._open[-1].is_new:
                self._open.append(_made(part, self._here))
            else:
                self._open.append(_opened(part, self._here, make=make))

    @property
    def _here(self) -> int:
        return self._open[-1].descriptor if self._open else self.root

    def _leave(self, depth: int) -> None:
        self._at = None
        while len(self._open) > depth:
            os.close(self._open.pop().descriptor)


def _lock(path: Path, root: int) -> None:
    try:
        fcntl.flock(root, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ExportRefused(f"{path}: another export is writing there. Wait for it") from error


def _opened(part: str, above: int, *, make: bool) -> _Opened:
    try:
        return _Opened(part, os.open(part, _FOLDER, dir_fd=above), is_new=False)
    except FileNotFoundError:
        if not make:
            raise
        return _made(part, above)
    except NotADirectoryError as error:  # A link is none either.
        raise NotOurs(f"{part} is a file or a link, and should be a folder") from error


def _made(part: str, above: int) -> _Opened:
    """Return a folder that this run makes. On a disk that ignores case it may be there."""
    try:
        os.mkdir(part, dir_fd=above)
    except FileExistsError:
        return _opened(part, above, make=False)
    return _Opened(part, os.open(part, _FOLDER, dir_fd=above), is_new=True)


def _is_there(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _write_all(file: int, data: bytes) -> None:
    done = os.write(file, data)
    while done < len(data):
        done += os.write(file, data[done:])
