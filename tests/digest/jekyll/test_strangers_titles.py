"""What strangers write around a title, and what they write for it. One example for each rule."""

import pytest

from tests.digest.jekyll.test_reading import read_body

ONE, TWO = (f"https://arxiv.org/abs/2507.0000{number}" for number in (1, 2))
HEADINGS = f"## {{}}\n\n{ONE}\n\nOne.\n\n## Another Tool\n\n{TWO}\n\nTwo.\n"


def titles(body):
    return [paper.title for paper in read_body(body).papers]


@pytest.mark.parametrize(
    "written",
    [
        "[論文] A Tool",
        "【논문】 A Tool",
        "(재독) A Tool",
        "`検索` A Tool",
        "`cs.CL` A Tool",
        "① A Tool",
        "안건 1. A Tool",
        "Agenda 3: A Tool",
        "A Tool — 발표 지훈",
        "A Tool - presented by Jo",
        "[A Tool][tool]",
        '<a href="https://tools.example/" target="_blank">A Tool</a>',
    ],
)
def test_what_stands_around_a_title_is_no_part_of_it(written):
    assert titles(HEADINGS.format(written)) == ["A Tool", "Another Tool"]


@pytest.mark.parametrize(
    "title",
    [
        "GPT 4: A Tool",
        "(Re)thinking Tools",
        "[Re] A Tool",
        "`grep` Is a Tool",
        'Tools "Just Work"',
        "Tools - Speaker Verification",
        "SAM：分割一切",
    ],
)
def test_what_only_looks_like_such_is_the_title(title):
    assert titles(HEADINGS.format(title))[0] == title


def test_an_entry_of_a_bibliography_has_its_title_in_quotes():
    body = (
        '[1] A. Author, B. Other. "A Tool." arXiv:2507.00001 [cs.LG], 2025.\n\n  One.\n\n'
        '[2] C. Third. "Another Tool." arXiv:2507.00002, 2025.\n\n  Two; see [1].\n'
    )
    assert titles(body) == ["A Tool", "Another Tool"]
    assert read_body(body).papers[0].note


def test_a_gloss_in_another_script_is_the_note():
    body = f"- One More Tool：很好的工具。 ({ONE})\n- Another Tool for Things：也很好。 ({TWO})\n"
    assert titles(body) == ["One More Tool", "Another Tool for Things"]
    assert read_body(body).papers[0].note.startswith("很好的工具。")


def test_entities_of_html_are_read_as_the_marks_they_stand_for():
    assert titles(HEADINGS.format("A &lt;b&gt; &amp; C"))[0] == "A <b> & C"


def test_a_link_by_reference_is_no_part_of_the_note():
    body = f"- [A Tool][a]: short.\n- [Another Tool][b]: long.\n\n[a]: {ONE}\n[b]: {TWO}\n"
    assert [paper.note for paper in read_body(body).papers] == ["short.", "long."]
