"""The check for what acts in a page finds each kind, and none in text."""

from html import escape

import pytest

from tests.acting import ACTING, acting

KINDS = (
    "<script>alert(1)</script>",
    "<script type='application/ld+json'>{</script><script>alert(1)//</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href=' JaVaScRiPt:alert(1)'>x</a>",
    "<form action='//evil.example/alert(1)'>",
    "<button formaction='javascript:alert(1)'>x</button>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<base href='//evil.example/alert(1)/'>",
    "<meta http-equiv=refresh content='0;url=//evil.example/alert(1)'>",
    "<p x-init='alert(1)'>x</p>",
    "<p @click='alert(1)'>x</p>",
    "<style>@import url(//evil.example/alert(1))</style>",
)


@pytest.mark.parametrize("html", KINDS)
def test_each_kind_is_found(html):
    assert acting(f"<html><body><main>{html}</main></body></html>")


def test_what_stands_in_the_page_as_text_or_data_is_none():
    page = (
        f"<title>{escape(ACTING)}</title><p title='{escape(ACTING)}'>{escape(ACTING)}</p>"
        f"<textarea>{escape(ACTING)}</textarea><input value='{escape(ACTING)}'>"
        '<script type="application/ld+json">{"name": "alert(1)"}</script>'
        "<meta property='og:title' content='javascript:alert(1)'>"
        "<a href='/search/?q=alert(1)'>x</a><script src='/static/site.js'></script>"
    )
    assert acting(page) == []


def test_the_attempt_acts_where_it_is_not_escaped():
    assert len(acting(f"<p title='{ACTING}'>{ACTING}</p>")) > 8
