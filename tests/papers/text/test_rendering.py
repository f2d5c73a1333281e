"""Markdown as people and models write it, and as hostile people write it."""

import hashlib
import re
import threading
import unicodedata
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.text.cleaning import clean
from papers.text.conversion import absolute
from papers.text.rendering import (
    MAX_LENGTH,
    VERSION,
    render,
    render_inline,
    render_text,
)


def paragraph(markdown: str) -> str:
    return render(markdown).removeprefix("<p>").removesuffix("</p>")


# Emphasis, lists, tables, notes


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**한글(English)**은", "<strong>한글(English)</strong>은"),
        ('**"인용"**은', '<strong>"인용"</strong>은'),
        ("**목표:**본", "<strong>목표:</strong>본"),
        (
            "**[링크](u)**는",
            '<strong><a href="u" rel="noopener noreferrer">링크</a></strong>는',
        ),
        ("snake_case_name 과 x_i", "snake_case_name 과 x_i"),
        ("~~지움~~ 10~20", "<del>지움</del> 10~20"),
        ("`a<b` **`c`**", "<code>a&lt;b</code> <strong><code>c</code></strong>"),
        ("H<sub>2</sub>O<br>x", "H<sub>2</sub>O<br>x"),
        ("2*3*4, 512*512*3, d_model*4*h", "2*3*4, 512*512*3, d_model*4*h"),
        ("2**3** *3x* **4**", "2<strong>3</strong> <em>3x</em> <strong>4</strong>"),
        (r"10\% \& \< \, \: \= \`a\`", "10% &amp; &lt; , : = `a`"),
        ("[a]() b", "a b"),
        ("[](u)", '<a href="u" rel="noopener noreferrer">u</a>'),
    ],
)
def test_inline_markdown_reads_as_its_writer_meant(markdown, html):
    assert paragraph(markdown) == html


@pytest.mark.parametrize("item", ["- a\n- b", "* a\n* b", "1. a\n2. b"])
def test_a_list_straight_after_a_paragraph_is_a_list(item):
    html = render(f"문단\n{item}")
    assert html.startswith("<p>문단</p>")
    assert html.count("<li>") == 2


def test_a_list_straight_after_a_quoted_line_is_a_quoted_list():
    html = render("> 문단\n> - a\n> - b")
    assert re.search(r"<blockquote>\s*<p>문단</p>\s*<ul>\s*<li>a</li>\s*<li>b</li>", html)


def test_lists_nest_by_two_spaces():
    html = render("문단\n- a\n  - b\n    - c\n- d")
    assert html.count("<ul>") == 3
    assert html.count("</li>") == 4


def test_a_line_within_an_item_does_not_end_its_list():
    assert render("- a\n  more\n- b").count("<ul>") == 1


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_code_keeps_its_lines(fence):
    html = render(f"{fence}python\nx = 1\n- y\n$$\n<script>\n{fence}")
    assert html == (
        '<pre><code class="language-python">x = 1\n- y\n$$\n&lt;script&gt;</code></pre>'
    )


def test_a_fence_inside_a_list_gets_no_blank_lines():
    assert "\n\n" not in render("- a\n  ```\n  x\n  - y\n  ```\n")


def test_headings_begin_below_the_pages_own():
    html = render("# a\n## b\n### c\n###### d\ntext")
    assert re.findall(r"<(h\d)>", html) == ["h4", "h5", "h6", "h6"]
    assert html.endswith("<p>text</p>")


