"""Sorts the headings and lines of a paper, in its order, into parts."""

from enum import IntEnum

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


class Outline:
    """The parts being filled. Limitations become a part of their own wherever they are named."""

    def __init__(self) -> None:
        self._parts = [_Open(0, Kind.OTHER, "")]
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

    def parts(self) -> tuple[Part, ...]:
        return tuple(
            Part(part.kind, part.heading, "\n".join(part.lines))
            for part in self._parts
            if part.kept and part.lines
        )

    def _push(self, part: _Open) -> None:
        self._parts.append(part)
        self._open.append(part)
