"""Finds the cells of a table's row, the names of its columns, and what a row says of a paper.

A row is a line of Markdown, or one of HTML from ``<tr>`` to ``</tr>``.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from digest.jekyll.files.finding import lookup, marks, mentions, titles
from digest.jekyll.files.lines import unescape
from digest.jekyll.files.outline import BREAK
from papers import kinds
from papers.text.cleaning import fold

_BAR = re.compile(r"\\.|\|")
_ROW = re.compile(rf"[ \t]{{0,20}}<tr\b[^<>\n]{{0,300}}>[ \t{BREAK}]*<t[dh]\b")
_BLANKS = f" \t{BREAK}"
_HTML_CELL = re.compile(r"<t[dh]\b[^<>\n]{0,300}>(?P<text>[^\n]*?)(?=<t[dh]\b|</t[dhr]>|\Z)")
_TAG = re.compile(r"<[^<>\n]{0,300}>")
_RULE = re.compile(r"[|:\- \t]+")
_TITLE_COLUMNS = frozenset(("paper", "papers", "논문", "論文", "论文", "name"))
_ID_WORDS = frozenset(("arxiv", "id"))
MAX_CELLS = 50

Cell = tuple[int, int]


def cells(line: str) -> list[Cell]:
    """Return the spans of the texts of a row's cells, without white space around them."""
    if is_html(line):
        spans = [match.span("text") for match in _HTML_CELL.finditer(line)]
    else:
        bars = [match.start() for match in _BAR.finditer(line) if match[0] == "|"]
        spans = [(begin + 1, end) for begin, end in pairwise([-1, *bars, len(line)])]
        first = 0 if line[slice(*spans[0])].strip(" \t") else 1  # Before the first bar.
        last = None if line[slice(*spans[-1])].strip(" \t") else -1
        spans = spans[first:last]
    return [_trimmed(line, *span) for span in spans[:MAX_CELLS]]


def _trimmed(line: str, begin: int, end: int) -> Cell:
    text = line[begin:end]
    begin += len(text) - len(text.lstrip(_BLANKS))
    return begin, max(begin, end - len(text) + len(text.rstrip(_BLANKS)))


def is_html(line: str) -> bool:
    """Return whether a line is a row of HTML."""
    return "<tr" in line and bool(_ROW.match(line))


def is_html_head(line: str) -> bool:
    """Return whether a row of HTML has the names of columns: no cell of values."""
    return is_html(line) and "<td" not in line


def columns(lines: Sequence[str]) -> dict[int, list[str]]:
    """Return the names of the columns for the index of each row of a table, its head included."""
    found: dict[int, list[str]] = {}
    of_html: list[str] = []
    for index, line in enumerate(lines):
        if is_html(line):
            if is_html_head(line):
                of_html = [fold(_TAG.sub(" ", line[begin:end])) for begin, end in cells(line)]
            found[index] = of_html
        elif "table" in line:
            of_html = []
        if not line.lstrip(" ").startswith("|"):
            continue
        if index and is_rule(line) and lines[index - 1].lstrip(" ").startswith("|"):
            names = [lines[index - 1][begin:end] for begin, end in cells(lines[index - 1])]
            found[index - 1] = found[index] = names
        elif index - 1 in found:
            found[index] = found[index - 1]
    return found


def is_rule(line: str) -> bool:
    """Return whether a row is the rule below the names of columns."""
    return "-" in line and bool(_RULE.fullmatch(line))


def title(line: str, names: Sequence[str]) -> Cell | None:
    """Return the cell that has the title of the paper that a row names, or None."""
    return _told_title(line, names) or _guessed_title(line, names)


def _told_title(line: str, names: Sequence[str]) -> Cell | None:
    """Return the cell that has a link to a paper as its title, or is below a name for titles."""
    found = cells(line)
    for begin, end in found:
        text = line[begin:end]
        if next(marks.ids(text), ""):
            written = titles.find(text)
            if not mentions.says_where(text[written.begin : written.end]):
                return begin, end
    named = (cell for cell, name in zip(found, names, strict=False) if _is_title(name))
    return next((cell for cell in named if cell[0] < cell[1]), None)


def _guessed_title(line: str, names: Sequence[str]) -> Cell | None:
    """Return the first cell that can be a title, if the row names a paper."""
    if not next(marks.ids(line), "") and not bare_ids(line, names):
        return None
    named = zip(cells(line), names, strict=False)
    return next((cell for cell, name in named if _can_be_title(line[slice(*cell)], name)), None)


def untitled(lines: Sequence[str], columns: Mapping[int, list[str]]) -> set[int]:
    """Return the indexes of rows whose title would be that of another row of their table.

    It is a topic then, and so is that of each row of the table that only could have a title.
    """
    guessed: dict[int, list[int]] = defaultdict(list)
    seen: dict[int, set[str]] = defaultdict(set)
    for index, names in columns.items():
        line = lines[index]
        if not _told_title(line, names) and (cell := _guessed_title(line, names)):
            guessed[id(names)].append(index)
            seen[id(names)].add(fold(line[slice(*cell)]).casefold())
    shared = (rows for key, rows in guessed.items() if len(seen[key]) < len(rows))
    return {index for rows in shared for index in rows}


def bare_ids(line: str, names: Sequence[str]) -> list[str]:
    """Return the ids that stand bare below a column whose name says that they are."""
    found = zip(cells(line), names, strict=False)
    texts = (line[slice(*cell)] for cell, name in found if _ID_WORDS & set(name.casefold().split()))
    return [text.partition("v")[0] for text in texts if titles.is_id(text)]


def _can_be_title(text: str, name: str) -> bool:
    """Return whether a cell has words that are no label, below a column for no fact."""
    is_fact = lookup.fact(name) or lookup.other_fact(name)
    is_label = lookup.fact(text) or lookup.other_fact(text) or lookup.is_section(text)
    return bool(re.search(r"[^\W\d]{2}", text)) and not is_fact and not is_label


def _is_title(name: str) -> bool:
    return lookup.other_fact(name) == lookup.TITLE or name.casefold() in _TITLE_COLUMNS


def has_values(names: Sequence[str]) -> bool:
    """Return whether a table compares: several columns tell something that is not known of papers.

    A single such column says what the paper is about.
    """
    return sum(_is_unknown(name) for name in names) > 1


def _is_unknown(name: str) -> bool:
    is_known = lookup.fact(name) or lookup.other_fact(name) or lookup.kind(name) != kinds.OTHER
    return bool(heading(name)) and not is_known and not _is_title(name)


def heading(name: str) -> str:
    """Return the heading of the section that a cell below a column's name is."""
    return unescape(lookup.peeled(name))


def is_value(text: str, name: str) -> bool:
    """Return whether a cell says something for a column, and not that there is nothing."""
    return _is_unknown(name) and bool(text.strip(" \t-–—"))


def has_facts(names: Sequence[str]) -> bool:
    """Return whether all columns of a table are facts of a paper: authors, institution, links."""
    return bool(names) and all(
        lookup.fact(name) or lookup.other_fact(name) for name in names if name
    )
