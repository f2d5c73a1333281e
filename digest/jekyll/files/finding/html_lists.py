"""Finds the items of lists in HTML, and how deep in lists each line stands."""

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

_ITEM = re.compile(
    r"[ \t]{0,20}(?P<lists>(?:<[uo]l\b[^<>\n]{0,300}>[ \t]*)?)<li\b[^<>\n]{0,300}>[ \t]*"
)
_LIST = re.compile(r"<(?P<closing>/?)[uo]l\b")
_CLOSED = re.compile(r"[ \t]*</li>(?:[ \t]*</(?:li|[uo]l)>)*[ \t]*\Z")
_LONGEST = 2_000  # characters of a line that is looked at
_LONGEST_END = 300  # and of its end, for the tags that close an item. It is looked at several times


class HtmlLists:
    """The lists of a page. ``depth[index]`` is how many are open where a line begins."""

    def __init__(self, lines: Sequence[str], live: Sequence[bool]) -> None:
        """Look at each line once."""
        self._lines = lines
        steps = (step(line) if alive else 0 for line, alive in zip(lines, live, strict=True))
        self.depth = list(accumulate(steps, lambda depth, step: max(depth + step, 0), initial=0))

    def item(self, index: int) -> tuple[int, int] | None:
        """Return the span of the text of an item of an outermost list, if it begins in a line.

        A text below its tag begins in the line of its own.
        """
        line = self._lines[index]
        match = _ITEM.match(line) if len(line) <= _LONGEST else None
        if match and match.end() < len(line.rstrip(" \t")) and self._is_outermost(index, match):
            closed = _CLOSED.search(line, max(match.end(), len(line) - _LONGEST_END))
            return match.end(), closed.start() if closed else len(line)
        above = self._lines[index - 1] if index else ""
        match = None if match else _ITEM.match(above[:_LONGEST])
        if match and match.end() >= len(above) and self._is_outermost(index - 1, match):
            return len(line) - len(line.lstrip(" \t")), len(line)
        return None

    def _is_outermost(self, index: int, match: re.Match[str]) -> bool:
        return self.depth[index] + bool(match["lists"]) == 1

    def end(self, index: int) -> int:
        """Return the line after the end of the outermost list that a line stands in, or -1."""
        in_list = self.depth[index] or self.depth[index + 1]
        return self._ends[index + 1] if in_list else -1

    @cached_property
    def _ends(self) -> list[int]:
        """For each line, itself if it begins outside of lists, or the next that does, or -1."""
        ends, end = [], -1
        for index in range(len(self.depth) - 1, -1, -1):
            end = end if self.depth[index] else index
            ends.append(end)
        return ends[::-1]


def closed(text: str) -> tuple[str, str]:
    """Return a text without the tags that end its item and lists, and these tags."""
    match = _CLOSED.search(text, max(0, len(text) - _LONGEST_END))
    at = match.start() if match else len(text)
    return text[:at], text[at:]


def begins_item(line: str) -> bool:
    """Return whether a line begins with the tag of an item."""
    return bool(_ITEM.match(line[:_LONGEST]))


def step(line: str) -> int:
    """Return by how many lists the depth grows in a line."""
    if "<" not in line or len(line) > _LONGEST:
        return 0
    return sum(-1 if match["closing"] else 1 for match in _LIST.finditer(line))
