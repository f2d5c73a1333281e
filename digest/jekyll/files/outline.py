"""Finds the lines of a Markdown text that are structure. Reading and writing share these rules.

A line is live unless it is in a fenced code block, or in an HTML comment that begins a line
(CommonMark 0.31, sections 4.5 and 4.6). Only live lines that begin at the margin are our headings:
`PAPER` and, below one, `SECTION`.

Text that only looks like structure is *guarded* when written, and is the same again when read. Such
a line gets a backslash in front, which Markdown renders as the text itself. An open code block or
comment is closed, and `CLOSED` marks that the closing is not the editor's.
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
    """The live lines, and the block that is open after the last line.

    ``closer`` is the line that would close the block, and ``opened`` the index of its first line.
    ``closer`` is empty and ``opened`` -1 if nothing is open.
    """

    live: tuple[bool, ...]
    closer: str
    opened: int


def scan(lines: Sequence[str], *, more_follows: bool = False) -> Outline:
    """Return the outline of ``lines``.

    A comment without an end is text and hides nothing. With ``more_follows`` it may hide lines,
    because what follows may end it.
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
    """Return the line that would close what this line opens, or "" if it opens nothing."""
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
    """Return the text without white space at line ends and without blank lines around it."""
    lines = [line.rstrip(" \t") for line in markdown.split("\n")]
    return "\n".join(lines).strip("\n")


def guard(markdown: str, *structure: re.Pattern[str]) -> str:
    """Return the tidied text, with lines that look like ``structure`` guarded, for writing."""
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
    """Return the tidied text of lines that `guard` may have written. ``live`` has the live ones."""
    read = [
        line[1:] if alive and line[:1] == "\\" and _matches(line, structure) else line
        for line, alive in zip(lines, live, strict=True)
    ]
    return tidy(_CLOSING.sub("", tidy("\n".join(read))))


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a file below its front matter. ``first_line`` is their first line's number."""

    lines: tuple[str, ...]
    outline: Outline
    first_line: int

    @classmethod
    def of(cls, lines: Sequence[str], first_line: int) -> "Page":
        return cls(tuple(lines), scan(lines), first_line)

    def starts(self, form: re.Pattern[str], begin: int = 0, end: int | None = None) -> list[int]:
        """Return the indexes of live lines that match ``form``, without those `guard` escaped."""
        return [
            index
            for index in range(begin, len(self.lines) if end is None else end)
            if self.outline.live[index]
            and not self.lines[index].startswith("\\")
            and form.match(self.lines[index])
        ]

    def text(self, begin: int, end: int, *structure: re.Pattern[str]) -> str:
        """Return the Markdown of these lines as it was before `guard`."""
        return unguard(self.lines[begin:end], self.outline.live[begin:end], *structure)

    def number(self, index: int) -> int:
        """Return the number of ``lines[index]`` in the file, counted from one."""
        return self.first_line + index


def _matches(line: str, structure: Sequence[re.Pattern[str]]) -> bool:
    return any(form.match(line) for form in structure)
