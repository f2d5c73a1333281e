"""What was odd about an item is stored as text, and read back as it was."""

import pytest

from papers.sources.base import Notice, Refusal

REMARKS = [
    Refusal(31, "2510.06208", "title", "99,999 chars, limit 500"),
    Refusal(2, "hep-th/9901001", "title", "missing"),
    Refusal(3, None, "paper.id", "'item 4 (2510.06208): x: y' is not an arXiv id"),
    Refusal(4, None, "", "is not an object with a `paper`"),
    Refusal(5, "2510.06208", "", "is not an object"),
    Notice(6, "2510.06208", "arxiv:comment", "withdrawn: two lines:\nof words"),
]


@pytest.mark.parametrize("remark", REMARKS, ids=str)
def test_a_remark_is_read_as_it_was_written(remark):
    assert type(remark).read(str(remark)) == remark


@pytest.mark.parametrize("text", ["", "item", "item x: y", "item 12", f"item {'9' * 5000}: a: b"])
def test_any_other_text_is_a_reason(text):
    assert Refusal.read(text) == Refusal(0, None, "", text)
