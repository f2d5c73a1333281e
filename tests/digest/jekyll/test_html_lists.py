"""Papers as items of lists in HTML. That they come back is tested with the other layouts."""

import re

import pytest

from digest.jekyll.files.document import FileRefused
from digest.jekyll.files.writing import write
from tests.digest.jekyll import layouts_of_strangers
from tests.digest.jekyll.layouts_of_strangers import (
    HTML_ITEMS,
    HTML_NESTED,
    HTML_TAGS,
    HTML_TOGETHER,
)
from tests.digest.jekyll.test_reading import read_body
from tests.growth import is_linear

ONE, TWO, THREE = (f"https://arxiv.org/abs/2507.0000{number}" for number in (1, 2, 3))
TEXT = f"""## A Tool

<ul>
<li><a href="{ONE}">arXiv</a></li>
<li>One of <a href="{TWO}">two</a>.</li>
</ul>

Text.
"""


@pytest.mark.parametrize("body", [HTML_ITEMS, HTML_TAGS, HTML_TOGETHER])
def test_what_follows_a_title_is_a_note_without_the_tags_around_it(body):
    notes = [each.note.splitlines()[-1] for each in read_body(body).papers]
    assert [note.lower() for note in notes] == ["a nice summary.", "a second one."]


def test_items_of_an_inner_list_are_sections():
    papers = read_body(HTML_NESTED).papers
    sections = [[(each.kind, each.markdown) for each in paper.sections] for paper in papers]
    assert sections == [
        [("method", "They build it."), ("results", "It is 3 % better.")],
        [("method", "They buy it."), ("results", "It is 4 % better.")],
    ]


def test_what_stands_around_the_list_is_of_no_paper():
    read = read_body(HTML_ITEMS)
    assert read.intro == "Hello there."
    assert ["text of no paper" in each.text for each in read.notices] == [True]


def test_a_list_in_a_text_begins_no_paper():
    (paper,) = read_body(TEXT).papers
    assert (paper.title, paper.note.count("<li>")) == ("A Tool", 1)


@pytest.mark.parametrize("lists", ["<ul>" * 400, "</ul>" * 400, "<ul>\n" * 400, "<ul><li>" * 400])
def test_lists_that_begin_or_end_nowhere_hide_no_paper(lists):
    body = f"## A Tool\n\n[arXiv]({ONE})\n\n{lists}\n\n## Another Tool\n\n[arXiv]({TWO})\n"
    assert [each.title for each in read_body(body).papers] == ["A Tool", "Another Tool"]


LINES = {name: body for name, body in layouts_of_strangers.ALL.items() if name.startswith("LINE")}


@pytest.mark.parametrize("body", LINES.values(), ids=LINES)
def test_papers_side_by_side_in_a_line_are_several(body):
    read = read_body(f"Hello.\n\n{body}\nBye.\n")
    assert [each.title for each in read.papers] == ["A Tool for Things", "Another Tool"]
    assert read.intro == "Hello."


def test_what_is_told_of_a_line_below_has_its_number():
    (notice,) = read_body(f"{layouts_of_strangers.LINE_OF_ITEMS}\nBye.\n").notices
    assert (notice.line, notice.text[:16]) == (8, "text of no paper")


@pytest.mark.parametrize("body", LINES.values(), ids=LINES)
def test_what_papers_in_a_line_say_has_no_tags_of_the_line(body):
    said = [(each.note, *(of.markdown for of in each.sections)) for each in read_body(body).papers]
    assert not [text for texts in said for text in texts if re.search("<(?!br>)", text)]
    assert all(map(any, said))


@pytest.mark.parametrize(
    "line",
    [
        f'<li>A Tool, <a href="{ONE}">abs</a>.</li><li>Another Tool, <a href="{TWO}">pdf</a>.</li>',
        f'<li><img src=a><a href="{ONE}">A Tool</a></li><li><a href="{TWO}">Another Tool</a></li>',
    ],
)
def test_a_title_in_a_line_has_no_part_of_its_tags(line):
    titles = [each.title for each in read_body(f"<ul>{line}</ul>\n").papers]
    assert titles == ["A Tool", "Another Tool"]


def test_a_folded_paper_may_begin_in_the_line_that_ends_another():
    folded = "<details><summary>{}</summary>\n\n[arXiv]({})\n\nSo.\n\n</details>"
    body = folded.format("A Tool", ONE) + folded.format("Another Tool", TWO)
    assert [(each.title, each.note) for each in read_body(body + "\n").papers] == [
        ("A Tool", "So."),
        ("Another Tool", "So."),
    ]


def test_a_line_of_a_text_that_names_papers_stays_whole():
    items = f'<ul><li>One of <a href="{TWO}">two</a>.</li><li>And <a href="{TWO}">it</a>.</li></ul>'
    (paper,) = read_body(f"## A Tool\n\n[arXiv]({ONE})\n\n{items}\n").papers
    assert paper.note == items


def test_lines_below_one_with_papers_keep_their_numbers():
    refused = "# 3. No link\n\n## Introduction\nSo.\n"
    body = f"## A Tool\n\n[arXiv]({ONE})\n\n<p>x</p><p>{TWO}</p>\n\n{refused}"
    numbers = [each.line for each in read_body(body).refusals]
    assert numbers == [each.line for each in read_body(body.replace("><", "> <")).refusals]


