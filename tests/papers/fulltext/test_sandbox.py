"""Files are read in a child process that may fail in any way."""

import os
import sys
import zlib

import pytest

from papers.fulltext.base import Kind, ParseFailed, Part, Text
from papers.fulltext.sandbox import INPUT_LIMIT, Limits, parse, run
from tests.papers.fulltext.pdf_files import assemble, make_pdf

HERE = "tests.papers.fulltext.hostile_parsers:"
HASTY = Limits(memory=200 * 2**20, cpu_s=1, wall_s=2)
PATIENT = Limits(memory=200 * 2**20, cpu_s=60, wall_s=300)
DOCUMENT = '<article class="ltx_document">'

STOPPED = "processor time|memory|crashes|cannot be read|is not read within"

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's limits are Linux's")


def refusal(parser, data=b"", *limits):
    with pytest.raises(ParseFailed) as failure:
        run(HERE + parser, data, *limits)
    return str(failure.value)


def test_what_a_reader_says_comes_back():
    text = Text((Part(Kind.OTHER, "", '가 😀 𝒜 \n\u2028 " \\'),), "html")
    assert run(HERE + "echo", text.parts[0].text.encode()) == text


def test_a_reader_refuses_in_words():
    assert refusal("refuse") == "says no"


def test_a_mistake_of_a_reader_is_told_and_bounded():
    reason = refusal("err")
    assert reason.startswith("KeyError: 'xxx")
    assert len(reason) == 300


@linux
def test_a_memory_bomb_is_stopped():
    assert refusal("allocate", b"", PATIENT) == "needs more than 200 MiB of memory"


@linux
def test_an_endless_loop_is_stopped():
    # On a busy machine the wall clock may come first.
    assert refusal("spin", b"", HASTY) in {
        "takes more than 1 s of processor time",
        "is not read within 2 s",
    }


def test_a_sleeper_is_ended(tmp_path):
    pid = tmp_path / "pid"
    assert refusal("sleep", str(pid).encode(), HASTY) == "is not read within 2 s"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_child_that_leaves_without_a_word_is_noticed():
    assert refusal("exit_hard") == "crashes its reader: exit status 3"


@linux
def test_a_crash_is_named():
    assert refusal("crash") == "crashes its reader: SIGSEGV"


@linux
@pytest.mark.parametrize("parser", ["flood", "ramble"])
def test_an_answer_without_end_is_cut(parser):
    assert refusal(parser) == "gives more than 8 MiB of text"


@pytest.mark.parametrize(
    "answer",
    [
        *(b"", b"\xff", b"[]", b"null", b"1", b'{"format": "html"}', b"[" * 100_000),
        b'{"format": "doc", "parts": []}',
        b'{"format": "html", "parts": [1]}',
        b'{"format": "html", "parts": [{"kind": "other", "heading": "", "text": 1}]}',
        b'{"format": "html", "parts": [{"kind": "odd", "heading": "", "text": ""}]}',
        b'{"failed": 1}',
    ],
)
def test_an_answer_of_another_shape_is_refused(answer):
    assert refusal("lie", answer) == "gets no sound answer from its reader"


def test_a_reader_that_does_not_exist_is_a_failure_not_an_error():
    assert refusal("nobody").startswith("AttributeError")


