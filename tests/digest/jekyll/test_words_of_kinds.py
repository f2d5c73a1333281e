"""Headings of strangers mean the kinds whose rows have their words (`papers.kinds`)."""

import pytest

from digest.jekyll.files.finding import lookup
from papers import kinds
from tests.papers.widgets import WIDGETS


@pytest.fixture(autouse=True)
def one_row_more(monkeypatch):
    monkeypatch.setitem(kinds.TABLE, WIDGETS.name, WIDGETS)


def test_a_word_of_strangers_stands_for_one_kind():
    for words in ("synonyms", "question_words", "phrase_words"):
        every = [word.casefold() for row in kinds.rows() for word in getattr(row, words)]
        assert len(every) == len(set(every)), words


@pytest.mark.parametrize("name", [*kinds.TABLE, WIDGETS.name])
def test_headings_of_strangers_mean_a_kind_by_the_words_of_its_row(name):
    row = kinds.of(name)
    for word in row.synonyms:
        assert lookup.kind(f"3. {word}:") == row.name, word
    for word in row.question_words:
        assert lookup.kind(f"What is the {word} of it?") == row.name, word
        assert lookup.kind(f"All of the {word} of it") == kinds.OTHER, word
    for word in row.phrase_words:
        assert lookup.kind(f"{word}ქქ?") == row.name, word


def test_a_question_about_a_later_kind_has_words_of_earlier_ones():
    for heading, kind in (
        ("How did it fail?", kinds.LIMITATIONS),
        ("What problem does it work on?", kinds.INTRODUCTION),
        ("What did they show about the idea?", kinds.RESULTS),
        ("How is it done?", kinds.METHOD),
        ("Where is it?", kinds.OTHER),
    ):
        assert lookup.kind(heading) == kind, heading
