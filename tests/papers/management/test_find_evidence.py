"""`manage.py find_evidence` reads rows and prints them with the sentence each claim rests on."""

import json
from functools import partial

import pytest

from tests.papers.management import running

SENTENCES = ["We train a robot.", "It reaches 28.4 BLEU on WMT 2014."]


run = partial(running.run, "find_evidence")


# There is no database mark: a test that uses the database would fail.
def test_each_row_comes_back_with_its_evidence(tmp_path):
    rows = [
        {"sentences": SENTENCES, "claim": "WMT 2014에서 28.4 BLEU를 달성함", "id": "가"},
        {"sentences": SENTENCES, "claim": "요리법을 모은 책을 소개함"},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    out, err, error = run(file)
    first, second = map(json.loads, out.splitlines())
    assert first == rows[0] | {"best": 1, "supported": True, "score": first["score"]}
    assert second["supported"] is False
    assert err == "2 rows, 1 supported, 0 refused.\n"
    assert error is None


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("WMT 2014에서 28.4 BLEU를 달성함", True),
        ("WMT 2014에서 28.4 ROUGE를 달성함", False),
        ("It reaches 28.4 BLEU on WMT 2014.", True),
    ],
)
def test_a_name_that_the_sentences_lack_is_not_supported(tmp_path, claim, supported):
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"sentences": SENTENCES, "claim": claim}), encoding="utf-8")
    assert json.loads(run(file)[0])["supported"] is supported


@pytest.mark.parametrize(
    "row",
    [
        {"sentences": [], "claim": "x"},
        {"sentences": ["x", 3], "claim": "x"},
        {"sentences": "x", "claim": "x"},
        {"sentences": ["x"], "claim": None},
        {"claim": "x"},
        [],
    ],
)
def test_another_row_is_named_and_the_others_go_on(tmp_path, row):
    file = tmp_path / "rows.jsonl"
    good = {"sentences": SENTENCES, "claim": "x"}
    file.write_text(f"{json.dumps(row)}\n{json.dumps(good)}\n", encoding="utf-8")
    out, err, error = run(file)
    assert json.loads(out)["claim"] == "x"
    assert f'{file}: line 1: no object with a list of texts "sentences"' in err
    assert error.returncode == 1
