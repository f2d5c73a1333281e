"""Takes the text of figures out of a PDF's lines: axis labels, legends, numbers in little boxes.

The text layer has it in the middle of the paragraph that the figure interrupts. A figure has fonts
of its own, in which the paper writes no prose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from papers.fulltext.pdf_lines import Line

RUN = 5  # lines in a row; fewer are an equation, a heading or a name
LONGEST = 60  # characters of a label
PROSE = 40  # characters of a line of prose
_PROSE_LINES = 2  # which make a font one of prose
_TABLE = re.compile(r"Tab(?:le|\.)\s+(?:\d|[IVX]+\b)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\S)[-+−±]?\d[\d.,]{0,20}%?(?!\S)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_PROSE_WORDS = 4
_MATH = re.compile(r"CM(?:MI|SY|EX)|MS[AB]M|Symbol|StandardSym|Math(?!ematica)", re.IGNORECASE)
_CODE = re.compile(r"TT|Mono|Courier|Consol|Typewriter|Code|Terminal", re.IGNORECASE)
_COMPUTER_MODERN = re.compile(r"(?:CM|SF)(?:R|BX|B|TI|SL|CSC|SS)[A-Z]*\d")


def without_figures(lines: list[Line]) -> list[Line]:
    """Return the lines without runs of labels. Equations, tables and code are none."""
    prose = _prose_fonts(lines)
    return list(_kept(lines, prose)) if prose else lines


def _kept(lines: list[Line], prose: set[str]) -> Iterator[Line]:
    for is_label, group in groupby(lines, lambda line: _is_label(line, prose)):
        run = list(group)
        table = next((at for at, line in enumerate(run) if _TABLE.match(line.text)), len(run))
        labels = run[:table]
        if not is_label or len(labels) < RUN or _is_equation(labels) or _has_columns(labels):
            yield from labels
        yield from run[table:]


def _has_columns(run: list[Line]) -> bool:
    """Return whether most lines are rows of numbers. The numbers at an axis stand in one line."""
    return sum(len(_NUMBER.findall(line.text)) > 1 for line in run) > len(run) / 2


def _is_label(line: Line, prose: set[str]) -> bool:
    foreign = _family(line.font) not in prose and not _CODE.search(line.font)
    return foreign and len(line.text) <= LONGEST


def _is_equation(run: list[Line]) -> bool:
    return sum(bool(_MATH.search(line.font)) for line in run) > len(run) / 2


def _prose_fonts(lines: list[Line]) -> set[str]:
    long = Counter(
        _family(line.font)
        for line in lines
        if len(line.text) >= PROSE and len(_WORD.findall(line.text)) >= _PROSE_WORDS
    )
    return {family for family, count in long.items() if count >= _PROSE_LINES}


def _family(font: str) -> str:
    """Return a font without its style: a bold heading is of the family of the text."""
    if _COMPUTER_MODERN.match(font):
        return "Computer Modern"
    return re.split(r"[-,]", font, maxsplit=1)[0].removesuffix("MT").removesuffix("PS")
