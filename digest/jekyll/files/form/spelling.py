"""How a value was spelled in a file: line breaks, backslashes, entities, counts scraped with it.

A spelling is a list of edits, ``[offset, length, text]``: at ``offset`` of the value so many
characters give way to ``text``. It belongs to one value, which it knows by a checksum, and holds
nothing of the value itself.
"""

from collections.abc import Sequence
from hashlib import sha256

from digest.jekyll.files.lines import ENTITY, without_entities

Edit = tuple[int, int, str]

_MOST = 2_000
"""Edits of one value. A text with more is written as the site has it."""
_SHORT = 20
"""Characters of a text that may stand in a spelling as a whole: a number."""


def checksum(value: str) -> str:
    """Return what tells a value from another one, in 12 characters."""
    return sha256(value.encode(errors="replace")).hexdigest()[:12]


def edits(value: str, written: str) -> list[Edit] | None:
    """Return the edits that make ``written`` of ``value``, or None if more than its looks differ.

    It takes time in proportion to the texts.
    """
    found: list[Edit] = []
    at = to = 0
    while at < len(value) or to < len(written):
        entity = _entity(value, at, written, to) if written[to : to + 1] == "&" else None
        if entity is None and value[at : at + 1] == written[to : to + 1]:
            at, to = at + 1, to + 1
            continue
        edit = entity or _edit(value, at, written, to)
        if edit is None or len(found) >= _MOST:
            return [(0, len(value), written)] if len(written) <= _SHORT else None
        found.append(edit)
        at, to = at + edit[1], to + len(edit[2])
    return found


def _edit(value: str, at: int, written: str, to: int) -> Edit | None:
    """Return the edit for the place where the texts begin to differ."""
    if at == len(value):
        return at, 0, written[to:]
    removed = _loose(value, at)
    added = _loose(written, to)
    if removed or added:
        return at, len(removed), added
    return None


def _entity(value: str, at: int, written: str, to: int) -> Edit | None:
    """Return the edit that makes an entity of HTML of the mark that it stands for."""
    entity = ENTITY.match(written, to)
    if entity is None or value.startswith(entity[0], at):
        return None
    is_mark = without_entities(entity[0]) == value[at : at + 1]
    return (at, 1, entity[0]) if is_mark else None


def _loose(text: str, begin: int) -> str:
    """Return the characters from ``begin`` that a spelling may add or leave out."""
    end = begin
    while end < len(text) and text[end] in " \t\n\\,":
        end += 1
    return text[begin:end]


def apply(edits: Sequence[Edit], value: str) -> str:
    """Return the value as it was spelled."""
    pieces, at = [], 0
    for offset, length, text in edits:
        pieces += [value[at:offset], text]
        at = offset + length
    return "".join([*pieces, value[at:]])
