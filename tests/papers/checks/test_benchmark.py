"""A check's results for its benchmark change only with its version."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from papers.checks import registry
from papers.models import Finding
from tests.papers.checks import benchmark, loud
from tests.papers.checks.benchmark import COMMAND, faults, record

CASES = """{"version": 0, "cases": [
  {"case": "Loud", "language": "en", "markdown": "It works!"},
  {"case": "Calm", "language": "en", "markdown": "It works."}
]}"""
LOUD = replace(loud.CHECK, paper=None, post=None)
DEAF = replace(LOUD, section=lambda *given: [])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the recorded benchmark of one check."""
    (tmp_path / "loud.json").write_text(CASES)
    assert record(LOUD, tmp_path) == []
    return tmp_path


@pytest.mark.parametrize("check", registry.CHECKS, ids=lambda check: check.name)
def test_a_check_says_of_its_benchmark_what_its_version_said(check):
    assert list(faults(check)) == []


def test_each_check_has_a_name_of_its_own_that_fits_a_row_and_stands_in_its_findings():
    names = [check.name for check in registry.CHECKS]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= Finding._meta.get_field("check_name").max_length
    for check in registry.CHECKS:
        for case in benchmark.read(check)["cases"]:
            assert {each.check for each, _ in benchmark.findings(check, case)} <= {check.name}


def test_no_benchmark_is_left_of_a_check_that_is_gone():
    files = {file.stem for file in benchmark.FOLDER.glob("*.json")}
    assert files == {check.name for check in registry.CHECKS}


def test_what_was_recorded_is_no_fault_and_recording_it_again_changes_nothing(folder):
    before = (folder / "loud.json").read_text()
    assert list(faults(LOUD, folder)) == []
    assert record(LOUD, folder) == []
    assert (folder / "loud.json").read_text() == before


def test_a_check_that_says_something_else_has_to_raise_its_version_first(folder):
    before = (folder / "loud.json").read_text()
    (fault,) = (each for each in faults(DEAF, folder) if "VERSION" in each)
    assert "“Loud”" in fault
    assert COMMAND in fault
    assert record(DEAF, folder) == [fault]
    assert (folder / "loud.json").read_text() == before


def test_with_its_version_raised_it_is_recorded_anew(folder):
    newer = replace(LOUD, version=2)
    (fault,) = faults(newer, folder)
    assert COMMAND in fault
    assert record(newer, folder) == []
    assert list(faults(newer, folder)) == []
    assert "only goes up" in " ".join(faults(LOUD, folder))
    assert record(LOUD, folder) != []


def test_a_check_without_a_benchmark_or_without_one_of_a_scope_is_told_to_write_it(folder):
    told = partial(faults, folder=folder)
    assert "write cases" in next(told(replace(LOUD, name="quiet")))
    assert '"papers"' in next(told(replace(loud.CHECK, paper=None)))


def test_a_case_that_is_added_is_told_to_be_recorded(folder):
    file = folder / "loud.json"
    added = ',{"case": "New", "language": "ko", "markdown": "된다!"}\n ]\n}\n'
    file.write_text(file.read_text().removesuffix("\n ]\n}\n") + added)
    (fault,) = faults(LOUD, folder)
    assert "“New”" in fault
    assert record(LOUD, folder) == []
    assert list(faults(LOUD, folder)) == []
