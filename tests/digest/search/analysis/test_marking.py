"""Marks in texts, and the part of a text that shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.search.analysis.marking import SHOWN, Marker
from digest.search.analysis.query import parse


def marked(query, text):
    pieces = Marker(parse(query)).pieces(text)
    assert "".join(piece.text for piece in pieces) == text
    return [piece.text for piece in pieces if piece.is_marked]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("model", "Models of modeling, modelo", ["Models", "modeling"]),
        ("배포해서는", "배포에서", ["배포"]),
        ("강화학습", "강화 학습과 강화학습", ["강화 학습", "강화학습"]),
        ("뇌의", "뇌를 보는 모뇌", ["뇌"]),
        ("AI가", "AI는", ["AI"]),
        ("studies", "a study", ["study"]),
        ("70%", "by 70% more", ["70%"]),
        ("", "nothing", []),
    ],
)
def test_words_are_marked_in_each_form(query, text, expected):
    assert marked(query, text) == expected


def test_the_text_with_most_words_is_the_best():
    marker = Marker(parse("agents memory"))
    assert marker.best(["agents", "agents with memory", "memory"]) == 1
    assert marker.best(["nothing"]) is None
    assert Marker(parse("언어모델")).best(["모델 하나", "언어 모델"]) == 1


def test_a_snippet_shows_the_words_of_a_long_text():
    text = "Before it. " * 60 + "Here is memory for agents. " + "After it. " * 60
    pieces = Marker(parse("agents memory")).snippet(text)
    assert [piece.text for piece in pieces if piece.is_marked] == ["memory", "agents"]
    assert len("".join(piece.text for piece in pieces)) <= SHOWN + 4
    assert pieces[0].text.startswith("…")


@given(st.text(max_size=600), st.text(max_size=40))
def test_a_snippet_is_part_of_its_text(text, query):
    pieces = Marker(parse(query)).snippet(text)
    inner = "".join(piece.text for piece in pieces if piece.text not in ("… ", " …"))
    assert inner in text
