"""The numbers of a page as CSV, one a line, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from digest.readers.trends.series import WEEK, Span, Topic

COLUMNS = ("measure", "topic", "from", "to", "value")
_DAY = timedelta(days=1)
# A spreadsheet takes a cell for a formula if it begins so, in full width too. One that parts cells
# by another mark than a comma begins a cell at each of these:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r'(\A|[;\t\r\n])(["\s]*[=+\-@＝＋－＠])')


@dataclass(frozen=True, slots=True)
class Line:
    """One number: what was measured, of which topic, over which days."""

    measure: str
    first: date
    last: date
    value: float
    topic: str = ""


def of_topic(topic: Topic, name: str, span: Span) -> Iterator[Line]:
    """Return a topic's papers, week by week, with the weeks before."""
    return _weekly("papers with topic", topic, span, name)


def of_all(all_papers: Topic, span: Span) -> Iterator[Line]:
    """Return the papers with any topic in the same way. Shares are of these."""
    return _weekly("papers with any topic", all_papers, span)


def _weekly(measure: str, topic: Topic, span: Span, name: str = "") -> Iterator[Line]:
    for monday, papers in zip(span.all_mondays, topic.weekly, strict=True):
        yield Line(measure, monday, monday + WEEK - _DAY, papers, name)


def text(lines: Iterable[Line]) -> str:
    """Return the file. Its mark at the beginning tells Excel that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        cells = (line.measure, line.topic, line.first, line.last, f"{line.value:.15g}")
        writer.writerow([harmless(str(cell)) for cell in cells])
    return "\ufeff" + out.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, in any part."""
    return _FORMULA.sub(r"\1'\2", cell)
