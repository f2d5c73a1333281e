"""The form of a file: how the values of a post stood in it. Layouts are forms, too.

A form is JSON-able data: the literal text between the values, and holes for them. It has no value.

``lead``     what stands between the front matter and the introduction or the first paper
``intro``    the spelling of the introduction, if it was a special one
``shapes``   lists of pieces: literal text, or a hole, as `Hole` describes it
``paper``    which of the shapes a paper has, unless ``own`` has one for its id
``own``      for an arXiv id which shape it has, and the spellings of its values by piece
``gap``      what stands between two papers, unless ``before`` has a text for the second's id
``order``    the ids in the order of the file, if a text of ``before`` says something
``section``  what stands around the heading of a section that no shape has
``tail``     what stands after the last paper
``images``   for an arXiv id, "" for the introduction, what `pictures` took out of its texts
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from digest.jekyll.files.form import spelling
from digest.jekyll.files.form.pictures import Pieces
from digest.jekyll.files.form.spelling import Edit
from digest.jekyll.files.markup.images import Piece
from digest.jekyll.files.spans import (
    ABSTRACT,
    ID,
    NOTE,
    NUMBER,
    ORGANIZATION,
    OVERVIEW,
    SECTION,
    TITLE,
    UPVOTES,
)

NAMES = (NUMBER, TITLE, ID, OVERVIEW, UPVOTES, ORGANIZATION, ABSTRACT, NOTE, SECTION)
ALWAYS = (NUMBER, TITLE, ID, OVERVIEW)

MAX_CHARS = 8_000_000
"""Characters of all texts of a form: twice a whole file. Most forms have a few thousand."""
MAX_PIECES = 500
_ITEM = re.compile(r"[ \t]{0,40}(?:[-*+]|[0-9]{1,3}[.)]) ")

BODY = "body"
"""The key of `Document.form` that has the form of the body."""


class BrokenForm(ValueError):
    """A form that is none, for example because somebody changed it by hand."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the value with a checksum was written. ``part`` is the part of it that stood there.

    ``headed`` is the checksum of an unknown section's heading, and ``heading`` its edits.
    """

    of: str
    part: tuple[int, int] | None = None
    edits: tuple[Edit, ...] = ()
    headed: str = ""
    heading: tuple[Edit, ...] = ()

    def dump(self) -> dict[str, object]:
        """Return it as data."""
        found: dict[str, object] = {"of": self.of}
        if self.part:
            found["part"] = list(self.part)
        if self.edits:
            found["edits"] = [list(edit) for edit in self.edits]
        if self.heading:
            found["headed"] = self.headed
            found["heading"] = [list(edit) for edit in self.heading]
        return found

    @classmethod
    def load(cls, data: object) -> Spelling:
        """Return it from data. Raises BrokenForm."""
        row = _mapping(data)
        part = _numbers(row.get("part", [0, 0]), 2)
        return cls(
            _text(row.get("of", "")),
            (part[0], part[1]) if "part" in row else None,
            _edits(row.get("edits", [])),
            _text(row.get("headed", "")),
            _edits(row.get("heading", [])),
        )


@dataclass(frozen=True, slots=True)
class Hole:
    """A place for a value. Without a value ``before`` and ``after`` are not written either.

    ``name`` is one of `NAMES`, ``kind`` that of a section. ``middle`` stands between the heading
    of an unknown section and its text; ``heading`` is that of the only one for which a cell of a
    table is. Each line but the first is indented by ``indent`` spaces.
    ``is_kept`` says that the section's heading is written even if it has no text. ``is_more`` says
    that the hole is for the rest of a value that begins further up.
    """

    name: str
    before: str = ""
    after: str = ""
    kind: str = ""
    middle: str = ""
    indent: int = 0
    is_kept: bool = False
    is_more: bool = False
    heading: str = ""

    def dump(self) -> dict[str, object]:
        """Return it as data, without what is empty."""
        row = {
            "hole": self.name,
            "before": self.before,
            "after": self.after,
            "kind": self.kind,
            "middle": self.middle,
            "indent": self.indent,
            "kept": self.is_kept,
            "more": self.is_more,
            "heading": self.heading,
        }
        return {key: value for key, value in row.items() if value}

    @property
    def column(self) -> int:
        """The spaces before each further line: in an item they are as many as before its words."""
        item = _ITEM.match(self.before.rsplit("\n", 1)[-1])
        return self.indent or (len(item[0]) if item else 0)

    @classmethod
    def load(cls, data: object) -> Hole:
        """Return it from data. Raises BrokenForm."""
        row = _mapping(data)
        if row.get("hole") not in NAMES:
            raise BrokenForm("no such hole")
        (indent,) = _numbers([row.get("indent", 0)], 1)
        return cls(
            name=_text(row["hole"]),
            before=_text(row.get("before", "")),
            after=_text(row.get("after", "")),
            kind=_text(row.get("kind", "")),
            middle=_text(row.get("middle", "")),
            indent=min(indent, 40),
            is_kept=row.get("kept") is True,
            is_more=row.get("more") is True,
            heading=_text(row.get("heading", "")),
        )


Part = str | Hole
Shape = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """The shape that one paper has, and how its values are spelled, by the piece's index."""

    shape: int
    spellings: Mapping[int, Spelling] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """A form, ready to be written. The module says what its fields are."""

    shapes: tuple[Shape, ...]
    paper: int = 0
    own: Mapping[str, Own] = field(default_factory=dict)
    lead: str = "\n\n"
    intro: Spelling | None = None
    gap: str = "\n\n"
    before: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    section: tuple[str, str] = ("\n\n## ", "\n")
    tail: str = ""
    images: Mapping[str, Pieces] = field(default_factory=dict)

    def dump(self) -> dict[str, object]:
        """Return the form as data."""
        found: dict[str, object] = {
            "lead": self.lead,
            "gap": self.gap,
            "section": list(self.section),
            "shapes": [list(map(_dumped, shape)) for shape in self.shapes],
            "paper": self.paper,
        }
        if self.own:
            found["own"] = {name: _dumped_own(own) for name, own in self.own.items()}
        if self.before:
            found["before"] = dict(self.before)
        if self.order:
            found["order"] = list(self.order)
        if self.tail:
            found["tail"] = self.tail
        if self.intro:
            found["intro"] = self.intro.dump()
        if self.images:
            found["images"] = {
                identifier: {name: [list(piece) for piece in pieces] for name, pieces in of.items()}
                for identifier, of in self.images.items()
            }
        return found


