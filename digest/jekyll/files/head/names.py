"""Reads the name and the folders of a post's file, as Jekyll 4 reads them (``Jekyll::Document``).

Jekyll takes names that our addresses cannot have: with dots, blanks, or of any length. Such a name
gets a slug of ours, and the old address is made from the name as it was.

Hugo, Hexo, Astro and others read the day from the front matter: there a name may have none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import PurePosixPath
from unicodedata import category, normalize

from digest.jekyll.files.document import MAX_TITLE_CHARS
from papers.text.cleaning import fold
from papers.text.tags import TagRefused, is_address, shortened, tag_slug

POSTS, DRAFTS = "_posts", "_drafts"
_FOLDERS_OF_DRAFTS = frozenset({"draft", "drafts", DRAFTS})
_OF_DRAFT = ".draft"  # What the name of a draft ends with, before its suffix.
SUFFIXES = frozenset({".md", ".markdown", ".mkd", ".mkdn", ".mkdown", ".mdx"})
"""Jekyll's ``markdown_ext``, in lower case, and Astro's."""
_PAGES = frozenset({"readme", "_index", "404"})
"""Names of pages that are no posts for any builder."""
_ABOVE_HEXOS = "source"
_OF_FOLDER = "index"
"""The name of a post's file in a folder that has the post's name."""

_SPECIAL = ("_", "#", "~")
_EXCLUDED = frozenset({"_site", ".sass-cache", ".jekyll-cache", "gemfiles", "node_modules"})
_VENDORED = frozenset({"bundle", "cache", "gems", "ruby"})

MAX_CHARS = 1_000  # Of a path. File systems give a name 255 bytes.

_NAME = re.compile(r"(?P<stem>.+)(?P<suffix>\.[A-Za-z]+)", re.DOTALL)
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DATED = re.compile(r"([0-9]{2,4})-([0-9]{1,2})-([0-9]{1,2})-(.*)", re.DOTALL)
_UNFIT = re.compile(r"[^\w-]+|-{2,}")
_FALLBACK = "post"  # For a name whose characters have no names either.


class NotAPost(ValueError):
    """The file is no post by its name, and is skipped. The text is ``FILE: reason``."""


@dataclass(frozen=True, slots=True)
class FileName:
    """What a path says.

    ``day`` is None for a draft without one. ``slug`` fits our addresses, and ``written_slug`` is
    that of the old blog. ``folders`` are Jekyll's categories of the path. ``path`` is printable.
    ``is_jekylls`` is false for a name that Jekyll takes for none of a post.
    """

    path: str
    day: date | None
    slug: str
    written_slug: str
    folders: tuple[str, ...] = ()
    is_draft: bool = False
    is_jekylls: bool = True


def parse(path: str) -> FileName:
    """Read a path below the blog's folder, with ``/`` between its parts. Raises NotAPost."""
    *folders, name = path.split("/")
    stem = _stem(name, path)
    is_draft = DRAFTS in folders
    day, slug = _dated(stem, path, is_draft=is_draft)
    slug = slug.rstrip(".")
    if not slug.strip(" -"):
        raise skipped(path, "name is not YYYY-MM-DD-slug")
    return FileName(shown(path), day, _fitting(slug), slug, _categories(folders), is_draft)


def of_any_builder(path: str) -> FileName:
    """Read a path as `parse` does, or as builders that need no day in a name. Raises NotAPost.

    What Jekyll would leave out of its own folder of posts is left out. Hexo's has another above it.
    """
    try:
        name = parse(path)
        slug = _without_ending(name.written_slug)
        return replace(name, slug=_fitting(slug), written_slug=slug, is_draft=is_draft(path))
    except NotAPost:
        *folders, file = path.split("/")
        stem = _without_ending(_stem(file, path))
        slug = "".join(folders[-1:]) if stem == _OF_FOLDER else stem
        is_left_out = POSTS in folders and _ABOVE_HEXOS not in folders
        is_page = stem.casefold() in _PAGES or not slug.strip(" -.")
        if is_left_out or is_page or _DATED.fullmatch(stem):
            raise
    day = _DAY.fullmatch(slug) or _DATED.fullmatch(slug)
    try:
        found = date(*map(int, day.groups()[:3])) if day else None
    except ValueError:
        found = None
    return FileName(
        shown(path), found, _fitting(slug), slug, is_draft=is_draft(path), is_jekylls=False
    )


