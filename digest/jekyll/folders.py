"""Finds the files of a blog: each is a post, or is skipped for a reason."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from digest.jekyll.files.head import names
from digest.jekyll.files.head.names import NotAPost

_MOST_READ = 8_192  # bytes of a file whose name has no day
_FRONT = re.compile(r"\ufeff?(?:---|\+\+\+)[ \t]*\r?\n")
_DATE = re.compile(r"^[\"']?date[\"']?[ \t]*[:=]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """A file. `name` is its path below the blog's folder, as `reading.read` takes it.

    `skipped` says why it is no post, and is empty for one.
    """

    path: Path
    name: str
    skipped: str = ""


def files(paths: list[Path]) -> Iterator[Found]:
    """Yield each file at `paths` once, those of a folder by name. Raises FileNotFoundError."""
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        for found in _below(path) if path.is_dir() else [_file(path, _name_of(path))]:
            if (real := found.path.absolute()) not in seen:
                seen.add(real)
                yield found


def drafts_above(paths: Iterable[Path]) -> Iterator[str]:
    """Yield the names of all drafts of the blogs that files are of, named by a person or not."""
    for folder in sorted({parent for path in paths for parent in path.absolute().parents}):
        for root, _, written in os.walk(folder / names.DRAFTS):
            yield from (_name_of(Path(root, name)) for name in written)


def _below(folder: Path) -> Iterator[Found]:
    unread: list[OSError] = []
    for root, folders, written in os.walk(folder, onerror=unread.append):
        here = Path(root)
        reasons = {name: _why_left_out(here / name) for name in sorted(folders)}
        folders[:] = [name for name, why in reasons.items() if not why]
        for name, why in reasons.items():
            if why:
                yield Found(here / name, _folder_name(here / name, folder), why)
        for name in sorted(written):
            yield _file(here / name, _name_of(here / name, folder))
    for error in unread:
        path = Path(error.filename)
        yield Found(path, _folder_name(path, folder), f"cannot be read: {error.strerror}")


def _why_left_out(folder: Path) -> str:
    """Return why a folder is not looked into, or "" if it is. What a person names always is."""
    if folder.name.startswith("."):
        return "a hidden folder"
    if names.is_left_out(folder.name, folder.parent.name):
        return "a folder that Jekyll does not show"
    if os.path.islink(folder):  # A path may be too long for `Path` to ask about it.
        return "a link to a folder: name it to take it in"
    return ""


def _folder_name(path: Path, folder: Path) -> str:
    return names.shown(f"{path.relative_to(folder)}/"[-names.MAX_CHARS :])


def _name_of(path: Path, folder: Path | None = None) -> str:
    """Return the path of a file below its blog: from the folder that holds `_posts` at least.

    A person may name the folder `_posts` itself, or one inside the blog. A folder of drafts is told
    from one far above the blog by standing next to the files that were named.
    """
    parts = path.absolute().parts
    special = {names.POSTS, names.DRAFTS}
    inside = len(folder.absolute().parts) if folder else len(parts) - 1
    above = [place for place in range(inside) if parts[place] in special]
    if inside and names.is_draft(f"{parts[inside - 1]}/"):
        above.append(inside - 1)
    return "/".join(parts[min([inside, *above]) :])


def _file(path: Path, name: str) -> Found:
    shown = names.shown(name)
    if path.name.startswith("."):
        return Found(path, shown, "a hidden file")
    if not os.path.isfile(path):  # Reading a pipe would wait for ever.
        return Found(path, shown, "no regular file")
    try:
        names.parse(name)
    except NotAPost as error:
        if not _is_dated(path, name):
            return Found(path, shown, str(error).removeprefix(f"{shown}: "))
    return Found(path, name)


def _is_dated(path: Path, name: str) -> bool:
    """Return whether a file may be a post although its name has no day: its front matter has."""
    try:
        found = names.of_any_builder(name)
        with path.open("rb") as file:
            begin = file.read(_MOST_READ).decode(errors="replace")
    except (NotAPost, OSError):
        return False
    return bool(_FRONT.match(begin) and (found.day or _DATE.search(begin)))
