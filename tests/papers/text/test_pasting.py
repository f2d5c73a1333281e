"""Clipboard HTML of Word, Google Docs, Notion, arXiv and chats, and what it becomes."""

from pathlib import Path

import pytest

from papers.text import pasting
from papers.text.pasting import PasteRefused, markdown
from papers.text.rendering import render

SAMPLES = Path(__file__).parent / "pasted"


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.html")), ids=lambda file: file.stem)
def test_what_others_write_becomes_what_an_editor_would_type(file):
    assert markdown(file.read_text()).markdown + "\n" == file.with_suffix(".md").read_text()


def test_what_was_pasted_twice_stays_readable():
    for file in SAMPLES.glob("*.html"):
        assert render(markdown(file.read_text()).markdown)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ("<script>alert(1)</script><style>p{}</style>y", "y"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script>alert(1)&lt;/script>"),
        ("<p># no heading</p>", "\\# no heading"),
        ("<p>1. no list</p>", "1\\. no list"),
        ("<p>- no list</p>", "\\- no list"),
        ("<p>snake_case and _this_</p>", "snake_case and \\_this\\_"),
        ("<p>2*3*4</p>", "2\\*3\\*4"),
        ("<p>H<sub>2</sub>O</p>", "H<sub>2</sub>O"),
        ("<p>a\u202eb\u200bc</p>", "abc"),
        ('<a href="https://[">x</a>', "x"),
        ('<a href="https://example.org/a_(b)" title="t">x</a>', "[x](https://example.org/a_(b))"),
        ('<math><annotation encoding="application/x-tex"> </annotation></math>', ""),
        ("", ""),
        ("<p>\u00a0</p>", ""),
    ],
)
def test_small_and_hostile_html(html, expected):
    assert markdown(html).markdown == expected


def test_pictures_are_counted_and_left_out_but_formulas_that_are_pictures_stay():
    pasted = markdown(
        '<p>a<img src="x.png" alt="A cat"> <img class="mwe-math-fallback" alt="x^2"></p>'
    )
    assert (pasted.markdown, pasted.pictures) == ("a $x^2$", 1)


@pytest.mark.parametrize(
    "html",
    [
        "x" * (pasting.MAX_HTML + 1),
        "<b>" * 5_000,
        "<ul><li>" * 20_000,
        "<UL><LI>" * 20_000,
        "<table><tr><td>" * 3_000,
    ],
)
def test_what_is_too_long_or_deep_is_refused(html):
    with pytest.raises(PasteRefused):
        markdown(html)
