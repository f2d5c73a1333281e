"""Joins a PDF's lines into paragraphs, mends broken words, finds what is no text at both ends."""

import re
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from papers.fulltext.pdf_lines import Line
from papers.text.cleaning import fold

ENTRIES = 5  # this many in a row make a list of references without a heading
ABSTRACT = 200  # characters; shorter text is a line of authors
INDENT = (4, 40)  # points
GAP = 1.3  # times the usual distance between two lines

_ENTRY = re.compile(r"\[(\d{1,3})\]\s")
_CAPTION = re.compile(r"(?:Fig(?:ure|\.)|Table|Algorithm)\s+[\dIVX]+\s*[.:|]", re.IGNORECASE)
_DATED = re.compile(r"\((?:Dated|Received)\b")
_END = (".", "!", "?", ":", ".”", ".)")
_MATH_FONT = re.compile(r"CM(?:MI|SY|EX)|Symbol|MSBM|Math", re.IGNORECASE)
_BROKEN = re.compile("(\\w{1,40})(?:\x02|-\n)(\\w{1,40})")  # PDFium turns a hyphen into \x02
_WORD = re.compile(r"\w{1,80}")
_COMPOUND = re.compile(r"(?=\b(\w{1,40}-\w{1,40})\b)")


def references_start(lines: list[Line]) -> int:
    """Return where the references start, else the end.

    They start where lines in the second half begin with "[1]", "[2]" ..., as in REVTeX.
    """
    entries = [
        (at, int(found[1])) for at, line in enumerate(lines) if (found := _ENTRY.match(line.text))
    ]
    wanted = list(range(1, ENTRIES + 1))
    for first, (at, _) in enumerate(entries):
        numbers = [number for _, number in entries[first : first + ENTRIES]]
        if numbers == wanted and at > len(lines) / 2:
            return at
    return len(lines)


def unlabelled_abstract(lines: list[Line]) -> list[Line]:
    """Return the last lines in one font before the introduction, if long enough for an abstract."""
    run: list[Line] = []
    for line in reversed(lines):
        plain = len(line.text) > 5 and not _MATH_FONT.search(line.font)
        if plain and run and (line.font, line.size) != (run[-1].font, run[-1].size):
            break
        run.append(line)
    run = [line for line in reversed(run) if not _DATED.match(line.text)]
    return run if sum(len(line.text) for line in run) >= ABSTRACT else []


class Joiner:
    """Joins the lines of one paper. It knows the words the paper uses."""

    def __init__(self, lines: list[Line]) -> None:
        text = "\n".join(line.text for line in lines).lower()
        self._known = set(_WORD.findall(text)) | set(_COMPOUND.findall(text))
        gaps = [before.foot - line.height for before, line in pairwise(lines)]
        self._gap = GAP * median([gap for gap in gaps if gap > 0.005] or [1.0])

    def paragraphs(self, lines: list[Line]) -> Iterator[str]:
        """Yield the clean paragraphs of the lines between two headings."""
        start = 0
        for at in range(1, len(lines) + 1):
            if at == len(lines) or self._breaks(lines[start], lines[at - 1], lines[at]):
                text = "\n".join(line.text for line in lines[start:at])
                yield fold(_BROKEN.sub(self._mended, text))
                start = at

    def _breaks(self, first: Line, before: Line, line: Line) -> bool:
        if _CAPTION.match(line.text):
            return True
        if _CAPTION.match(first.text) and line.size > first.size + 0.5:
            return True  # A caption stands in the middle of another paragraph's sentence.
        indented = INDENT[0] < line.left - before.left < INDENT[1]
        apart = before.foot - line.height > self._gap
        return before.text.endswith(_END) and (indented or apart) and not line.text[0].islower()

    def _mended(self, broken: re.Match[str]) -> str:
        """Return the word without its hyphen, unless the paper writes it with one elsewhere."""
        left, right = broken.groups()
        if f"{left}{right}".lower() in self._known:
            return left + right
        hyphenated = f"{left}-{right}"
        kept = left[-1].isdigit() or left[-1].isupper() or not right[0].islower()
        return hyphenated if kept or hyphenated.lower() in self._known else left + right
