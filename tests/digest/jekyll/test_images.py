"""Images, attribute lists and Liquid leave a text and come back to their places."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.jekyll.files.markup.images import put_back, taken_out


def addresses(pieces):
    return [address for piece in pieces for address in piece.addresses]


def rest_of(markdown):
    rest, pieces = taken_out(markdown)
    assert put_back(rest, pieces) == markdown
    return rest


@pytest.mark.parametrize(
    ("markdown", "rest", "images"),
    [
        ('One ![fig](/a.png){: width="4" } two', "One two", ["/a.png"]),
        ("One ![fig](</a b.png> 'title').", "One .", ["/a b.png"]),
        ("![a [b] c](/a_(1).png)", "", ["/a_(1).png"]),
        ("![x]({{ site.baseurl }}/a.png) one", "one", ["{{ site.baseurl }}/a.png"]),
        ("[![x](/thumb.png)](/full.png) one", "one", ["/thumb.png"]),
        ('One <img\n src="/a.png?x=1&amp;y=2" width=4> two', "One two", ["/a.png?x=1&y=2"]),
        ("<IMG SRC=/a.png>", "", ["/a.png"]),
        ('{% include figure.html src="/a.png" width="50%" %}\n\nOne', "One", ["/a.png"]),
        ("![fig][one] two\n\n[one]: /a.png", "two\n\n[one]: /a.png", ["/a.png"]),
        ("One\n\n![a](1)\n![b](2)\n{: .wide}\n\nTwo", "One\n\nTwo", ["1", "2"]),
        ("One\n![a](1)\n_caption_", "One\n_caption_", ["1"]),
        ("- ![a](1)\n- two", "- two", ["1"]),
        ("> one\n> ![a](1)\n> two", "> one\n> two", ["1"]),
        ("| ![a](1) | b |\n|---|---|", "| | b |\n|---|---|", ["1"]),
        ("그림은![a](1)이다", "그림은이다", ["1"]),
    ],
)
def test_an_image_leaves_the_text_and_its_address_is_named(markdown, rest, images):
    assert rest_of(markdown) == rest
    assert addresses(taken_out(markdown)[1]) == images


@pytest.mark.parametrize(
    ("markdown", "rest"),
    [
        ("> One\n{: .prompt-info }", "> One"),
        ("One\n{: #id .class key='v' }\n\nTwo", "One\n\nTwo"),
        ('A [link](/x){:target="_blank"}{: .button} here', "A [link](/x) here"),
        ("**One**{:.red}", "**One**"),
        ("* TOC\n{:toc}\n\nOne", "One"),
        ("1. this is left out\n{:toc max_level=2}\n\nOne", "One"),
        ("### 배경 {#background}\n본문", "### 배경\n본문"),
        ("### One\n{:.no_toc}\nTwo", "### One\nTwo"),
        ("One {% raw %}{{ x }}{% endraw %} two", "One {{ x }} two"),
        ("One{% if x %}\n\nTwo\n{% endif %}", "One\n\nTwo"),
        ("One {% comment %}not for\nreaders{% endcomment %} two", "One two"),
        ("One\n{::comment}\nnot for readers\n{:/comment}\ntwo", "One\ntwo"),
        ("{::nomarkdown}One{:/}", "One"),
    ],
)
def test_attribute_lists_and_liquid_leave_the_text(markdown, rest):
    assert rest_of(markdown) == rest
    assert addresses(taken_out(markdown)[1]) == []


@pytest.mark.parametrize(
    "markdown",
    [
        "`![a](1)` and `` `{: .x }` ``",
        "```\n![a](1)\n{: .x }\n```",
        "<!--\n![a](1)\n-->",
        "$A_{:,j}$ and $X_{:k}$ and $\\{:x\\}$",
        r"\![a](1)",
        "![a] and ![a][b] of no definition",
        "![a](1",
        "Read [it]({% post_url 2025-01-01-x %}) and {{ page.title }}",
        "{% highlight python %}\n![a](1)\n{% endhighlight %}",
        "One {#two} three",
        "{% comment %} without an end",
        "a < b and <imgs> and <image>",
    ],
)
def test_code_and_what_only_looks_like_one_stay(markdown):
    rest, pieces = taken_out(markdown)
    assert (rest, addresses(pieces)) == (markdown, [])


TEXT = "One.\n\n![a](1)\n\nTwo has ![b](2) inside.\n\n- x\n- x\n![c](3)"


def test_a_piece_keeps_its_place_while_its_line_is_as_it_was():
    rest, pieces = taken_out(TEXT)
    edited = "Before.\n\n" + rest.replace("One.", "One.\n\nNew.")
    assert put_back(edited, pieces) == (
        "Before.\n\nOne.\n\n![a](1)\n\nNew.\n\nTwo has ![b](2) inside.\n\n- x\n- x\n![c](3)"
    )


def test_an_image_whose_place_is_gone_comes_last_and_no_word_is_lost():
    rest, pieces = taken_out(TEXT)
    edited = rest.replace("Two has inside.", "```\nx\n```")
    assert put_back(edited, pieces) == (
        "One.\n\n![a](1)\n\n```\nx\n```\n\n- x\n- x\n![c](3)\n\n![b](2)"
    )
    assert put_back("", pieces) == "![a](1)\n\n![b](2)\n\n![c](3)"


def test_an_image_whose_line_was_edited_stays_in_it_between_two_words():
    rest, pieces = taken_out(TEXT)
    edited = rest.replace("Two has inside.", "Twenty have it inside.").replace("One.", "Once.")
    assert put_back(edited, pieces) == (
        "Once.\n\n![a](1)\n\nTwenty have ![b](2) it inside.\n\n- x\n- x\n![c](3)"
    )


def test_of_equal_lines_each_keeps_its_own_piece():
    text = "- x ![a](1)\n- x\n- x ![b](2)"
    rest, pieces = taken_out(text)
    assert rest == "- x\n- x\n- x"
    assert put_back("- y\n" + rest, pieces) == "- y\n" + text


def test_pieces_are_json_and_hold_none_of_the_text():
    _, pieces = taken_out("Secret words ![a](1) around.")
    stored = json.loads(json.dumps(pieces))
    assert "ecret" not in str(stored)
    assert put_back("Secret words around.", stored) == "Secret words ![a](1) around."


FRAGMENTS = st.sampled_from(
    [
        *("One", "둘", " ", "  ", "\n", "\n\n", "- ", "> ", "1. ", "### ", "`", "```\n", "| "),
        *("![a](1)", "![b](/b.png){: .x}", "<img src=c>", "{: .y }", "{:toc}", "{% raw %}"),
        *(
            "{% endraw %}",
            "{% include x %}",
            "{{ x }}",
            "{#id}",
            "[r]: /r\n",
            "![r]",
            "[![a](1)](2)",
        ),
        *("{% comment %}", "{% endcomment %}", "<!--", "-->", "\\", "$x_{:k}$", "![", "](", ")"),
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=25).map("".join)


def words(text):
    return re.findall(r"\w+", text)


@given(TEXTS)
@settings(max_examples=500)
def test_whatever_is_taken_out_comes_back_where_it_was(markdown):
    rest, pieces = taken_out(markdown)
    assert put_back(rest, pieces) == markdown


@given(TEXTS, TEXTS)
@settings(max_examples=500)
def test_whatever_is_edited_no_word_of_the_editor_and_no_piece_is_lost(markdown, edited):
    pieces = taken_out(markdown)[1]
    again = put_back(edited, pieces)
    assert len(again) >= len(edited)
    assert all(piece.written.strip() in again for piece in pieces)
    remaining = iter(again)
    assert all(char in remaining for char in edited)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "![",
            "[![",
            "![a[b]",
            "![](",
            '{: a="',
            "{% ",
            "{% comment %}",
            "{% raw %}",
            "<img ",
            "` ",
        ),
        *(
            "![x](y) ",
            "![x](y)\n",
            "a\n\n![x](y)\n\n",
            "- x\n{: toc",
            " {#a",
            "\n",
            " ",
            "> ",
            "[a]: ",
        ),
    ],
)
def test_a_hostile_text_is_read_whole(unit):
    text = (unit * 200_000)[:200_000]
    rest, pieces = taken_out(text)
    assert put_back(rest, pieces) == text


@pytest.mark.parametrize(
    "markdown",
    [
        "Jinja uses {% if x %} blocks.",
        "A set {: .a} and {: .b key=1} here",
        "- a\n{:toc}\n\nOne",
        "{% comment %}not\nhidden{% endcomment %} two",
        "{% x %}\n\n{% y %}",
    ],
)
def test_liquid_that_somebody_wrote_here_is_words_again_when_it_is_read(markdown):
    written = put_back(markdown, [])
    assert "{% raw %}" in written
    assert rest_of(written) == markdown


def test_liquid_of_the_file_and_of_the_editor_stand_side_by_side():
    rest, pieces = taken_out("One {% include x.html %} line\n\nTwo")
    edited = rest.replace("Two", "Use {% if x %} here.")
    written = put_back(edited, pieces)
    assert written == ("One {% include x.html %} line\n\nUse {% raw %}{% if x %}{% endraw %} here.")
    assert rest_of(written) == edited
