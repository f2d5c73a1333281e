"""Finds the headings among a PDF's lines: by number and sequence, by name, and by their looks."""

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from papers.fulltext import headings
from papers.fulltext.base import Kind
from papers.fulltext.gaps import jump
from papers.fulltext.outline import Level
from papers.fulltext.pdf_capitals import Looks, goes_on, is_loud
from papers.fulltext.pdf_lines import Line
from papers.text.cleaning import fold

_NUMBERED = re.compile(
    r"""(?: (?P<inner>(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){1,3})\.?
    | (?P<arabic>\d{1,2})\.? | (?P<roman>[IVX]{1,6})[.:]?
    | (?:(?i:appendix)\ )?(?P<letter>[A-Z])[.:]?
    )\s+(?P<title>["“'‘(]?[^\W\d_a-z].{0,98})""",
    re.VERBOSE,
)
_RUN_IN = re.compile(
    r"(?P<title>(?P<abstract>abstract)|acknowledge?ments?|(?P<limits>limitations?))\s*[.:—–-]+"
    r"\s*(?P<rest>\S.*)",
    re.IGNORECASE,
)
_PAGE_AT_END = re.compile(r"(?:\.\s?){3,}|\s\d{1,3}$")  # a table of contents
MISSED = 4  # sections; a larger jump is the row of a table


class Heading(NamedTuple):
    """A heading, and the text after it on its line."""

    level: Level
    title: str
    kind: Kind | None = None
    rest: str = ""
    is_first: bool = False
    """Whether it has the first number of all."""


def merge_broken(lines: list[Line]) -> list[Line]:
    """Join a heading that was broken over two lines: a numbered one, or one in capitals."""
    merged = lines[:1]
    for before, line in pairwise(lines):
        if _goes_on(before, line) or goes_on(before, line):
            text = f"{merged[-1].text} {line.text}"
            merged[-1] = merged[-1]._replace(text=text, lead=text, foot=line.foot)
        else:
            merged.append(line)
    return merged


def _goes_on(before: Line, line: Line) -> bool:
    alike = (before.font, before.size) == (line.font, line.size)
    if not alike or not _is_bold(before) or not _is_bold(line):
        return False
    known = _NUMBERED.fullmatch(line.text) or headings.is_standard(line.text)
    return bool(_NUMBERED.fullmatch(before.text)) and not known


class Finder:
    """Finds the headings of one paper, line by line."""

    def __init__(self, lines: list[Line]) -> None:
        sizes = Counter[float]()
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
        self._body = max(sizes, key=sizes.__getitem__, default=0.0)
        self._section_size = 0.0
        self._looks = Looks(lines)
        self._numbers = {"arabic": 0, "roman": 0, "letter": 0}
        self._after_references = False
        self.count = 0
        """The number of headings found so far."""
        self.gap = ""
        """The sign that sections are missing, or ""."""

    def find(self, line: Line) -> Heading | None:
        heading = self._run_in(line) or self._named(line) or self._numbered(line)
        if heading is None:
            return None
        self.count += 1
        self._after_references |= headings.is_dropped(heading.title)
        if heading.level == Level.SECTION and not heading.kind:
            self._section_size = self._section_size or line.size
        return heading

    def _run_in(self, line: Line) -> Heading | None:
        """Return a heading inside a line.

        That is "Abstract: We show ..." or a paragraph's bold "Limitations. We ...".
        """
        found = _RUN_IN.fullmatch(line.text)
        if found is None or self._after_references:
            return None
        if found["abstract"]:
            kind = Kind.ABSTRACT
            return (
                None if self.count else Heading(Level.SECTION, found["title"], kind, found["rest"])
            )
        if not line.lead.startswith(found["title"]):
            return None
        level = Level.PARAGRAPH if found["limits"] else Level.SECTION
        return Heading(level, found["title"], rest=found["rest"])

    def _named(self, line: Line) -> Heading | None:
        """Return a heading that has a usual name and no number."""
        title = fold(line.text).rstrip(" .:")
        if headings.is_dropped(headings.without_number(title)):
            return Heading(Level.SECTION, headings.without_number(title))
        large = line.size >= self._section_size - 0.5
        if headings.is_standard(title) and large and self._stands_out(line):
            return Heading(Level.SECTION, title)
        centred = self.count and not self._after_references and self._looks.has(line)
        return Heading(Level.SECTION, title) if centred else None

    def _numbered(self, line: Line) -> Heading | None:
        found = _NUMBERED.fullmatch(line.text)
        if not found or not self._stands_out(line) or _PAGE_AT_END.search(line.text):
            return None
        title = fold(found["title"]).rstrip(" .:")
        if number := found["inner"]:
            return self._inner(number, title)
        if found["letter"] or (found["roman"] and self._numbers["arabic"]):
            return self._lettered(found["letter"] or found["roman"], line, title)
        number = found["arabic"] or found["roman"]
        scheme = "arabic" if found["arabic"] else "roman"
        value = int(number) if found["arabic"] else headings.roman_value(number) or 0
        first = not any(self._numbers.values())
        if self._after_references or not self._continues(value, self._numbers[scheme], title):
            return None
        self._numbers |= {scheme: value, "letter": 0}
        return Heading(Level.SECTION, title, is_first=first)

    def _continues(self, value: int, before: int, title: str) -> bool:
        """Return whether a section may have this number, and note that sections are missing.

        One heading may have been missed. More are no longer there, if the title is a usual one: a
        table's row does not continue its numbers.
        """
        missed = value - before - 1
        if 1 < missed <= MISSED and headings.is_standard(title):
            self.gap = self.gap or jump(before, value)
            return True
        return missed in (0, 1)

    def _inner(self, number: str, title: str) -> Heading | None:
        main, *rest = number.split(".")
        if main not in (str(self._numbers["arabic"]), chr(ord("@") + self._numbers["letter"])):
            return None
        return Heading(min(Level(Level.SECTION + len(rest)), Level.PARAGRAPH), title)

    def _lettered(self, letter: str, line: Line, title: str) -> Heading | None:
        """Return an appendix or, if sections have Roman numbers, a subsection."""
        value = ord(letter[0]) - ord("@")
        seen = self._after_references or self._numbers["arabic"] or self._numbers["roman"]
        if len(letter) > 1 or not seen or value not in (1, self._numbers["letter"] + 1):
            return None
        self._numbers["letter"] = value
        named = line.text.lower().startswith("appendix")
        if self._numbers["roman"] and not self._after_references and not named:
            return Heading(Level.SUBSECTION, title)
        return Heading(Level.SECTION, title, Kind.APPENDIX)

    def _stands_out(self, line: Line) -> bool:
        return _is_bold(line) or is_loud(line) or line.size > self._body * 1.08


def _is_bold(line: Line) -> bool:
    return line.lead == line.text
