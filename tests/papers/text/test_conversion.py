"""What rendered HTML becomes: plain text, HTML for feeds, HTML with absolute links."""

import re

import pytest

from papers.text.conversion import absolute, for_feeds, plain, words_of
from papers.text.rendering import render, render_inline

FORMULA = r"$\frac{a < b}{2}$"


def test_plain_text_of_a_page_has_its_formulas_and_no_marks_of_notes():
    html = render(
        "## 방법\n- **a** $x_i$\n- `<think>`[^1]\n\n| p | q |\n|-|-|\n| 1 | 2 |\n\n[^1]: 주"
    )
    assert plain(html) == "방법 a xᵢ <think> p q 1 2 주"


def test_addresses_become_absolute_and_text_stays():
    html = render('[a](/b?c=1&d=2) [e](#f) [g](http://h/) `<a href="/i">`')
    joined = absolute(html, "https://digest.example/2025/10/08/")
    assert re.findall(r'<a href="([^"]*)"', joined) == [
        "https://digest.example/b?c=1&amp;d=2",
        "https://digest.example/2025/10/08/#f",
        "http://h/",
    ]
    assert '<code>&lt;a href="/i"&gt;</code>' in joined


def test_an_address_no_browser_can_read_leads_to_the_page_itself():
    assert absolute('<a href="http://[">x</a>', "https://d.example/") == (
        '<a href="https://d.example/">x</a>'
    )


def test_a_feed_has_a_formula_as_its_tex_and_a_script_as_text():
    html = render(f"값 {FORMULA}는 $x_{{ref}}$, 10<sup>6</sup>, H<sub>2</sub>O")
    assert for_feeds(html) == (r"<p>값 <code>\frac{a &lt; b}{2}</code>는 x_ref, 10⁶, H₂O</p>")
    assert plain(html) == "값 (a < b)/2는 x_ref, 10⁶, H₂O"


@pytest.mark.parametrize(("tex", "line"), [("f^*g", "f^*g"), ("f*g", "f*g"), (r"\pi^*", "π*")])
def test_a_raised_star_is_no_operator_anywhere(tex, line):
    html = render_inline(f"${tex}$")
    assert for_feeds(html) == plain(html) == line


def test_deleted_text_is_none():
    assert plain(render("~~50~~60")) == "60"


def test_a_feed_keeps_all_else_as_it_is():
    html = render(
        "a[^1] **b** `<math>` [c](/x?a=1&b=2) [d](<x<math>) <sub>**e**</sub>\n\n"
        "| x | y |\n|---|---|\n| 1 | 2 |\n\n[^1]: note"
    )
    assert for_feeds(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "<math><mn>1</mn>",
        "<sub>",
        "</math></sub>a<sub>2",
        '<a href="x<math">b</a><math><mn>2</mn></math>',
    ],
)
def test_html_of_another_hand_loses_no_text(html):
    assert re.sub("<[^>]*>", "", for_feeds(html)).replace("₂", "2") == re.sub("<[^>]*>", "", html)


@pytest.mark.parametrize("pattern", ["<math>", "<sub>", "<sub>a", '<a href="', "<sup><math>"])
def test_no_html_takes_long(pattern):
    for_feeds(pattern * (1_000_000 // len(pattern)))


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\method", "method"),
        (r"\method_{0}", "method_0"),
        (r"\unknown x", "unknown x"),
        (r"\alpha\unknown{b}\,c", "αunknownb c"),
        (r"\raisebox{-2pt}{\unknown{x}} \includegraphics[width=1em]{a.png}", "unknownx"),
        (r"50\% \geq \$3", "50% ≥ $3"),
        ("\\", ""),
    ],
)
def test_tex_that_is_no_formula_is_its_words(tex, words):
    assert words_of(tex) == words