def test_a_table_keeps_its_alignment():
    html = render("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert '<td align="right">2</td>' in html
    assert "style" not in html


def test_footnotes_of_two_texts_do_not_meet_on_one_page():
    first = render("a[^1] b[^1]\n\n[^1]: 주석", footnote_prefix="7-method-")
    second = render("a[^1]\n\n[^1]: 주석", footnote_prefix="8-method-")
    ids = re.findall(r'id="([^"]+)"', first + second)
    assert len(set(ids)) == len(ids) == 5
    assert set(re.findall(r'href="#([^"]+)"', first + second)) == set(ids)


def test_a_footnote_prefix_with_markup_is_refused():
    with pytest.raises(ValueError, match="footnote prefix"):
        render("a", footnote_prefix='"><b')


def test_a_second_rendering_knows_nothing_of_the_first():
    render("a[^1] [b][c]\n\n[^1]: note\n[c]: http://example.com")
    assert paragraph("a[^1] [b][c]") == "a[^1] [b][c]"


def test_an_image_is_its_description():
    assert paragraph("![개요](https://evil.example/x.png)") == "개요"


# Math


@pytest.mark.parametrize("written", ["값 ${}$는", "값 $${}$$는", "값 $$ {} $$는", r"값 \({}\)는"])
def test_math_in_a_sentence_is_inline_math_with_its_source(written):
    html = render(written.format(r"\frac{x}{2}"))
    assert html.startswith("<p>값 <math><semantics><mfrac>")
    assert r'<annotation encoding="application/x-tex">\frac{x}{2}</annotation>' in html
    assert html.endswith("</math>는</p>")
    assert render(written.format("x_i")) == "<p>값 xᵢ는</p>"


@pytest.mark.parametrize("math", ["$$\na < b\n- c\n$$", "$$a < b - c$$", "\\[\na < b\n- c\n\\]"])
@pytest.mark.parametrize("before", ["", "앞\n", "앞\n\n"])
@pytest.mark.parametrize("after", ["", "\n뒤", "\n\n뒤"])
def test_math_on_lines_of_its_own_is_display_math(before, math, after):
    html = render(before + math + after)
    assert html.count('<p><math display="block">') == 1
    assert "a &lt; b" in html
    assert "<li>" not in html
    assert html.endswith("<p>뒤</p>") == bool(after)


@pytest.mark.parametrize("text", ["$5 and $6", "$5/$6", "$10-$20 정도", "\\$5", "5$"])
def test_money_is_not_math(text):
    assert paragraph(text) == text.replace("\\", "")


def test_tex_that_cannot_be_set_is_shown():
    assert paragraph(r"$\method<x>$") == r'<code class="tex">\method&lt;x&gt;</code>'


# Tags that are words, and tags that are not


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("<think> 사고 </think>", "&lt;think&gt; 사고 &lt;/think&gt;"),
        ("`<think>` 토큰", "<code>&lt;think&gt;</code> 토큰"),
        ("<tool_call>와 <1 GB>", "&lt;tool_call&gt;와 &lt;1 GB&gt;"),
        ("a<b and c>d", "a&lt;b and c&gt;d"),
        ("a<script>alert(1)</script>b", "ab"),
        ("<script> 태그", "&lt;script&gt; 태그"),
        ('<div class="x">**굵게**</div>', "<strong>굵게</strong>"),
        ("a<!-- b -->c", "ac"),
        ("{{ site.url }} {% raw %}", "{{ site.url }} {% raw %}"),
    ],
)
def test_a_tag_is_shown_used_or_dropped_by_what_it_is(markdown, html):
    assert paragraph(markdown) == html


def test_a_title_is_text_with_math():
    html = render_inline("  <think> **x** `y` \\$5\n  $\\text{Transformer}^2$ &amp;")
    assert html == "&lt;think&gt; **x** `y` $5 Transformer² &amp;amp;"


def test_an_abstract_is_paragraphs_of_text_with_math():
    html = render_text("- a <b>\n\n\n# $x < y$ [c](d)\n")
    assert html == "<p>- a &lt;b&gt;</p>\n<p># x &lt; y [c](d)\n</p>"


# Hostile texts

ALLOWED = {
    *("a", "b", "blockquote", "br", "code", "del", "div", "em", "h4", "h5", "h6", "hr", "i", "ins"),
    *("kbd", "li", "mark", "ol", "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th"),
    *("thead", "tr", "ul", "math", "semantics", "annotation", "mrow", "mi", "mo", "mn", "mtext"),
    *("mspace", "msub", "msup", "msubsup", "mmultiscripts", "mprescripts", "munder", "mover"),
    *("munderover", "mfrac", "msqrt", "mroot", "mtable", "mtr", "mtd", "mstyle", "mpadded"),
    *("mphantom", "merror"),
}


