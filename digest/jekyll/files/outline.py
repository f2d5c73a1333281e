"""Which lines of a Markdown text are structure: the rules that reading and writing share.

A line is live unless it stands in a fenced code block or in an HTML comment that begins a line
(CommonMark 0.31, sections 4.5 and 4.6). Only live lines that begin at the margin are headings of
ours: `PAPER` and, below one, `SECTION`.

Text that only looks like structure is *guarded* when written and comes back exactly when read:
such a line gets a backslash in front, which Markdown renders as the text itself, and a code block
or comment left open is closed, with `CLOSED` as the mark that the closing is not the editor's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

PAPER = re.compile(r"\\*#[ \t]+(?:[0-9]{1,3}[.)](?:[ \t]|$)|\[.*\]\(.*arxiv\.org/)")
"""A live line that begins a paper: ``# 3. ...`` or ``# [...](https://arxiv.org/...)``."""

SECTION = re.compile(r"\\*##[ \t]+[^ \t]")
"""A live line that begins a section of the paper above it."""

CLOSED = "<!-- closed by the export -->"

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_COMMENT = re.compile(r" {0,3}<!--")
_CLOSING = re.compile(rf"\n(?:`{{3,}}|~{{3,}}|-->|<!-- -->)\n{CLOSED}\Z")


@dataclass(frozen=True, slots=True)
class Outline:
    """Which lines are live, and what is open after the last: its closing line, and where it began.

    ``closer`` is empty and ``opened`` -1 when nothing is open.
    """

    live: tuple[bool, ...]
    closer: str
    opened: int


def scan(lines: Sequence[str], *, more_follows: bool = False) -> Outline:
    """The outline of ``lines``.

    A comment without an end is text and hides nothing, unless ``more_follows``, for then what
    follows may end it.
    """
    ends = [number for number, line in enumerate(lines) if "-->" in line]
    last_end = len(lines) if more_follows else max(ends, default=-1)
    live, closer, opened = [], "", -1
    for number, line in enumerate(lines):
        live.append(not closer)
        if closer:
            closer = "" if _closes(line, closer) else closer
        elif closer := _opens(line, comment=number < last_end):
            opened = number
    return Outline(tuple(live), closer, opened if closer else -1)


def _opens(line: str, *, comment: bool) -> str:
    """The line that would close what this line opens; empty when it opens nothing."""
    if fence := _FENCE.match(line):
        return fence[1]
    if comment and (start := _COMMENT.match(line)) and line.find("-->", start.end() - 2) < 0:
        return "-->"
    return ""


def _closes(line: str, closer: str) -> bool:
    if closer == "-->":
        return closer in line
    marks = line.strip(" \t")
    indented = line.startswith("    ")
    return not indented and len(marks) >= len(closer) and set(marks) == {closer[0]}


def tidy(markdown: str) -> str:
    """The text without white space at line ends and without blank lines around it."""
    lines = [line.rstrip(" \t") for line in markdown.split("\n")]
    return "\n".join(lines).strip("\n")


def guard(markdown: str, *structure: re.Pattern[str]) -> str:
    """The tidied text as it is written where lines like ``structure`` have a meaning."""
    lines = tidy(markdown).split("\n")
    outline = scan(lines, more_follows=True)
    written = [
        f"\\{line}" if live and _matches(line, structure) else line
        for line, live in zip(lines, outline.live, strict=True)
    ]
    if outline.closer or lines[-1] == CLOSED:
        written += [outline.closer or "<!-- -->", CLOSED]
    return "\n".join(written)


def unguard(lines: Sequence[str], live: Sequence[bool], *structure: re.Pattern[str]) -> str:
    """The tidied text of lines that `guard` may have written, given which of them are live."""
    read = [
        line[1:] if alive and line[:1] == "\\" and _matches(line, structure) else line
        for line, alive in zip(lines, live, strict=True)
    ]
    return tidy(_CLOSING.sub("", tidy("\n".join(read))))


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a file below its front matter; ``first_line`` is where they begin in it."""

    lines: tuple[str, ...]
    outline: Outline
    first_line: int

    @classmethod
    def of(cls, lines: Sequence[str], first_line: int) -> "Page":
        return cls(tuple(lines), scan(lines), first_line)

    def starts(self, form: re.Pattern[str], begin: int = 0, end: int | None = None) -> list[int]:
        """Where live lines like ``form`` stand, those that `guard` disarmed left out."""
        return [
            index
            for index in range(begin, len(self.lines) if end is None else end)
            if self.outline.live[index]
            and not self.lines[index].startswith("\\")
            and form.match(self.lines[index])
        ]

    def text(self, begin: int, end: int, *structure: re.Pattern[str]) -> str:
        """The Markdown of these lines, as it was before `guard`."""
        return unguard(self.lines[begin:end], self.outline.live[begin:end], *structure)

    def number(self, index: int) -> int:
        """The line of the file that ``lines[index]`` is, counted from one."""
        return self.first_line + index


def _matches(line: str, structure: Sequence[re.Pattern[str]]) -> bool:
    return any(form.match(line) for form in structure)
