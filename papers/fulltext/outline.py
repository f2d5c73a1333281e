"""Sorts the headings and lines of a paper, in its order, into parts."""

from enum import IntEnum
from itertools import pairwise, takewhile

from papers.fulltext import headings
from papers.fulltext.base import Kind, Part


class Level(IntEnum):
    """Depth of a heading. Headings below SECTION stay lines of the part they are in."""

    CHAPTER = 1
    SECTION = 2
    SUBSECTION = 3
    SUBSUBSECTION = 4
    PARAGRAPH = 5
    INSET = 6


class _Open:
    def __init__(self, level: int, kind: Kind, heading: str, *, kept: bool = True) -> None:
        self.level, self.kind, self.heading, self.kept = level, kind, heading, kept
        self.lines: list[str] = []
        self.has_parts = False

    @property
    def is_empty_body(self) -> bool:
        """Whether text is missing here. Thanks that an anonymous paper leaves out are not."""
        outside = self.kind in {Kind.APPENDIX, Kind.ABSTRACT} or (
            self.kind == Kind.OTHER and headings.is_standard(self.heading)
        )
        return not (outside or self.lines or self.has_parts)


class Outline:
    """The parts being filled. Limitations become a part of their own wherever they are named."""

    def __init__(self) -> None:
        self._face = _Open(0, Kind.OTHER, "")
        self._parts = [self._face]
        self._open = self._parts[:]

    def head(self, level: int, heading: str, kind: Kind | None = None) -> None:
        """Begin the text under a clean heading. `kind` is its role, where known otherwise."""
        self.close(level)
        parent, role = self._open[-1], headings.kind_of(heading)
        if role != Kind.LIMITATIONS:
            role = Kind.APPENDIX if parent.kind == Kind.APPENDIX else kind or role
        if level in (Level.CHAPTER, Level.SECTION, Level.INSET) or (
            role == Kind.LIMITATIONS != parent.kind
        ):
            kept = parent.kept and not headings.is_dropped(heading)
            parent.has_parts = True
            self._push(_Open(level, role, heading, kept=kept))
        else:
            self.add(heading)

    def close(self, level: int) -> None:
        """End everything as deep as `level` or deeper. What encloses it stays open."""
        while self._open[-1].level >= level:
            self._open.pop()

    def add(self, line: str) -> None:
        """Add a clean line under the last heading."""
        if line:
            self._open[-1].lines.append(line)

    def drop_face(self, shorter_than: int) -> None:
        """Drop title and authors: what is short or no sentence before the first of all headings."""
        if len(self._parts) > 1:
            self._face.lines = [
                line
                for line in self._face.lines
                if len(line) >= shorter_than and line.endswith((".", "!", "?", ":"))
            ]

    def empty(self) -> list[str]:
        """Return the headings of the body under which nothing stands."""
        body = takewhile(lambda part: part.kept, self._parts[1:])
        return [part.heading for part in body if part.is_empty_body]

    @property
    def has_end(self) -> bool:
        """Whether references, a conclusion or a discussion were met."""
        ends = {Kind.CONCLUSION, Kind.DISCUSSION}
        return any(part.kind in ends or not part.kept for part in self._parts)

    @property
    def skips_body(self) -> bool:
        """Whether a conclusion follows the introduction with nothing between."""
        kinds = [part.kind for part in self._parts]
        return (Kind.INTRODUCTION, Kind.CONCLUSION) in pairwise(kinds)

    def parts(self) -> tuple[Part, ...]:
        return tuple(
            Part(part.kind, part.heading, "\n".join(part.lines))
            for part in self._parts
            if part.kept and part.lines
        )

    def _push(self, part: _Open) -> None:
        self._parts.append(part)
        self._open.append(part)
