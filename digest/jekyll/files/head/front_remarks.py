"""Tells what a front matter means for this site, and what of it was not read as it is written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from digest.jekyll.files.addresses import old_paths
from digest.jekyll.files.document import GISTS, LANGUAGE_KEYS, Notice
from digest.jekyll.files.head import dates, visibility
from digest.jekyll.files.head.front_matter import FrontMatter
from digest.jekyll.files.head.names import FileName
from papers import languages

_LONGEST_SHOWN = 40  # characters of a value
_COMMENT = re.compile(r"(?<=\s)#\w")


@dataclass(frozen=True, slots=True)
class Blog:
    """What is known of the two sites. ``languages`` are the codes that this one has."""

    zone: tzinfo
    built_in: tzinfo
    languages: Collection[str]
    now: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What is found. ``language`` is None if the file names none that is known."""

    is_public: bool
    language: str | None
    notices: tuple[Notice, ...]


def of(front: FrontMatter, name: FileName, blog: Blog, published_at: datetime) -> Told:
    """Return what the front matter means. ``published_at`` is in the zone of the old blog."""
    hidden = _why_hidden(front, name, blog, published_at)
    said = _said_language(front)
    language = languages.matched(said[1], blog.languages) if said else None
    notices = [*front.notices, *_of_dates(front, name, blog, published_at), *_of_keys(front)]
    if hidden:
        notices.append(Notice(front.lines.get(hidden[0], 1), hidden[1]))
    if said and blog.languages and language not in blog.languages:
        text = f"{said[0]}: {_shown(said[1])} is not one of this site's languages"
        kept = f", the post is kept as {language!r}" if language else ""
        notices.append(Notice(front.lines[said[0]], text + kept))
    return Told(not hidden, language, tuple(sorted(notices, key=lambda notice: notice.line)))


def _said_language(front: FrontMatter) -> tuple[str, str] | None:
    """Return the key that names a language, and the name. YAML takes Norwegian's for a "no"."""
    for key, value in front.keys:
        if key in LANGUAGE_KEYS and value not in (None, ""):
            return key, "no" if value is False else str(value)
    return None


def _why_hidden(
    front: FrontMatter, name: FileName, blog: Blog, at: datetime
) -> tuple[str, str] | None:
    """Return the key that hides the post, or "", and the words for it, or None if none does."""
    if name.is_draft:
        return "", "not public: its path is that of a draft"
    if found := visibility.hidden_by(front.keys):
        value = "given" if found[0].casefold() == "password" else _shown(found[1])
        return found[0], f"not public: {found[0]} is {value}"
    if visibility.is_out_of_time(front.keys, at, blog.now, blog.built_in):
        return "date", f"not public: the old blog did not show it on {blog.now.date()}"
    return None


def _of_dates(
    front: FrontMatter, name: FileName, blog: Blog, published_at: datetime
) -> Iterator[Notice]:
    line = front.lines.get("date", 1)
    if name.day and published_at.date() != name.day:
        text = f"date: public on {published_at.date()}, listed on {name.day} by the file name"
        yield Notice(line, text)
    if front.date and (unknown := dates.moment(front.date, blog.built_in).unknown):
        yield Notice(line, f"date: {unknown!r} is no time zone, read as {blog.built_in}")


def _of_keys(front: FrontMatter) -> Iterator[Notice]:
    if dict(front.keys).get(GISTS):
        text = f"{GISTS}: expected a line of text for each arXiv id, not read"
        yield Notice(front.lines[GISTS], text)
    for block in front.form:
        if block[0] == "tags" and not front.tags and _COMMENT.search("".join(block[1:])):
            text = "tags: YAML takes what follows # for a comment, no tag is read"
            yield Notice(front.lines["tags"], text)
    for key, reason in old_paths.faults(front.keys):
        yield Notice(front.lines[key], f"{key}: {reason}")


def _shown(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return repr(text[:_LONGEST_SHOWN])