LABELS = (
    f'<p><b><a href="{ONE}">A Tool</a></b></p> <p><b>Method:</b> m.</p> <p><b>Data:</b> d one.</p>'
    f' <p><b><a href="{TWO}">B Tool</a></b></p> <p><b>Method:</b> m.</p> <p><b>Data:</b> two.</p>\n'
)
LABELLED_ITEMS = (
    f'<ul> <li><b><a href="{ONE}">A Tool</a></b> <ul> <li><b>Data:</b> d one.</li> </ul></li>'
    f' <li><b><a href="{TWO}">B Tool</a></b> <ul> <li><b>Data:</b> two.</li> </ul></li> </ul>\n'
)


@pytest.mark.parametrize("body", [LABELS, LABELS.replace("> <", ">  <"), LABELLED_ITEMS])
def test_a_label_behind_spaces_in_a_line_is_a_heading_and_comes_back(body):
    document = read_body(body)
    headings = [[of.heading for of in each.sections][-1] for each in document.papers]
    assert headings == ["Data", "Data"]
    assert write(document, lambda arxiv_id: "").endswith(f"---\n{body}")


TABLE = f"| Paper | Link |\n|---|---|\n| A Tool | [abs]({ONE}) |\n| B Tool | [abs]({TWO}) |\n"
QUOTE = f"> **A Tool**\n>\n> Paper: {ONE}\n"
QUOTE_B = QUOTE.replace("A Tool", "B Tool").replace(ONE, TWO)
YESTERDAY = f'<p><b>Yesterday</b> we had <a href="{THREE}">Foo</a>.</p>'


@pytest.mark.parametrize(
    "body",
    [
        f"{YESTERDAY}\n\n{TABLE}",
        f'{QUOTE}\n<p><b>Compare</b> with <a href="{THREE}">Foo</a>.</p>\n\n{QUOTE_B}',
        f"<p><b>Vision</b></p>\n\n{QUOTE}\n<p><b>Text</b></p>\n\n{QUOTE_B}",
    ],
)
def test_a_block_that_begins_in_bold_and_speaks_of_a_paper_begins_none(body):
    assert [each.title for each in read_body(body).papers] == ["A Tool", "B Tool"]


def test_a_block_that_speaks_of_a_paper_above_a_table_is_the_introduction():
    assert read_body(f"{YESTERDAY}\n\n{TABLE}").intro == YESTERDAY


PAPER = f'<p><strong>Paper:</strong> <a href="{ONE}">arXiv</a></p>'
LINK = f'<a href="{TWO}">FooNet</a>'
MORE = f"like this paper because it extends {LINK} and much of what was there"


@pytest.mark.parametrize(
    "body",
    [
        f"{PAPER}\n\n<p><strong>We</strong> like it because it extends {LINK}.</p>",
        f"{PAPER}\n\n<p><strong>We</strong> {MORE}.</p>",
        f"[arXiv]({ONE})\n\n<p><em>Note</em> that we {MORE}.</p>",
        f'[arXiv]({ONE})\n\n<p>{LINK} was.</p>\n\n<p><a href="{THREE}">Bar</a></p>',
    ],
)
def test_blocks_that_name_other_papers_leave_a_page_to_the_one_it_is_about(body):
    assert [(each.arxiv_id, each.title) for each in read_body(f"{body}\n").papers] == [
        ("2507.00001", "Day")
    ]


@pytest.mark.parametrize(
    "said", [f"<p>{LINK} is what it extends.</p>", "<p><b>Papers of the day</b></p>"]
)
def test_a_block_is_no_paper_of_a_page_that_is_refused(said):
    with pytest.raises(FileRefused, match="no paper"):
        read_body(f"{said}\n\n## Overview\n\nSo.\n\n[arXiv]({ONE})\n")


def test_a_block_that_is_a_link_takes_no_place_of_items_with_links():
    item = '<li><a href="{}">{}</a>: so.</li>'
    items = f"<ul>\n{item.format(ONE, 'A Tool')}\n{item.format(TWO, 'B')}\n</ul>"
    said = f'<p><a href="{THREE}">Foo</a> is what they extend.</p>'
    assert [each.title for each in read_body(f"{said}\n\n{items}\n").papers] == ["A Tool", "B"]


def test_papers_in_a_list_behind_words_on_another_paper_are_no_papers_of_the_page():
    others = f'<ul><li>{LINK}</li><li><a href="{THREE}">BarNet</a></li></ul>'
    words = f'<p>Today we read <a href="{ONE}">A Tool</a>, which compares with:</p>'
    with pytest.raises(FileRefused, match="no paper"):
        read_body(f"{words}{others}<p>and it wins.</p>\n\nIt is good.\n")


def test_tags_that_end_nothing_behind_a_title_are_read():
    (paper,) = read_body(f"## [A Tool]({ONE}){'</b>.' * 20_000}\n").papers
    assert paper.title == "A Tool"


@pytest.mark.parametrize(
    "make",
    [
        lambda size: f"<p>{' ' * size}{ONE}<b>x</b>",
        lambda size: f'<p><a href="{ONE}">T</a>{"</p>" * size}',
        lambda size: f"<tr>{'<td>' * size}{ONE}",
        lambda size: f"|{'|' * size}{'a' * size} {ONE}",
    ],
)
def test_the_time_that_a_line_without_an_end_takes_grows_with_its_length(make):
    def read(line):
        assert read_body(f"## A Tool\n\n[arXiv]({ONE})\n\n{line}\n").papers

    assert is_linear(read, make, 10_000)
