"""The list of what an export wrote, and the journal of what it is writing: as text.

The list is JSON with a file on each line. Each line of the journal is JSON of its own: a name with
what is about to be written there, or with null if it is about to be deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from json.encoder import encode_basestring as _quoted
from typing import NamedTuple

from digest.readers.export import names
from digest.readers.export.names import NoName

VERSION = 1
WRONG = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What `parsed` raises for what is no list."""


class Written(NamedTuple):
    """What the list says of a file."""

    etag: str
    """The hash of its bytes (`pages.rows.etag_of`), "" if it is to be written again."""
    size: int
    made_from: str = ""
    """A hash of what a page was made from that is not stored. It need not be made again."""


def dumped(files: Mapping[str, Written]) -> bytes:
    """Return the list."""
    lines = ",\n".join(_line(name, files[name]) for name in sorted(files))
    return f'{{"export": {VERSION}, "files": {{\n{lines}\n}}}}\n'.encode()


def parsed(data: bytes) -> dict[str, Written]:
    """Return the files of a list. Raises one of WRONG if it is none."""
    found = json.loads(data)
    if found["export"] != VERSION:
        raise ValueError(f"its form is {found['export']!r}, expected {VERSION}")
    return {name: _written(name, values) for name, values in found["files"].items()}


def noted(name: str, written: Written | None) -> bytes:
    """Return a line of the journal."""
    line = _line(name, written) if written else f"{_quoted(name)}: null"
    return f"{{{line}}}\n".encode()


def notes(data: bytes) -> Iterator[tuple[str, Written | None]]:
    """Yield what a journal tells, up to a line that is none: the last one may be cut."""
    for line in data.split(b"\n")[:-1]:
        try:
            ((name, values),) = json.loads(line).items()
            yield name, None if values is None else _written(name, values)
        except WRONG:
            return


def _line(name: str, written: Written) -> str:
    more = f", {_quoted(written.made_from)}" if written.made_from else ""
    return f"{_quoted(name)}: [{_quoted(written.etag)}, {written.size}{more}]"


def _written(name: str, values: list[object]) -> Written:
    """Return an entry. Raises ValueError or TypeError if it is none."""
    try:
        names.check(name)
    except NoName as error:
        raise ValueError(f"{name!r}: {error}") from error
    written = Written(*values)  # type: ignore[arg-type]
    hashes = (written.etag, written.made_from)
    if not all(isinstance(each, str) for each in hashes) or not isinstance(written.size, int):
        raise TypeError(f"{name!r}: expected an ETag and a size")
    return written