def is_draft(path: str) -> bool:
    """Return whether a path is that of a draft for any builder, by a folder or its ending."""
    *folders, name = path.casefold().split("/")
    is_named = PurePosixPath(name).stem.endswith(_OF_DRAFT)
    return is_named or not _FOLDERS_OF_DRAFTS.isdisjoint(folders)


def _without_ending(stem: str) -> str:
    return stem[: -len(_OF_DRAFT)] if stem.casefold().endswith(_OF_DRAFT) else stem


def is_left_out(folder: str, parent: str) -> bool:
    """Return whether Jekyll shows nothing of a folder, by its name and that of the one around it.

    It reads no folder with a special first letter but its own two, and not those of its ``exclude``
    (``Jekyll::EntryFilter``, ``Jekyll::Configuration::DEFAULTS``).
    """
    if folder in (POSTS, DRAFTS):
        return False
    is_vendored = parent == "vendor" and folder in _VENDORED
    return folder.startswith(_SPECIAL) or folder in _EXCLUDED or is_vendored


def free_slug(slug: str, written_slug: str, taken: Mapping[str, str]) -> str:
    """Return the slug for a file of a day: that of its own post, or else the first free one.

    ``taken`` maps the slugs of that day's posts to the slug in the name of the file that each came
    from. Two files may have one slug of ours ("gpt 4.1", "gpt-4-1"). The second gets ``-2``, and
    keeps it when both are imported again.
    """
    own = normalize("NFC", written_slug)
    endings = ("" if number == 1 else f"-{number}" for number in count(1))
    slugs = (shortened(slug, ending) if ending else slug for ending in endings)
    return next(each for each in slugs if normalize("NFC", taken.get(each, own)) == own)


def title_of(written_slug: str) -> str:
    """Return the title that Jekyll gives a post without one."""
    title = fold(" ".join(word.capitalize() for word in written_slug.split("-")))
    return (title or written_slug)[:MAX_TITLE_CHARS]


def shown(path: str) -> str:
    """Return a path that may stand in a line of a log."""
    return path if path.isprintable() else ascii(path)


def skipped(path: str, reason: str) -> NotAPost:
    """Return the error for a file to skip, with its path and the reason on one line."""
    return NotAPost(f"{shown(path[-MAX_CHARS:])}: {reason}")


def _stem(name: str, path: str) -> str:
    match = _NAME.fullmatch(name)
    if match is None or match["suffix"].lower() not in SUFFIXES:
        raise skipped(path, "name does not end in .md or .markdown")
    if len(path) > MAX_CHARS or any(category(char) in ("Cc", "Cs") for char in path):
        raise skipped(path, "name is too long, or not of letters")
    return match["stem"]


def _dated(stem: str, path: str, *, is_draft: bool) -> tuple[date | None, str]:
    match = _DATED.fullmatch(stem)
    if match is None:
        if is_draft:
            return None, stem
        raise skipped(path, "name is not YYYY-MM-DD-slug")
    year, month, day, slug = match.groups()
    try:
        return date(_year(year), int(month), int(day)), slug
    except ValueError:
        raise skipped(path, "name is not YYYY-MM-DD-slug: there is no such day") from None


def _year(digits: str) -> int:
    """Return the year as Ruby's ``Time.parse`` does: 69 to 99 are of the last century."""
    year = int(digits)
    if len(digits) == 2:  # digits
        return year + (1900 if year >= 69 else 2000)
    return year


def _categories(folders: list[str]) -> tuple[str, ...]:
    """Return the folders before ``_posts`` or ``_drafts``. Without one of them there are none."""
    special = next((each for each in (POSTS, DRAFTS) if each in folders), None)
    if special is None:
        return ()
    before = folders[: folders.index(special)]
    return tuple(each for each in before if each not in ("", ".", ".."))


def _fitting(written: str) -> str:
    slug = normalize("NFC", written)
    return slug if is_address(slug) else _made(fold(slug))


def _made(name: str) -> str:
    letters = "".join(char for char in name if category(char)[0] != "M")
    if slug := shortened(_UNFIT.sub("-", _UNFIT.sub("-", letters)).strip("-_")):
        return slug
    try:
        return tag_slug(name)
    except TagRefused:
        return _FALLBACK
