"""`manage.py why ID`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import resolve
from django.utils import translation

from digest.way.text import table
from papers.models import Choice
from papers.way import Line, Place
from tests.factories import make_paper
from tests.papers.way.stories import MORNING, answer, job, listed, run

pytestmark = pytest.mark.django_db


def why(spelling):
    out = StringIO()
    call_command("why", spelling, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    "spelling",
    [
        "2510.06208",
        "arXiv:2510.06208v3",
        " https://arxiv.org/pdf/2510.06208v2.pdf ",
        "https://huggingface.co/papers/2510.06208",
        "https://www.alphaxiv.org/abs/2510.06208",
        "doi:10.48550/arXiv.2510.06208",
    ],
)
def test_an_id_in_any_spelling(spelling):
    listed(make_paper(arxiv_id="2510.06208", title="On *widgets*"))
    lines = why(spelling).splitlines()
    assert lines[0] == "2510.06208 On *widgets*"
    assert lines[1].startswith("Not picked: nobody decided yet.")
    assert lines[-1] == "2 lines."


def test_an_old_id():
    make_paper(arxiv_id="hep-th/9901001")
    assert why("https://arxiv.org/abs/hep-th/9901001").startswith("hep-th/9901001 Paper")


def test_the_output_is_english_in_aligned_columns_with_addresses_that_work(settings):
    settings.SITE_URL = "https://digest.example"
    paper = listed().paper
    answer(paper.arxiv_id)
    run(job(paper), minute=5)
    with translation.override("ko"):
        text = why(paper.arxiv_id)
    head, *rows = text.splitlines()[2:-1]
    assert head.split() == ["when", "who", "what", "where"]
    starts = [head.index(word) for word in ("who", "what", "where")]
    for row in rows:
        assert all(row[start - 2 : start].strip() == "" for start in starts if start < len(row))
    addresses = [row[starts[2] :] for row in rows if row[starts[2] :]]
    assert len(addresses) == 3
    for address in addresses:
        assert resolve(address.removeprefix("https://digest.example").split("?")[0])


def test_an_unknown_id_says_what_is_known_and_what_to_do():
    remark = {"position": 4, "arxiv_id": "2510.06208", "field": "title", "reason": "missing"}
    answer("2510.99999", refusals=[remark])
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("why", "2510.06208", stdout=out)
    assert refusal.value.returncode == 1
    assert "manage.py add_paper 2510.06208" in str(refusal.value)
    assert "Named for 2025-10-08, but its item was refused: title: missing" in out.getvalue()
    assert out.getvalue().endswith("1 lines.\n")


def test_no_id_is_wrong_usage():
    with pytest.raises(CommandError) as refusal:
        why("widgets")
    assert (refusal.value.returncode, str(refusal.value)) == (2, "'widgets' is not an arXiv id.")


def test_running_it_twice_says_the_same():
    paper = listed(choice=Choice.PICKED).paper
    assert why(paper.arxiv_id) == why(paper.arxiv_id)


def test_hostile_text_moves_no_cursor_and_breaks_no_line():
    paper = make_paper()
    failed = job(paper, state="failed", reason="a\x1b[2Jb\r\nc\u202ed")
    run(failed, "failed", message="a\x1b[2Jb\r\nc\u202ed")
    assert "a draft: failed: a[2Jb cd" in why(paper.arxiv_id)


def test_wide_letters_take_two_columns():
    lines = [Line(MORNING, "글", "김", Place("/a/")), Line(MORNING, "abc", "kim", Place("/b/"))]
    _head, first, second = table(lines, "")
    assert first.endswith("김   글    /a/")
    assert second.endswith("kim  abc   /b/")
