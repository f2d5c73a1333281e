import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.checks import links
from papers.checks.base import Level

HOSTS = ("github.com", "www.blockrank.example")


def found(markdown: str, source: str = "") -> list[tuple[str, str]]:
    findings = links.check(markdown, HOSTS, source)
    assert all(markdown[each.start : each.end] == each.text for each in findings)
    assert all(each.level == Level.WARNING and each.why for each in findings)
    return [(each.code, each.text) for each in findings]


@pytest.mark.parametrize(
    "text",
    [
        "[논문](https://arxiv.org/abs/2510.06208)",
        "[요약](https://www.alphaxiv.org/ko/overview/2510.06208 '알파')",
        "코드는 https://github.com/a_b/c_d.",
        "[홈](<http://blockrank.example/x>) <https://www.blockrank.example>",
        "[홈][1]\n\n[1]: https://github.com/a (코드)",
        "각주[^1]\n\n[^1]: 설명",
        "`http://10.0.0.1` 과 [여기](#fn1)",
        "비율 16:9, 시각 10:30, a<b 이고 c>d.",
        "HTTP://ARXIV.ORG/abs/1",
    ],
)
def test_links_to_the_papers_own_places_are_fine(text: str):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "code", "target"),
    [
        ("[x](https://evil.example/a)", "unknown_host", "https://evil.example/a"),
        ("https://arxiv.org.evil.example/", "unknown_host", "https://arxiv.org.evil.example/"),
        ("https://arxiv.org@evil.example", "unknown_host", "https://arxiv.org@evil.example"),
        ("[x](https://notarxiv.org)", "unknown_host", "https://notarxiv.org"),
        ("[x](http://3.148.244.109:5000/)", "bare_host", "http://3.148.244.109:5000/"),
        ("<http://[::1]/>", "bare_host", "http://[::1]/"),
        ("[x](http://localhost:8000)", "bare_host", "http://localhost:8000"),
        ("[x](http://2130706433/)", "bare_host", "http://2130706433/"),
        ("[x](http://0x7f.0.0.1/)", "bare_host", "http://0x7f.0.0.1/"),
        ("[x](mailto:a@b.example)", "no_web_address", "mailto:a@b.example"),
        ("<a@b.example>", "no_web_address", "a@b.example"),
        ("[x](/admin/)", "no_web_address", "/admin/"),
        ("[x](http://[)", "no_web_address", "http://["),
        ("https://arxiv.org:99999/", "no_web_address", "https://arxiv.org:99999/"),
        ("[x](https://arxiv.org:0/)", "no_web_address", "https://arxiv.org:0/"),
        ("[x](https://arxiv.org:port/)", "no_web_address", "https://arxiv.org:port/"),
        ("[x][1]\n\n[1]: //evil.example", "no_web_address", "//evil.example"),
        ('<a href="https://evil.example">x</a>', "unknown_host", "https://evil.example"),
    ],
)
def test_links_elsewhere_are_found(text: str, code: str, target: str):
    assert found(text) == [(code, target)]


def test_addresses_in_the_papers_own_text_are_its_own():
    text = "코드: https://demo.example/a\\_b"
    assert found(text, "See \\url{https://demo.example/x}.") == []
    assert found(text, "See https://demo.example.") == []
    assert found(text, "See https://example.") == [("unknown_host", "https://demo.example/a\\_b")]


@given(st.text(max_size=200), st.text("[]()<>:/.@#http \n\\&;", max_size=100))
def test_no_text_is_too_odd(text: str, markup: str):
    found(text, markup)
    found(markup, text)
    found(f"[x](http://{markup})")
