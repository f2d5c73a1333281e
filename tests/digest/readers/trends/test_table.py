"""The numbers as CSV."""

import csv
import io
from datetime import date

import pytest

from digest.readers.trends.series import Span, Topic
from digest.readers.trends.table import COLUMNS, Line, harmless, of_topic, text

SPAN = Span(1, date(2025, 10, 6))


def read(file):
    assert file[0] == "\ufeff"
    return list(csv.reader(io.StringIO(file[1:])))


def test_a_topic_is_a_line_for_each_week():
    lines = of_topic(Topic("agents", (2,), (5,)), "Agents", SPAN)
    assert read(text(lines)) == [
        list(COLUMNS),
        ["papers with topic", "Agents", "2025-09-29", "2025-10-05", "2"],
        ["papers with topic", "Agents", "2025-10-06", "2025-10-12", "5"],
    ]


def test_a_number_has_no_needless_decimals():
    day = date(2025, 10, 6)
    values = [read(text([Line("m", day, day, value)]))[1][4] for value in (3.0, 7.5, 0, 1234567)]
    assert values == ["3", "7.5", "0", "1234567"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", ' "=1'])
def test_no_cell_is_taken_for_a_formula(name):
    assert harmless(name) == f"'{name}"
    assert read(text(of_topic(Topic("x", (2,), (5,)), name, SPAN)))[1][1].startswith("'")


@pytest.mark.parametrize("mark", [";", "\t", "\n"])
def test_nor_is_a_part_of_a_cell_where_other_marks_part_cells(mark):
    assert harmless(f"x{mark}=1+1{mark} @y{mark}z") == f"x{mark}'=1+1{mark}' @y{mark}z"


@pytest.mark.parametrize("name", ["C++", "a=b", 'a "b", c', "강화 학습", "two\nlines"])
def test_any_other_name_is_whole(name):
    line = Line("papers with topic", date(2025, 10, 6), date(2025, 10, 12), 1, name)
    assert read(text([line]))[1][1] == name
