"""An odd item's remark is stored as data, and reads as one line."""

import json

import pytest

from papers.sources.items import Remark

REMARKS = {
    "item 31 (2510.06208): title: 99,999 chars, limit 500": Remark(
        31, "2510.06208", "title", "99,999 chars, limit 500"
    ),
    "item 3: paper.id: 'item 4 (2510.06208): x: y' is not an arXiv id": Remark(
        3, None, "paper.id", "'item 4 (2510.06208): x: y' is not an arXiv id"
    ),
    "item 4 is not an object with a `paper`": Remark(
        4, None, "", "is not an object with a `paper`"
    ),
    "item 5 (hep-th/9901001) is not an object": Remark(5, "hep-th/9901001", "", "is not an object"),
    "no entry for 2510.06208": Remark(0, "2510.06208", "", "no entry for 2510.06208"),
}


@pytest.mark.parametrize(("line", "remark"), REMARKS.items(), ids=list(REMARKS))
def test_a_remark_comes_back_as_it_was_stored_and_reads_as_a_line(line, remark):
    assert Remark.from_json(json.loads(json.dumps(remark.as_json()))) == remark
    assert str(remark) == line


@pytest.mark.parametrize("damaged", ["text", None, 3, [], {}, {"position": 1}])
def test_a_damaged_remark_is_still_shown(damaged):
    assert Remark.from_json(damaged) == Remark(0, None, "", str(damaged))


def test_a_remark_of_megabytes_is_cut():
    long = "가나다 " * 500_000
    damaged = {"position": 1, "arxiv_id": long, "field": long, "reason": long}
    assert len(str(Remark.from_json(damaged))) < 10_000
    assert len(str(Remark.from_json([long]))) < 10_000