def test_the_child_sees_no_secret_and_no_django(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    seen = {part.text for part in run(HERE + "surroundings", b"").parts}
    # Python itself sets LC_CTYPE if no locale is given.
    assert seen - {"LC_CTYPE"} == {"PYTHONPATH"}


def test_a_file_over_the_limit_is_not_read():
    with pytest.raises(ParseFailed, match="is larger than 20 MiB"):
        parse(bytes(INPUT_LIMIT + 1), "text/html")


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json", "x" * 1000])
def test_another_type_is_refused(content_type):
    with pytest.raises(ParseFailed, match="is neither HTML, PDF nor Markdown") as failure:
        parse(b"", content_type)
    assert len(str(failure.value)) < 200


def test_the_type_may_bear_a_character_set():
    text = parse(f"{DOCUMENT}<p>Words".encode(), "Text/HTML; charset=utf-8")
    assert text.parts == (Part(Kind.OTHER, "", "Words"),)


@pytest.mark.parametrize("content_type", ["text/html", "application/pdf", "text/markdown"])
@pytest.mark.parametrize("data", [b"", b"\0", b"\xff\xfe" * 1000, b"%PDF-1.7\n", b"<html>", b"{}"])
def test_what_is_no_paper_is_refused(content_type, data):
    with pytest.raises(ParseFailed):
        parse(data, content_type)


@linux
@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 400_000,
        '<p><span class="ltx_note">' * 600_000,
        "<p " + "a" * 50 + " b=1" * 4_000_000,
        "<figure>x" * 600_000,
    ],
    ids=["elements", "footnotes", "attributes", "figures"],
)
def test_deep_and_wide_html_costs_no_more_than_the_limits(bomb):
    with pytest.raises(ParseFailed, match=STOPPED):
        parse(f"{DOCUMENT}{bomb}x".encode(), "text/html", HASTY)


@linux
@pytest.mark.parametrize("element", ["section", "div", "main"])
def test_a_page_of_nothing_but_nested_headings_costs_no_more_than_the_limits(element):
    with pytest.raises(ParseFailed, match=STOPPED):
        parse(f"<{element}><h2>Results</h2>".encode() * 300_000, "text/html", HASTY)


def test_a_page_of_xhtml_includes_and_expands_nothing(tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("CANARY")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    page = f"""<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "LAUGH">{laughs}
    <!ENTITY x SYSTEM "{canary.as_uri()}">]>
    <html xmlns="http://www.w3.org/1999/xhtml" xmlns:xi="http://www.w3.org/2001/XInclude"><body>
    <section><h2>Method</h2><p>Text &l9; and &x;.</p>
    <xi:include href="{canary.as_uri()}" parse="text"/></section>
    <section><h2>Results</h2><iframe src="{canary.as_uri()}"/><p>Good.</p></section>
    </body></html>"""
    text = parse(page.encode(), "application/xhtml+xml")
    assert [part.text for part in text.parts] == ["Text &l9; and &x;.", "Good."]


def test_entities_of_a_doctype_are_not_expanded(tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("CANARY")
    page = (
        '<!DOCTYPE x [<!ENTITY a "LAUGH"><!ENTITY b "&a;&a;">'
        f'<!ENTITY c SYSTEM "{canary.as_uri()}">]>'
        f"{DOCUMENT}<p>Text &b; and &c;."
    )
    text = parse(page.encode(), "text/html").parts[0].text
    assert "&b; and &c;" in text
    assert "CANARY" not in text


def test_a_pdf_made_by_hand_is_read():
    text = parse(make_pdf([(400, "F", "Some words.")]), "application/pdf")
    assert text == Text((Part(Kind.OTHER, "", "Some words."),), "pdf")


def test_a_pdf_without_text_is_refused():
    with pytest.raises(ParseFailed, match="holds no text"):
        parse(assemble(b"0 0 100 100 re f"), "application/pdf")


def test_a_pdf_whose_pages_hold_themselves_is_refused():
    with pytest.raises(ParseFailed):
        parse(assemble(b"", kids="2 0 R 2 0 R"), "application/pdf", HASTY)


@linux
def test_a_pdf_bomb_costs_no_more_than_the_limits():
    words = b"BT /F 10 Tf 72 400 Td " + b"(words words words) Tj\n" * 4_000_000 + b"ET"
    bomb = zlib.compress(zlib.compress(words, 1), 9)
    assert len(bomb) < 100_000
    with pytest.raises(ParseFailed, match=STOPPED):
        parse(assemble(bomb, filters="/Filter[/FlateDecode/FlateDecode]"), "application/pdf", HASTY)
