"""Stored HTML is checked before a page shows it."""

import pytest

from papers.text.rendering import MAX_HTML, render, render_inline
from papers.text.stored import presentable


@pytest.mark.parametrize("markdown", [
    "", "a < b > c & d", "**a** [b](https://example.org/?a=1&b=<2>) `<x>`",
    "- a\n  - b\n\n| a | b |\n|---|---|\n| $x<y$ | 2 |\n\n---\n\nline  \nbreak", "$$\\frac{a}{b}$$",
])  # fmt: skip
def test_what_was_rendered_is_shown_as_it_is(markdown):
    for html in (render(markdown), render_inline(markdown.replace("\n", " "))):
        assert presentable(html) == html


@pytest.mark.parametrize(("html", "shown"), [
    ("</div></article><p>a", "<p>a</p>"),
    ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b><i>c</i>"),
    ("a <", "a &lt;"),
    ("<!-- a", ""),
    ("<p>a</p><a href='x", "<p>a</p>"),
    ("x" * (MAX_HTML + 1), ""),
])  # fmt: skip
def test_html_whose_tags_do_not_match_is_mended_or_left_out(html, shown):
    assert presentable(html) == shown
