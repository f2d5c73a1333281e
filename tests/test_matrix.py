"""`MATRIX.md` is true: it has every row, and the tests and benchmarks that it names exist."""

import re
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = {"F": 25, "B": 23, "L": 8, "S": 22, "R": 10}
"""How many rows each part has: faults, bad inputs, load, security, feeds."""


def rows():
    """Return the cell of each row that says what holds it, by the row's name."""
    lines = (ROOT / "tests" / "MATRIX.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(row[0], row[-1]) for row in cells if re.fullmatch(r"[A-Z]\d\d", row[0])]


def test_each_row_is_there_once_in_its_order():
    parts = [(part, [name for name, _ in each]) for part, each in groupby(rows(), _part)]
    wanted = [(part, [f"{part}{n:02}" for n in range(1, last + 1)]) for part, last in ROWS.items()]
    assert parts == wanted


def _part(row):
    return row[0][0]


def test_what_holds_a_row_exists():
    missing = [f"{row}: {name}" for row, held in rows() for name in _named(held) if not _is(name)]
    assert missing == []


def test_a_row_names_what_holds_it_or_why_nothing_does():
    silent = [row for row, held in rows() if not _named(held) and not held.startswith("No test: ")]
    assert silent == []


def _named(cell):
    return re.findall(r"`(tests[./][^`]+)`", cell)


def _is(name):
    path, _, test = name.partition("::")
    if not path.endswith(".py"):
        return find_spec(path) is not None
    file = ROOT / path
    return file.is_file() and f"def {test or 'test_'}" in file.read_text(encoding="utf-8")
