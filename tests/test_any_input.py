"""Whatever comes in, a parser returns what it promises or raises the error that it names.

The pieces are those that the format is made of, so that most examples get past its first line.
Parsers with examples of their own stand beside their other tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.drafting.llm import completion
from papers.editing.unsaved import Offer, UnsavedRefused
from papers.fulltext.base import ParseFailed, Text
from papers.fulltext.html import parse_html
from papers.fulltext.markdown import parse_markdown
from papers.fulltext.pdf import parse_pdf
from papers.models.evidence import quotes_of
from papers.sources import arxivnew, atom, oai_xml
from papers.sources.errors import SourceError
from papers.text import conversion, pasting, strict_json, typed_dates
from papers.text.stored import presentable
from papers.text.unicode_math import text as math_text

HTML = (
    *("<article class='ltx_document'>", "<section class='ltx_section' id='S1'>", "<section>"),
    *("<h1 class='ltx_title ltx_title_section'>", "1 Introduction", "</h1>", "<h2>", "</h2>"),
    *("<div class='ltx_para'>", "<p class='ltx_p'>", "</p>", "</section>", "<div/>", "</div>"),
    *("<math alttext='x^2' display='block'>", "<annotation encoding='application/x-tex'>"),
    *("</annotation>", "</math>", "<table><tr><td>", "</table>", "<span class='ltx_ERROR'>"),
    *("<figure><figcaption>", "</figure>", "<svg><text>", "</svg>", "<ul><li>", "<b>", "<pre>"),
    *("<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>", "<!--[if", "<a href='x'>"),
    *("<bibliography>", "References", "We got 3 points. ", "한글", "\x00", "&#xD800;", "&lt;", "<"),
)
MARKDOWN = (
    *("# ", "## 1 Introduction\n", "\n\n", "```\n", "~~~", "| a | b |\n", "|---|---|\n", "---\n"),
    *("- ", "> ", "<div>", "$x$", "![x](y)", "[x](y)", "Results", "text. ", "\t", "\r\n", "\x00"),
)
XML = (
    *('<?xml version="1.0"?>', "<feed xmlns='http://www.w3.org/2005/Atom'>", "</feed>", "<entry>"),
    *("</entry>", "<id>http://arxiv.org/abs/2510.00001v1</id>", "<title>", "</title>", "<updated>"),
    *("<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'>", "</OAI-PMH>", "<GetRecord>"),
    *("<record>", "<header status='deleted'>", "<identifier>", "</identifier>", "</header>"),
    *("<metadata>", "<arXivRaw xmlns='http://arxiv.org/OAI/arXivRaw/'>", "<version version='v1'>"),
    *(
        "<error code='x'>",
        "<resumptionToken>",
        "<!DOCTYPE x>",
        "&x;",
        "&#0;",
        "]]>",
        "<!--",
        "2026",
    ),
)
PDF = (
    *("%PDF-1.7\n", "1 0 obj\n", "<< /Type /Page >>", "endobj\n", "stream\n", "endstream\n"),
    *("xref\n0 1\n", "trailer << /Root 1 0 R >>\n", "startxref\n9\n", "%%EOF", "\x00", "(text) Tj"),
)
DATES = ("2026", "-", "10", "99", "월", "년", "일", "Oct", " ", ".", "/", "0000", "13", "x", "²")


class Parser(NamedTuple):
    read: Callable[[Any], Any]
    given: st.SearchStrategy[Any]
    raises: tuple[type[Exception], ...] = ()


def text_of(pieces: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces), max_size=30).map("".join)


def bytes_of(pieces: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    written = text_of(pieces).map(lambda text: text.encode("utf-8", "replace"))
    return written | st.binary(max_size=200)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
names = st.sampled_from(
    [
        "parts",
        "kind",
        "heading",
        "text",
        "format",
        "generator",
        "gap",
        "at",
        "page",
        "name",
        "label",
        "shown",
        "value",
        "choices",
        "message",
        "content",
        "usage",
        "prompt_tokens",
    ]
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(names, inner, max_size=6),
    max_leaves=20,
)
PARSERS = {
    "html": Parser(parse_html, bytes_of(HTML), (ParseFailed,)),
    "markdown": Parser(parse_markdown, bytes_of(MARKDOWN), (ParseFailed,)),
    "pdf": Parser(parse_pdf, bytes_of(PDF), (ParseFailed,)),
    "atom": Parser(atom.read, bytes_of(XML), (SourceError,)),
    "announcements": Parser(arxivnew.parse, bytes_of(XML), (SourceError,)),
    "oai": Parser(oai_xml.read, bytes_of(XML), (SourceError, oai_xml.ProtocolError)),
    "completion": Parser(completion.parse, values.map(lambda each: json.dumps(each).encode())),
    "json": Parser(strict_json.loads, text_of(tuple('{}[]",:1e-\\u0NaN ')), (ValueError,)),
    "stored text": Parser(Text.from_json, values, (ValueError,)),
    "quotes": Parser(quotes_of, st.lists(values, max_size=4)),
    "unsaved": Parser(Offer.read, values, (UnsavedRefused,)),
    "pasted": Parser(pasting.markdown, text_of(HTML), (ValueError,)),
    "stored html": Parser(presentable, text_of(HTML)),
    "plain html": Parser(conversion.plain, text_of(HTML)),
    "html of feeds": Parser(conversion.for_feeds, text_of(HTML)),
    "mathml": Parser(math_text, text_of(HTML)),
    "typed date": Parser(typed_dates.take_date, text_of(DATES)),
}


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=120)
@given(data=st.data())
def test_any_input_is_read_or_refused_as_promised(name: str, data: st.DataObject) -> None:
    parser = PARSERS[name]
    told = data.draw(parser.given)
    with suppress(*parser.raises):
        parser.read(told)
