"""The name of the file that has an address: pure.

An address is a decoded path. A name is relative to the folder, in NFC, with "/" between its parts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable
from unicodedata import normalize

LONGEST = 255
"""Bytes of one part of a name, in UTF-8. No usual file system takes more."""
INDEX = "index.html"
LIST = ".export.json"
NEW = ".export.tmp"
JOURNAL = ".export.journal"
_RESERVED = {LIST, NEW, JOURNAL}
_NOT_A_PART = {"", ".", ".."}


class NoName(ValueError):
    """No file can have this address. The message says why, and what to do."""


def name_of(address: str) -> str:
    """Return the name of the file of an address. Raises NoName."""
    name = address.removeprefix("/")
    if not name.isascii():
        name = normalize("NFC", name)
    if not name or name.endswith("/"):
        name += INDEX
    check(name)
    return name


def check(name: str) -> None:
    """Raise NoName for what is no name of a file inside the folder."""
    parts = name.split("/")
    if not _NOT_A_PART.isdisjoint(parts) or "\0" in name or name in _RESERVED:
        raise NoName("a file cannot have this name")
    if name.isascii() and len(name) <= LONGEST:
        return
    try:
        longest = max(len(part.encode()) for part in parts)
    except UnicodeEncodeError:
        raise NoName("it has signs that are no text") from None
    if longest > LONGEST:
        raise NoName(f"a part of it is longer than {LONGEST} bytes: give it a shorter address")


def same_on_some_disks(name: str) -> str:
    """Return what is equal for names that a file system takes for one if it ignores case."""
    return normalize("NFC", name.casefold())


def without_clash(names: Iterable[str], taken: Collection[str]) -> set[str]:
    """Return those of the names that can stand beside the `taken` ones, whatever the file system.

    A file cannot be where a folder is. Of names that differ by case alone the first counts.
    """
    files = {same_on_some_disks(each) for each in taken}
    in_order = sorted(files)
    found = set()
    for name in names:
        plain = same_on_some_disks(name)
        if plain not in files and not _is_folder(plain, in_order) and not _is_below(plain, files):
            files.add(plain)
            in_order.insert(bisect_left(in_order, plain), plain)
            found.add(name)
    return found


def clashes(names: Iterable[str]) -> set[str]:
    """Return the names that differ from an earlier one by case alone.

    Disks do not agree on more, such as "ß" and "ss". There a file that is in the way tells it.
    """
    by_plain: dict[str, str] = {}
    lower = ((normalize("NFC", name.lower()), name) for name in sorted(names))
    return {name for plain, name in lower if by_plain.setdefault(plain, name) != name}


def _is_folder(name: str, in_order: list[str]) -> bool:
    at = bisect_left(in_order, f"{name}/")
    return at < len(in_order) and in_order[at].startswith(f"{name}/")


def _is_below(name: str, files: Collection[str]) -> bool:
    """Return whether one of the files stands where the name needs a folder."""
    parts = name.split("/")
    return any("/".join(parts[:n]) in files for n in range(1, len(parts)))