def load(data: object) -> Form:
    """Return a form from data, which is taken for hostile. Raises BrokenForm."""
    row = _mapping(data)
    if sum(map(len, _texts(row, depth=8))) > MAX_CHARS:
        raise BrokenForm("too long")
    shapes = tuple(_shape(shape) for shape in _list(row.get("shapes")))
    section = _list(row.get("section", ["\n\n## ", "\n"]))
    if not shapes or len(section) != 2:
        raise BrokenForm("no shapes")
    return Form(
        shapes=shapes,
        paper=_index(row.get("paper", 0), shapes),
        own={key: _own(own, shapes) for key, own in _mapping(row.get("own", {})).items()},
        lead=_text(row.get("lead", "\n\n")),
        intro=Spelling.load(row["intro"]) if "intro" in row else None,
        gap=_text(row.get("gap", "\n\n")),
        before={key: _text(text) for key, text in _mapping(row.get("before", {})).items()},
        order=tuple(map(_text, _list(row.get("order", [])))),
        section=(_text(section[0]), _text(section[1])),
        tail=_text(row.get("tail", "")),
        images={key: _pieces(of) for key, of in _mapping(row.get("images", {})).items()},
    )


def _dumped(piece: Part) -> object:
    return piece if isinstance(piece, str) else piece.dump()


def _dumped_own(own: Own) -> list[object]:
    spellings = {str(index): found.dump() for index, found in own.spellings.items()}
    return [own.shape, spellings] if spellings else [own.shape]


def _shape(data: object) -> Shape:
    pieces = _list(data)
    if not pieces or len(pieces) > MAX_PIECES:
        raise BrokenForm("a shape without pieces, or with too many")
    return tuple(piece if isinstance(piece, str) else Hole.load(piece) for piece in pieces)


def _own(data: object, shapes: tuple[Shape, ...]) -> Own:
    row = _list(data)
    shape = _index(row[0] if row else None, shapes)
    spellings = _mapping(row[1]) if len(row) > 1 else {}
    if not all(key.isdecimal() and len(key) < 5 for key in spellings):
        raise BrokenForm("no number of a piece")
    return Own(shape, {int(key): Spelling.load(value) for key, value in spellings.items()})


def _index(data: object, shapes: tuple[Shape, ...]) -> int:
    (index,) = _numbers([data], 1)
    if index >= len(shapes):
        raise BrokenForm("no such shape")
    return index


def _mapping(data: object) -> Mapping[str, object]:
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise BrokenForm("expected names with values")
    return data


def _list(data: object) -> list[object]:
    if not isinstance(data, list | tuple):
        raise BrokenForm("expected a list")
    return list(data)


def _text(data: object) -> str:
    if not isinstance(data, str):
        raise BrokenForm("expected text")
    return data


def _numbers(data: object, count: int) -> list[int]:
    numbers = [each for each in _list(data) if type(each) is int and 0 <= each <= MAX_CHARS]
    if len(numbers) != count:
        raise BrokenForm("expected numbers")
    return numbers


def _edits(data: object) -> tuple[Edit, ...]:
    found: list[Edit] = []
    at = 0
    for row in map(_list, _list(data)):
        offset, length = _numbers(row[:2], 2)
        if offset < at or len(row) != 3:
            raise BrokenForm("edits out of order")
        found.append((offset, length, _text(row[2])))
        at = offset + length
    return tuple(found)


def _pieces(data: object) -> dict[str, list[Piece]]:
    return {
        name: [_taken(_list(piece)) for piece in _list(pieces)]
        for name, pieces in _mapping(data).items()
    }


def _taken(row: list[object]) -> Piece:
    if len(row) not in (5, 6):
        raise BrokenForm("no piece of a text")
    places = _numbers(row[3:], len(row) - 3)
    return Piece(_text(row[0]), list(map(_text, _list(row[1]))), _text(row[2]), *places)


def _texts(data: object, depth: int) -> Iterator[str]:
    """Yield all texts of data. Raises BrokenForm if it is nested too deeply."""
    if depth == 0:
        raise BrokenForm("nested too deeply")
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from _texts(key, depth - 1)
            yield from _texts(value, depth - 1)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _texts(value, depth - 1)


def spelled(value: str, found: Spelling | None) -> str | None:
    """Return the value as it was spelled, or None if it is not that value any more."""
    if found is None or found.of != spelling.checksum(value):
        return None
    part = value[slice(*found.part)] if found.part else value
    return spelling.apply(found.edits, part)
