"""`manage.py check_numbers` reads rows and prints them with their unsupported numbers."""

import json
from functools import partial

import pytest
from django.core.management import execute_from_command_line

from tests.papers.management import running

run = partial(running.run, "check_numbers")


def write(path, *lines):
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


# There is no database mark: a test that uses the database would fail.
def test_each_row_comes_back_with_its_unsupported_numbers(tmp_path):
    rows = [
        {"source": "A 3B model.", "claim": "30억 개, 약 51.1%", "id": "가"},
        {"claim": "여덟 작업", "source": "Eight tasks."},
    ]
    file = write(tmp_path / "rows.jsonl", *[json.dumps(row) for row in rows], "")
    out, err, error = run(file)
    assert [json.loads(line) for line in out.splitlines()] == [
        rows[0] | {"unsupported": ["51.1%"]},
        rows[1] | {"unsupported": []},
    ]
    assert '"id": "가"' in out
    assert err == "2 rows, 1 with unsupported numbers, 0 refused.\n"
    assert error is None


@pytest.mark.parametrize(
    "line",
    [
        *("{", "[]", "7", '{"claim": "7"}', '{"source": "7", "claim": null}'),
        *('{"source": "\\ud800", "claim": "7"}', '{"source": "7", "claim": "7", "x": NaN}'),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_others_go_on(tmp_path, line):
    file = write(tmp_path / "rows.jsonl", "", line, '{"source": "", "claim": "7"}')
    out, err, error = run(file)
    assert json.loads(out)["unsupported"] == ["7"]
    assert f"{file}: line 2: " in err
    assert err.endswith("2 rows, 1 with unsupported numbers, 1 refused.\n")
    assert error.returncode == 1


def test_bytes_that_are_no_text_are_refused(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'{"source": "\xff", "claim": "7"}\n')
    out, err, error = run(file)
    assert (out, error.returncode) == ("", 1)
    assert f"{file}: line 1: " in err


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path):
    out, _, error = run(tmp_path / "none.jsonl")
    assert (out, error.returncode) == ("", 2)
    assert str(error).endswith("none.jsonl: No such file or directory")


def test_no_file_at_all_is_wrong_usage(capsys):
    with pytest.raises(SystemExit) as stopped:
        execute_from_command_line(["manage.py", "check_numbers"])
    assert stopped.value.code == 2
    assert "FILE.jsonl" in capsys.readouterr().err