class Findings(HTMLParser):
    """Collects everything in a page that could run something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "src", "srcset", "action", "xmlns"}:
                self.found.append(f"{tag} {name}")
            # A browser drops these characters before it looks for a scheme.
            address = re.sub(r"[\x00-\x20\x7f-\x9f\u200b]", "", value or "")
            if name == "href" and urlsplit(address).scheme not in {"", "http", "https", "mailto"}:
                self.found.append(address)
            if name == "id" and not re.match(r"fn(ref\d*)?:", value or ""):
                self.found.append(f"id {value}")

    def handle_comment(self, data: str) -> None:
        self.found.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.found.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.found.append("processing instruction")


def findings(html: str) -> list[str]:
    parser = Findings()
    parser.feed(html)
    parser.close()
    return parser.found


VECTORS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script\n>alert(1)</script\n>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script>\n\nalert(1)\n\n</script>",
    "<script/x>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="x" onerror="alert(1)" />',
    "<img src=`x` onerror=alert(1)>",
    "![x](javascript:alert(1))",
    '![x](x "onerror=alert(1)")',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></mtext>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<math href='javascript:alert(1)'>x</math>",
    "<math><maction actiontype='statusline' xlink:href='javascript:alert(1)'>x</maction></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "$\\text{<script>alert(1)</script>}$",
    "$\\text{</math><img src=x onerror=alert(1)>}$",
    "$</annotation><script>alert(1)</script>$",
    "$$\n\\href{javascript:alert(1)}{x}\n$$",
    "$\\unknown{<img src=x onerror=alert(1)>}$",
    "\\(\\url{javascript:alert(1)}\\)",
    "$\\class{x}{y}\\style{color:red}{x}\\id{x}$",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](java&#10;script:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript&colon;alert(1))",
    "[x](java&#x200B;script:alert(1))",
    "[x](java&#x202E;script:alert(1))",
    "[x](java&#xFFFE;script:alert(1))",
    "[x](java&shy;script:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](feed:javascript:alert(1))",
    "[x](file:///etc/passwd)",
    '[x](http://a "onmouseover=alert(1)")',
    '[x](http://a"onmouseover="alert(1))',
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[y]\n\n[y]: data:text/html,<script>alert(1)</script>",
    "<javascript:alert(1)>",
    "<javascript://%0aalert(1)>",
    "<vbscript://x>",
    "<x@y.z?<script>alert(1)</script>>",
    '<a href="javascript:alert(1)">x</a>',
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href=http://a onclick=alert(1) style=position:fixed>x</a>",
    "<a href='x' target=_blank id=location name=x>x</a>",
    "<a\nhref\n=\n'javascript:alert(1)'>x</a>",
    "x[^1]\n\n[^1]: <img src=x onerror=alert(1)> [y](javascript:alert(1))",
    "x[^<img/src/onerror=alert(1)>]\n\n[^<img/src/onerror=alert(1)>]: y",
    'x[^"onclick=alert(1)]\n\n[^"onclick=alert(1)]: y',
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
    "<form action=//evil.example><input name=q><button>x</button></form>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import url(//evil.example)</style>",
    "<style>*{color:red}",
    '<p style="position:fixed;inset:0">x</p>',
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea></textarea><script>alert(1)</script>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><script>alert(1)</script></xmp><plaintext>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><?php echo 1 ?>",
    "<!DOCTYPE html><!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    '```"><script>alert(1)</script>\nx\n```',
    "```{.x onclick=alert(1) id=y}\nx\n```",
    "`<script>`alert(1)`</script>`",
    "| <img src=x onerror=alert(1)> |\n|---|\n| <script>alert(1)</script> |",
    "# <img src=x onerror=alert(1)>",
    "- <svg/onload=alert(1)>\n  - <a href=javascript:alert(1)>x",
    "> <script>alert(1)\n> </script>",
    "a\r\n<script>\r\nalert(1)\r\n</script>\r",
    "\u0338 onfocus=alert(1) autofocus tabindex=1 x=",
    "<b>\u0338 onfocus=alert(1) autofocus tabindex=1 x=</b>",
    "&#x338; onfocus=alert(1) autofocus tabindex=1 x=",
    "<b id=x class='evil' onclick=alert(1) title='a'>x</b>",
    "<sup id='fn:1' onclick=alert(1)>x</sup><li id=body>",
    "\x02wzxhzdk:0\x03 \x02klzzwxh:0000\x03 \x0260\x03script\x0262\x03",
    "&#2;wzxhzdk:0&#3; &#2;60&#3;script&#2;62&#3;",
    "\\<script\\>alert(1)\\</script\\>",
    "*<img src=x* onerror=alert(1)>",
]


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_that_acts_comes_through(vector):
    for context in ("{}", "앞 {} 뒤", "- {}", "> {}", "# {}", "**{}**", "[{}](http://a)", "$x${}"):
        html = render(context.replace("{}", vector))
        assert findings(html) == []
        # A page or a feed may normalise and clean what it gets, and join addresses.
        assert findings(unicodedata.normalize("NFC", clean(html))) == []
        assert findings(absolute(html, "https://digest.example/2025/")) == []


@pytest.mark.parametrize("vector", VECTORS)
def test_titles_and_abstracts_hold_no_tag_of_their_writer(vector):
    for html in (render_inline(vector), render_text(vector)):
        assert findings(html) == []
        tags = set(re.findall(r"<([a-z]+)", html))
        assert not tags & {"a", "b", "sup", "li", "h4", "table", "ul", "pre"}


def test_the_check_for_what_acts_finds_it():
    for html in ("<script>", "<b onclick=x>", "<a href=' javascript:x'>", "<b id=x>", "<!-- x -->"):
        assert findings(html), html


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                *("<", ">", '"', "'", "=", " ", "\n", "\n\n", "/", "!", "--", "&", ";", "`", "$"),
                *("$$", "\\(", "\\)", "\\[", "\\", "[", "](", ")", "[^1]", "[^1]: ", "**", "_"),
                *("> ", "- ", "1. ", "| ", "```\n", "~~", "<a href=", "javascript:", "onclick=1"),
                *("<script>", "</script>", "<style>", "<math>", "<mtext>", "<svg>", "<b>", "</b>"),
                *("<table>", "<td>", "<img src=x onerror=1>", "&#x202E;", "&#xFFFE;", "&lt;"),
                *("\\frac{a}{", "}", "{", "\\text{", "한글", "x", "\x02", "\x03", "\u0338", "# "),
            ]
        ),
        max_size=40,
    ).map("".join)
)
def test_whatever_is_written_the_page_is_safe_and_legal(markdown):
    html = render(markdown)
    assert findings(html) == []
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufffe\uffff\ud800-\udfff]", html
    )


def test_a_character_reference_brings_nothing_hidden_back():
    assert paragraph("a&#x202E;b&#x0;c&#xFFFE;d&#xE0041;e") == "ab\ufffdcde"


# Bounds


@pytest.mark.parametrize("function", [render, render_inline, render_text])
def test_a_text_too_large_is_refused_with_both_numbers(function):
    with pytest.raises(ValueError, match="5,000,000 characters, limit 200,000"):
        function("x" * 5_000_000)
    assert function("가 나\n\n" * (MAX_LENGTH // 5))


@pytest.mark.parametrize(
    ("markdown", "reason"),
    [
        ("x" * 20_001, "paragraph of 20,001 characters"),
        ("[" * 10_000, "square brackets"),
        ("[^1] " * 1_001, "footnote marks"),
    ],
)
def test_a_tangle_is_refused(markdown, reason):
    with pytest.raises(ValueError, match=reason):
        render(markdown)


def from_deep_within(calls: int, markdown: str) -> str:
    return from_deep_within(calls - 1, markdown) if calls else render(markdown)


def test_lists_too_deep_for_the_stack_are_refused_and_leave_the_renderer_as_it_was():
    before = render("- a\n- b\n\nc")
    with pytest.raises(ValueError, match="nested too deep"):
        from_deep_within(650, "".join("  " * depth + "- a\n" for depth in range(138)))
    assert render("- a\n- b\n\nc") == before


def test_brackets_in_code_are_no_tangle():
    assert "[[" in render("```\n" + "[[1, 2], [3, 4]]\n" * 5_000 + "```")


def test_threads_render_side_by_side():
    texts = [f"**{n}** $x_{n}$[^1]\n\n[^1]: note {n}" for n in range(8)]
    expected = [render(text) for text in texts]
    results: dict[int, list[str]] = {}

    def work(number: int) -> None:
        results[number] = [render(texts[number]) for _ in range(20)]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: [expected[number]] * 20 for number in range(8)}


@pytest.mark.corpus
def test_the_seed_post_has_its_headings_and_items(corpus):
    text = (corpus / "seed" / "2025-10-08-daily-papers.md").read_text().split("---\n", 2)[2]
    html = render(text)
    assert [html.count(f"<{tag}>") for tag in ("h4", "h5", "li")] == [8, 40, 36]
    assert findings(html) == []


@pytest.mark.parametrize("markdown", ["## a {} b", "[a {} b](/x)", "**[a {}](/x)**"])
def test_a_formula_in_a_heading_or_link_names_it(markdown):
    html = render(markdown.format(r"$\frac{x < y}{2}$"))
    assert '<math aria-label="(x &lt; y)/2"><semantics><mfrac>' in html
    assert "aria-label" not in render(markdown.format("$x$") + r"$\frac{x}{2}$".join("\n\n\n"))


def test_a_formula_in_a_title_names_its_link():
    assert render_inline(r"$\frac{a}{2}$").startswith('<math aria-label="a/2">')
    assert "aria-label" not in render_text(r"$\frac{a}{2}$")


# What people and models write, and Python-Markdown alone takes for something else.

ROWS = "| a | b |\n|---|---|\n| 1 | 2 |"


@pytest.mark.parametrize("before", ["", "앞\n", "앞\n\n"])
@pytest.mark.parametrize("after", ["", "\n뒤", "\n\n뒤"])
def test_a_table_needs_no_blank_lines(before, after):
    html = render(before + ROWS + after)
    assert html.count("<td>") == 2
    assert html.startswith("<p>앞</p>" if before else "<table>")
    assert html.endswith("<p>뒤</p>" if after else "</table>")


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("앞\n1) a\n2) b", "<p>앞</p><ol><li>a</li><li>b</li></ol>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("앞\n2) b", "<p>앞 2) b</p>"),
        ("• a\n• b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- [ ] a\n- [x] b", "<ul><li>☐ a</li><li>☑ b</li></ul>"),
        ("- a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("- a\n    - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("- a\n\t- b\n\t\t- c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("- a\n  1) b\n  2) c", "<ul><li>a<ol><li>b</li><li>c</li></ol></li></ul>"),
        ("- a\n\n  b\n- c", "<ul><li><p>a</p><p>b</p></li><li>c</li></ul>"),
        (
            "- a\n  ```\n  x\n  ```\n- b",
            "<ul><li><p>a</p><pre><code>x</code></pre></li><li>b</li></ul>",
        ),
        ("> - a\n>     - b", "<blockquote><ul><li>a<ul><li>b</li></ul></li></ul></blockquote>"),
        ("2025. 10. 8. 공개", "<p>2025. 10. 8. 공개</p>"),
        ("10. 8. 공개", "<p>10. 8. 공개</p>"),
        ("a\\\nb", "<p>a<br> b</p>"),
        (r"1. \$$ x^2 $$", "<ol><li>x²</li></ol>"),
        ("---\n- a", "<hr><ul><li>a</li></ul>"),
        ("* * *", "<hr>"),
        ("앞\n· a\n· b", "<p>앞</p><ul><li>a</li><li>b</li></ul>"),
        ("○ a\n■ b", "<ul><li>a</li><li>b</li></ul>"),
        ("가 · 나\n다", "<p>가 · 나 다</p>"),
        ("$ x_1 $와 $ 5 `$ x_1 $`", "<p>x₁와 $ 5<code>$ x_1 $</code></p>"),
        ("$a$ b_1 $c$, $ 5 and $ 6", "<p>a b_1 c, $ 5 and $ 6</p>"),
        (r"값 \[ x = 1 \]과 \[1\], \[a\]", "<p>값 x = 1과 [1], [a]</p>"),
    ],
)
def test_lists_and_lines_as_they_are_meant(markdown, html):
    shown = re.sub(r"\s*(<[^>]*>)\s*", r"\1", render(markdown))
    assert re.sub(r"\s+", " ", shown) == re.sub(r"(<[^>]*>) ", r"\1", html)


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("https://e.example/abs/1에서", "https://e.example/abs/1", "에서"),
        ("https://e.example/x.", "https://e.example/x", "."),
        ("https://e.example/a_(b)_c)", "https://e.example/a_(b)_c", ")"),
        ("https://e.example/?a=1&b=2", "https://e.example/?a=1&amp;b=2", ""),
        ("https://e.example/`x`", "https://e.example/", "<code>x</code>"),
        (r"https://e.example/a\_b\_c", "https://e.example/a_b_c", ""),
        ("https://e.example/*x*_y_", "https://e.example/*x*_y", "_"),
        ("https://e.example/a, b", "https://e.example/a", ", b"),
        ("https://e.example/위키/한글 뒤", "https://e.example/위키/한글", " 뒤"),
        ("https://e.example/?q=한국어&p=1,", "https://e.example/?q=한국어&amp;p=1", ","),
        ("https://e.example/a/에서 본다", "https://e.example/a/", "에서 본다"),
        ("https://e.example/입니다.", "https://e.example/", "입니다."),
        ("https://e.example/a_에서는", "https://e.example/a", "_에서는"),
    ],
)
def test_an_address_in_the_text_is_a_link_that_ends_in_time(text, address, rest):
    link = f'<a href="{address}" rel="noopener noreferrer">{address}</a>'
    assert paragraph(f"값 {text}") == f"값 {link}{rest}"


@pytest.mark.parametrize(
    "markdown",
    [
        "`https://e.example`",
        "xhttps://e.example",
        "xwww.e.example, www. 뒤",
        "ftp://e.example",
        "https://",
        "    https://e.example",
    ],
)
def test_what_is_no_address_of_the_text_is_no_link(markdown):
    assert "<a" not in render(markdown)


def test_addresses_side_by_side_and_in_emphasis_are_links():
    html = render("https://a.example/x,https://b.example _https://c.example_ (www.d.example/y)")
    found = re.findall('href="(.*?)"', html)
    assert found == [
        "https://a.example/x",
        "https://b.example",
        "https://c.example",
        "https://www.d.example/y",
    ]
    assert "<em><a" in html
    assert ">www.d.example/y</a>)" in html


@pytest.mark.parametrize("name", ["align", "align*", "equation", "gather"])
def test_an_environment_of_tex_is_display_math_in_any_paragraph(name):
    html = render(f"앞\n\\begin{{{name}}}\na=1\n\\end{{{name}}}\n뒤")
    assert html.startswith("<p>앞</p>\n<p><math")
    assert html.endswith("</math></p>\n<p>뒤</p>")


def test_the_words_of_a_link_are_no_link_in_it():
    assert render("[https://a.example](https://b.example)").count("<a ") == 1


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (r"at $z\sim$0.66 with $\sim$10 pc", "at z~0.66 with ~10 pc"),
        (r"100$\pm$5 and 3$\times$3", "100±5 and 3×3"),
        (r"$\sim$5-10$\times$ faster", "~5-10× faster"),
        ("by $+$3.5 and $<$10", "by +3.5 and &lt;10"),
        ("$5/$6, $5 and $20, $500 and $x_1$", "$5/$6, $5 and $20, $500 and x₁"),
        (r"costs $5 \times $6", r"costs $5 \times $6"),
        ("H$_2$O and $^{18}$F", "H₂O and ¹⁸F"),
    ],
)
def test_a_formula_may_end_before_a_digit_and_money_is_none(text, html):
    assert render_inline(text) == html
    assert paragraph(text) == html


@pytest.mark.parametrize(
    ("markdown", "cells"),
    [
        ("a | b\n--- | ---\n| 1 | 2 |", ["1", "2"]),
        ("| a | b |\n|---|---|\n| $P(A|B)$ | 0.5 |", ["P(A|B)", "0.5"]),
        ("| a | b |\n|---|---|\n| $\\|x\\|$ | 2 |", ["‖x‖", "2"]),
    ],
)
def test_no_cell_of_a_table_is_lost(markdown, cells):
    assert re.findall("<td>(.*?)</td>", render(markdown)) == cells


@pytest.mark.parametrize("item", ["- a", "1. a", "• a"])
def test_a_list_after_a_table_is_no_row_of_it(item):
    html = render(f"{ROWS}\n{item}\n\n- x\n  {ROWS.replace(chr(10), chr(10) + '  ')}\n- y")
    assert html.count("<td>") == 4
    assert "<li>y</li>" in html


def test_a_date_in_a_list_is_no_list():
    assert render("- 2025. 3. 1. 발표") == "<ul>\n<li>2025. 3. 1. 발표</li>\n</ul>"


def test_a_text_of_fences_is_refused():
    with pytest.raises(ValueError, match="1,000 lines of"):
        render("```\n" * 30_000)


# A change of any of it needs another VERSION, or the texts that are stored keep the old form.
ALL_KINDS = r"""# A
a *b* **c** ~~d~~ `e` <sub>f</sub> https://a.example/가나 [g](u) 2*3*4 10\% $5[^1]
- h
  1) $x_i^2$, $\frac{1}{2}$, \(y\), $\unknown$
| i | j |
|---|--:|
| k | $|l|$ |
$$\begin{align} m &= 1 \end{align}$$
> n
```py
o
```

[^1]: p"""


def test_another_html_is_another_version():
    html = "\n".join([render(ALL_KINDS), render_inline(r"$\pi_0$ \& \(\frac{1}{2}\)")])
    known = {"markdown-3": "5e927b4cc64cd034"}
    assert {VERSION: hashlib.sha256(html.encode()).hexdigest()[:16]} == known
