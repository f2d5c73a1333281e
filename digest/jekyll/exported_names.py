"""Where a post's file is written below the folder of an export: where it came from, if it can be.

Names come from files of strangers and from editors. None leads out of the folder, and none is
longer than a file system takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from digest.jekyll.files.head import names
from digest.models import ImportedFile, Post, PostQuerySet

MAX_BYTES = 255  # Of a name, in the file systems of Linux, macOS and Windows.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f/\\]")


def of_each(posts: PostQuerySet) -> Iterator[tuple[Post, PurePosixPath]]:
    """Yield the posts, each with a path of its own below the folder."""
    taken = set[PurePosixPath]()
    for post in posts.iterator(chunk_size=50):
        path = _path(post)
        if path in taken:
            path = PurePosixPath(_name(post, post.slug))
        taken.add(path)
        yield post, path


def others(directory: Path, ours: set[PurePosixPath]) -> list[str]:
    """Return the paths of posts' files, beside ours, that are those of no published post."""
    folders = {directory, *((directory / path).parent for path in ours)}
    found = (path for folder in folders if folder.is_dir() for path in folder.iterdir())
    return sorted(
        str(path.relative_to(directory)) for path in found if _is_of_another(path, directory, ours)
    )


def is_below(path: Path, directory: Path) -> bool:
    """Return whether a file would be written below the folder, wherever links lead."""
    return path.parent.resolve().is_relative_to(directory.resolve())


def _path(post: Post) -> PurePosixPath:
    """Return the path that the file had. A post that was moved to another day has its day."""
    file: ImportedFile | None = getattr(post, "imported_file", None)
    parts = file.path.split("/") if file else []
    if not file or names.is_draft(file.path) or not all(map(_is_fit, parts)):
        return PurePosixPath(_name(post, (file and file.written_slug) or post.slug))
    if file.day != post.date:
        parts[-1] = _name(post, file.written_slug or post.slug)
    return PurePosixPath(*parts)


def _is_fit(part: str) -> bool:
    is_name = part not in ("", ".", "..") and not _UNFIT.search(part)
    return is_name and len(part.encode(errors="replace")) <= MAX_BYTES


def _name(post: Post, slug: str) -> str:
    room = MAX_BYTES - len(f"{post.date}-.md")
    slug = _UNFIT.sub("-", slug).encode(errors="replace")[:room].decode(errors="ignore")
    return f"{post.date}-{slug}.md"


def _is_of_another(path: Path, directory: Path, ours: set[PurePosixPath]) -> bool:
    if PurePosixPath(path.relative_to(directory)) in ours or path.name.startswith("."):
        return False
    try:
        names.parse(path.name)
    except names.NotAPost:
        return False
    return path.is_file()
