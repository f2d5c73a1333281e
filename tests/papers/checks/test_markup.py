import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.checks import markup
from papers.checks.base import Level


def found(markdown: str) -> list[tuple[str, str]]:
    findings = markup.check(markdown)
    assert all(markdown[each.start : each.end] == each.text for each in findings)
    assert all(each.level == Level.ERROR and each.why for each in findings)
    return [(each.code, each.text) for each in findings]


@pytest.mark.parametrize(
    ("text", "code", "removed"),
    [
        ("<script>alert(1)", "element", "<script>"),
        ('x <iframe src="https://evil.example">', "element", '<iframe src="https://evil.example">'),
        ("<div>글", "element", "<div>"),
        ("<IMG SRC=x onerror=alert(1)>", "element", "<IMG SRC=x onerror=alert(1)>"),
        ("글 <!-- 숨은 글 --> 글", "element", "<!-- 숨은 글 -->"),
        ('<b onclick="x()">굵게', "attribute", 'onclick="x()"'),
        ("<td align=left style=color:red>", "attribute", "style=color:red"),
        ("![그림](https://evil.example/x.png)", "image", "![그림](https://evil.example/x.png)"),
        ("[x](javascript:alert(1))", "link", "javascript:alert(1)"),
        ("[x](java&#115;cript:alert)", "link", "java&#115;cript:alert"),
        ("[x](JaVaScRiPt:alert)", "link", "JaVaScRiPt:alert"),
        ("<data:text/html,x>", "link", "data:text/html,x"),
        ("[x](ftp://arxiv.org/)", "link", "ftp://arxiv.org/"),
    ],
)
def test_what_the_page_does_not_get_is_found(text: str, code: str, removed: str):
    assert found(text) == [(code, removed)]


@pytest.mark.parametrize(
    "text",
    [
        "모델은 <think>와 </think> 사이에서 추론하며, <1 GB를 쓴다.",
        "x<p and q>r, i<b 이고 j>k, $a<img>b$, `<script>`",
        "```html\n<script>\n```",
        "H<sub>2</sub>O, <b>굵게</b>, 줄<br/>바꿈, [링크](https://arxiv.org)",
        '<a href="https://arxiv.org">x</a> <td align="left">',
        "중요! [링크](https://arxiv.org) <user@host.example>",
    ],
)
def test_what_the_page_shows_is_none(text: str):
    assert found(text) == []


@given(st.text(max_size=200), st.text("<>!-/=\"' abpscript[]()\n$`?", max_size=150))
def test_no_text_is_too_odd(text: str, odd: str):
    found(text)
    found(odd)
    found(f"<script {odd}>{text}")


def test_real_summaries_hold_no_such_markup(corpus: Path):
    with gzip.open(corpus / "ko_summaries.jsonl.gz", "rt") as file:
        for row in map(json.loads, file):
            assert found("\n".join((row["purpose"], *row["method"], row["conclusion"]))) == []
