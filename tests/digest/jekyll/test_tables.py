"""What comes in of tables that compare papers. That they come back is tested with the others."""

import pytest

from digest.jekyll.files.writing import write
from tests.digest.jekyll.test_reading import FRONT, read_body

ONE, TWO, OTHER = (f"https://arxiv.org/abs/2507.0000{number}" for number in (1, 2, 3))

HTML = f"""<table>
<tr><th>Paper</th><th>MMLU</th><th>Size</th></tr>
<tr><td><a href="{ONE}">A Tool</a></td><td>71.2</td><td>7B</td></tr>
<tr><td><a href="{TWO}">Another Tool</a></td><td>65.0</td><td></td></tr>
</table>
"""


def table(head, *rows):
    lines = [head, "|---" * (head.count("|") - 1) + "|", *rows]
    return "\n".join(lines) + "\n"


def told(body):
    return [
        [each.title, each.note, *((of.heading or of.kind, of.markdown) for of in each.sections)]
        for each in read_body(body).papers
    ]


@pytest.mark.parametrize(
    "body",
    [
        table(
            "| Paper | MMLU | Size |",
            f"| [A Tool]({ONE}) | 71.2 | 7B |",
            f"| [Another Tool]({TWO}) | 65.0 | - |",
        ),
        table(
            "|Model|Link|MMLU||Size|",
            f"|A Tool|[abs]({ONE})|71.2||7B|",
            f"|Another Tool|{TWO}|65.0|||",
        ),
        table(
            "| # | 논문 | arXiv | **MMLU** | Size |",
            "| 1 | A Tool | 2507.00001 | 71.2 | 7B |",
            "| 2 | Another Tool | 2507.00002v2 | 65.0 | |",
        ),
        HTML,
    ],
)
def test_figures_are_sections_headed_as_their_columns(body):
    assert told(body) == [
        ["A Tool", "", ("MMLU", "71.2"), ("Size", "7B")],
        ["Another Tool", "", ("MMLU", "65.0")],
    ]


def test_the_only_column_of_words_is_a_note_and_the_only_one_of_figures_a_section():
    words = table("| Paper | 한마디 |", f"| [A Tool]({ONE}) | 좋다 |")
    figures = table("| Paper | MMLU |", f"| [A Tool]({ONE}) | 71.2 |")
    assert told(words) == [["A Tool", "좋다"]]
    assert told(figures) == [["A Tool", "", ("MMLU", "71.2")]]


def test_a_cell_that_names_other_papers_takes_no_title_from_its_row():
    body = table(
        "| Paper | Idea |", f"| [A Tool]({ONE}) | like [B]({OTHER}) |", f"| [C]({TWO}) | so |"
    )
    assert [row[0] for row in told(body)] == ["A Tool", "C"]


def test_a_row_without_a_paper_is_named_with_its_line():
    body = table(
        "| Model | Link | MMLU |",
        f"| One | [abs]({ONE}) | 1 |",
        "| GPT-4 | - | 2 |",
        f"| Two | {TWO} | 3 |",
    )
    read = read_body(body)
    assert [each.title for each in read.papers] == ["One", "Two"]
    assert [each.line for each in read.notices] == [read.papers[0].line + 1]


def test_a_topic_that_rows_share_is_no_title():
    rows = (("LLM", ONE), ("LLM", TWO), ("Vision", OTHER))
    cells = [f"| {topic} | [abs]({url}) | So. |" for topic, url in rows]
    (paper,) = read_body(table("| Topic | arXiv | Summary |", *cells)).papers
    assert (paper.arxiv_id, paper.title) == ("2507.00001", "Day")
    apart = table("| Topic | arXiv | Summary |", *cells[1:])
    assert [row[0] for row in told(apart)] == ["LLM", "Vision"]


def test_facts_of_a_paper_and_labels_are_no_titles():
    facts = f"| 저자 | 소속 | 링크 |\n|---|---|---|\n| 김 | KAIST | [arXiv]({ONE}) |\n"
    assert [row[0] for row in told(f"## A Tool\n\n{facts}")] == ["A Tool"]


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        (
            "    <ul>\n      <li>One.</li>\n      <li>Two.</li>\n    </ul>",
            "<ul>\n<li>One.</li>\n<li>Two.</li>\n</ul>",
        ),
        ("<pre>\nif x:\n    y\n</pre>", "<pre>\nif x:\n    y\n</pre>"),
    ],
)
def test_lists_and_code_in_a_cell_of_a_long_row_are_of_its_paper(cell, note):
    row = (
        '<tr>\n  <td><a href="https://arxiv.org/abs/2507.0000{}">{}</a></td>\n  <td>\n{}\n  </td>\n'
    )
    rows = [row.format(*each, cell) for each in ((1, "A Tool"), (2, "Another Tool"))]
    body = "<table>\n" + "".join(f"{each}</tr>\n" for each in rows) + "</table>\n"
    document = read_body(body)
    assert [(each.title, each.note) for each in document.papers] == [
        ("A Tool", note),
        ("Another Tool", note),
    ]
    assert document.notices == ()
    assert write(document, "https://alphaxiv.org/{}".format) == FRONT + body
