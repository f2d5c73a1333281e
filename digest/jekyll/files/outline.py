"""Finds the lines of a Markdown text that can be structure. Reading and writing share these rules.

A line is live unless it is in a fenced code block, in Jekyll's ``{% highlight %}``, or in an HTML
comment that begins a line (CommonMark 0.31, sections 4.5 and 4.6). Only live lines can be
structure. A code block without an end ends where a blank line and a heading follow, because
kramdown takes it as text.

Text that only looks like structure is *guarded* when written, and is the same again when read. Such
a line gets a backslash before its mark, which Markdown renders as the text itself. An open code
block or comment is closed, and `CLOSED` marks that the closing is not the editor's.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

CLOSED = "<!-- closed by the export -->"
BREAK = "\u2028"
"""In a line that is several lines of the file, each end of a line between them."""

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_COMMENT = re.compile(r" {0,3}<!--")
_HIGHLIGHT = re.compile(r"[ \t]{0,20}\{%-?[ \t]*highlight\b")
_ENDHIGHLIGHT = "endhighlight"
_HEADING = re.compile(r"#{1,6}[ \t]+[^ \t]")
_MARK = re.compile(r"([ \t]*(?:[0-9]{1,5}(?=\\*[.)]))?)(\\*)")
_CLOSING = re.compile(rf"\n(?:`{{3,}}|~{{3,}}|-->|<!-- -->)\n{CLOSED}\Z")


@dataclass(frozen=True, slots=True)
class Outline:
    """The live lines, and the block that is open after the last line.

    ``closer`` is the line that would close the block, and ``opened`` the index of its first line.
    ``closer`` is empty and ``opened`` -1 if nothing is open. ``cut`` has the indexes of the first
    lines of code blocks without an end that a heading ended.
    """

    live: tuple[bool, ...]
    closer: str
    opened: int
    cut: tuple[int, ...] = ()


def scan(lines: Sequence[str], *, more_follows: bool = False) -> Outline:
    """Return the outline of ``lines``.

    A comment without an end is text and hides nothing. With ``more_follows`` it may hide lines,
    because what follows may end it, and so may a code block that holds a heading.
    """
    ends = [number for number, line in enumerate(lines) if "-->" in line]
    last_end = len(lines) if more_follows else max(ends, default=-1)
    last_liquid = max((n for n, line in enumerate(lines) if _ENDHIGHLIGHT in line), default=-1)
    endings = {} if more_follows else _longest_endings(lines)
    live, closer, opened, unclosed, cut = [], "", -1, False, []
    for number, line in enumerate(lines):
        if closer and unclosed and _HEADING.match(line) and not lines[number - 1].strip(" \t"):
            cut.append(opened)
            closer = ""
        live.append(not closer)
        if closer:
            closer = "" if _closes(line, closer) else closer
        elif closer := _opens(line, comment=number < last_end, liquid=number < last_liquid):
            opened = number
            unclosed = len(closer) > endings.get((closer[0], number), len(closer))
    return Outline(tuple(live), closer, opened if closer else -1, tuple(cut))


def _longest_endings(lines: Sequence[str]) -> dict[tuple[str, int], int]:
    """Return for each line that opens a code block the length of the longest line that may end it.

    It is 0 if there is none.
    """
    longest = {"`": 0, "~": 0}
    endings = {}
    for number in range(len(lines) - 1, -1, -1):
        if fence := _FENCE.match(lines[number]):
            endings[fence[1][0], number] = longest[fence[1][0]]
            if _closes(lines[number], fence[1]):
                longest[fence[1][0]] = max(longest[fence[1][0]], len(fence[1]))
    return endings


def _opens(line: str, *, comment: bool, liquid: bool) -> str:
    """Return the line that would close what this line opens, or "" if it opens nothing."""
    if liquid and _HIGHLIGHT.match(line) and _ENDHIGHLIGHT not in line:
        return _ENDHIGHLIGHT
    if fence := _FENCE.match(line):
        return fence[1]
    if comment and (start := _COMMENT.match(line)) and line.find("-->", start.end() - 2) < 0:
        return "-->"
    return ""


def _closes(line: str, closer: str) -> bool:
    if closer in ("-->", _ENDHIGHLIGHT):
        return closer in line
    marks = line.strip(" \t")
    indented = line.startswith("    ")
    return not indented and len(marks) >= len(closer) and set(marks) == {closer[0]}


def tidy(markdown: str) -> str:
    """Return the text without white space at line ends and without blank lines around it."""
    lines = [line.rstrip(" \t") for line in markdown.split("\n")]
    return "\n".join(lines).strip("\n")


Structure = Callable[[str], bool]
"""Returns whether a line, read without the backslashes before its mark, is structure."""


def looks(line: str, structure: Structure) -> bool:
    """Return whether a line is structure but for any backslashes before its mark."""
    mark = _MARK.match(line)
    return structure(mark[1] + line[mark.end() :] if mark and mark[2] else line)


def is_guarded(line: str) -> bool:
    """Return whether a backslash before its mark keeps the line from being structure."""
    mark = _MARK.match(line)
    return bool(mark and mark[2])


def guard(markdown: str, structure: Structure) -> str:
    """Return the tidied text, with lines that look like ``structure`` guarded, for writing."""
    lines = tidy(markdown).split("\n")
    outline = scan(lines, more_follows=True)
    written = list(_guarded(lines, outline.live, structure))
    if outline.closer or lines[-1] == CLOSED:
        written += [outline.closer or "<!-- -->", CLOSED]
    return "\n".join(written)


def _guarded(lines: Sequence[str], live: Sequence[bool], structure: Structure) -> Iterator[str]:
    for number, line in enumerate(lines):
        if live[number] and _was_guarded(line, structure, is_last=number == len(lines) - 1):
            at = _MARK.match(line)[1]  # type: ignore[index]  # It matches any line.
            yield f"{at}\\{line[len(at) :]}"
        else:
            yield line


def unguard(lines: Sequence[str], live: Sequence[bool], structure: Structure) -> str:
    """Return the tidied text of lines that `guard` may have written. ``live`` has the live ones."""
    lines = [line.rstrip(" \t") for line in lines]
    last = max((number for number, line in enumerate(lines) if line), default=-1)
    read = [
        _unguarded(line)
        if alive and (looks(line, structure) or (number == last and looks(line, is_rule)))
        else line
        for number, (line, alive) in enumerate(zip(lines, live, strict=True))
    ]
    return tidy(_CLOSING.sub("", tidy("\n".join(read))))


def _was_guarded(line: str, structure: Structure, *, is_last: bool) -> bool:
    return looks(line, structure) or (is_last and looks(line, is_rule))


def _unguarded(line: str) -> str:
    mark = _MARK.match(line)
    return mark[1] + line[mark.end(1) + 1 :] if mark and mark[2] else line


def is_rule(line: str) -> bool:
    """Return whether a line is a thematic break (CommonMark 0.31, section 4.1)."""
    marks = line.replace(" ", "").replace("\t", "")
    at_margin = not line.startswith(("    ", "\t"))
    return at_margin and len(marks) >= 3 and marks[0] in "-*_" and not marks.strip(marks[0])


@dataclass(frozen=True)
class Page:
    """The lines of a file below its front matter. ``first_line`` is their first line's number.

    ``breaks`` has the white space before those that are no line of the file, but the rest of the
    one above. See `side_by_side`. A line may also be several of the file. See `long_rows`.
    """

    lines: tuple[str, ...]
    outline: Outline
    first_line: int
    breaks: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, lines: Sequence[str], first_line: int, breaks: Mapping[int, str] | None = None
    ) -> "Page":
        return cls(tuple(lines), scan(lines), first_line, breaks or {})

    def text(self, begin: int, end: int, structure: Structure) -> str:
        """Return the Markdown of these lines as it was before `guard`."""
        text = unguard(self.lines[begin:end], self.outline.live[begin:end], structure)
        return text.replace(BREAK, "\n")

    def number(self, index: int) -> int:
        """Return the number of ``lines[index]`` in the file, counted from one."""
        joined = self._joined[min(index, len(self.lines))]
        return self.first_line + index + joined - bisect_right(self._broken, index)

    @cached_property
    def _joined(self) -> list[int]:
        """For each line the ends of lines of the file within those above it."""
        return list(accumulate((line.count(BREAK) for line in self.lines), initial=0))

    @cached_property
    def _broken(self) -> list[int]:
        return sorted(self.breaks)

    def between(self, begin: int, end: int) -> str:
        """Return what stands in the file from the end of the line above ``begin`` to ``end``."""
        pieces = []
        for index in range(begin, end):
            pieces += [self.breaks.get(index, "\n"), self.lines[index].rstrip(" \t")]
        text = "".join([*pieces, self.breaks.get(end, "\n")]) if begin <= end else ""
        return text.replace(BREAK, "\n")

    def written(self, begin: int, end: int) -> str:
        """Return these lines as they stand in the file, without white space at their ends."""
        return self.join(end, self.lines[begin:end])

    def join(self, end: int, lines: Sequence[str]) -> str:
        """Return lines as in the file. They are those above ``end``, or what is left of them."""
        pieces: list[str] = []
        for index, line in enumerate(lines, start=end - len(lines)):
            pieces += [self.breaks.get(index, "\n"), line.rstrip(" \t")]
        return "".join(pieces[1:]).replace(BREAK, "\n")
