"""The gists of a post's papers in its front matter: read, refused one by one, and written."""

import pytest

from digest.jekyll.files.reading import FileRefused, read
from digest.jekyll.files.writing import write
from papers import kinds

NAME = "2025-10-08-daily-papers.md"
PAPERS = (
    "# 1. [A](https://arxiv.org/abs/2510.06208)\n\n## Method\n글이다.\n\n"
    "# 2. [B](https://arxiv.org/abs/hep-th/9901001)\n\n## Method\n글이다.\n"
)


def post(*gists, before="", after=""):
    mapping = "gists:" + "".join(f"\n  {each}" for each in gists)
    return f'---\ntitle: "Day"\n{before}{mapping}\n{after}---\n\n\n{PAPERS}'


def read_post(text):
    return read(text.encode(), NAME, None)


def gists(document):
    return [paper.gist for paper in document.papers]


def notices(*lines):
    """Return the gists read from a mapping with these lines, and what is said of it."""
    document = read_post(post(*lines))
    return gists(document), [f"{each.line}: {each.text}" for each in document.notices]


def test_gists_are_those_of_their_papers():
    assert notices("'2510.06208': 첫째 줄이다.", "hep-th/9901001: 'b: c'") == (
        ["첫째 줄이다.", "b: c"],
        [],
    )


def test_a_mapping_on_one_line_is_read_too():
    document = read_post(f"---\ngists: {{2510.06208: 첫째, hep-th/9901001: 둘째}}\n---\n{PAPERS}")
    assert gists(document) == ["첫째", "둘째"]


def test_another_spelling_of_an_id_is_that_paper():
    assert notices("https://arxiv.org/abs/2510.06208v2: 첫째") == (["첫째", ""], [])


MARKED = (
    "4: gists: 2510.06208: This has Markdown or a formula, and readers would see “글”. Plain"
    " text, please: left out"
)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["2510.99999: 글"], "4: gists: '2510.99999' is no paper of this file: left out"),
        (["x: 글"], "4: gists: 'x' is no paper of this file: left out"),
        (["2510.06208: [글]"], "4: gists: 2510.06208: expected text: left out"),
        (["2510.06208: {a: b}"], "4: gists: 2510.06208: expected text: left out"),
        (
            ["2510.06208: " + "글" * 121],
            "4: gists: 2510.06208: This line has 121 characters; at most 120, please: left out",
        ),
        (
            ['2510.06208: "**글**"'],
            MARKED,
        ),
    ],
)
def test_a_gist_that_cannot_be_one_is_left_out_with_its_line(lines, told):
    assert notices(*lines) == (["", ""], [told])


def test_the_first_gist_of_a_paper_is_kept():
    assert notices("2510.06208: 첫째", "2510.06208v2: 둘째") == (
        ["첫째", ""],
        ["5: gists: 2510.06208: given before: left out"],
    )


def test_a_key_twice_refuses_the_file_as_everywhere_in_front_matter():
    with pytest.raises(FileRefused, match=r"line 5: front matter: 2510\.06208: given twice"):
        notices("2510.06208: 첫째", "2510.06208: 둘째")


def test_white_space_and_hidden_characters_of_a_gist_are_folded():
    assert notices('2510.06208: "첫째\\n 줄\\u202e이다"') == (["첫째 줄이다", ""], [])
    assert notices("2510.06208:") == (["", ""], [])


@pytest.mark.parametrize("value", ["https://gist.github.com/x", "[a, b]", "3"])
def test_a_key_of_that_name_with_another_meaning_is_kept_and_said_so(value):
    text = f'---\ntitle: "Day"\ngists: {value}\ntags: []\n---\n\n\n{PAPERS}'
    document = read_post(text)
    assert gists(document) == ["", ""]
    assert [f"{each.line}: {each.text}" for each in document.notices] == [
        "3: gists: expected a line of text for each arXiv id, not read"
    ]
    assert f"\ngists: {value}\n" in written(document)


def written(document):
    return write(document, lambda arxiv_id: f"https://www.alphaxiv.org/ko/overview/{arxiv_id}")


def test_a_file_without_gists_has_no_such_key():
    document = read_post(f"---\n---\n{PAPERS}")
    assert "gists" not in written(document)
    assert "gists" not in dict(document.front_matter)


def test_the_key_goes_with_the_last_gist():
    assert "gists" not in written(read_post(post("2510.99999: 글")))


@pytest.mark.parametrize("gist", ["'a' \"b\": c # d", "yes", "1.0", "- 아님"[2:], "@x & *y", "{}"])
def test_written_gists_are_read_again_in_their_place(gist):
    quoted = '"' + gist.replace('"', '\\"') + '"'
    document = read_post(post(f"2510.06208: {quoted}", before="lang: ko\n", after="author: x\n"))
    assert document.papers[0].gist == gist
    text = written(document)
    assert "\nlang: ko\ngists:\n  '2510.06208': " in text
    assert "\nauthor: x\n" in text.partition("gists:")[2]
    again = read_post(text)
    assert again.papers == document.papers
    assert written(again) == text


def test_as_many_gists_as_a_file_may_have_papers_fit():
    longest = kinds.of(kinds.GIST).longest
    ids = [f"2510.{number:05}" for number in range(1, 1_001)]
    papers = "".join(f"# 1. [T](https://arxiv.org/abs/{each})\n\n## Method\n글\n" for each in ids)
    lines = "".join(f"\n  '{each}': {'글' * longest}" for each in ids)
    document = read_post(f"---\ngists:{lines}\n---\n{papers}")
    assert {len(each) for each in gists(document)} == {longest}
    assert document.notices == ()
