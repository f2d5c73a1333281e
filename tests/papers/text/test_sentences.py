"""Sentences of any text come out word for word, and no text can stop the caller."""

import pytest

from papers.text import sentences as module
from papers.text.sentences import LONGEST, sentences


def test_a_sentence_ends_before_a_blank():
    text = "It uses v2.5 of the U.S. data,\ne.g. all. It works."
    assert sentences(text) == ["It uses v2.5 of the U.S. data, e.g. all.", "It works."]


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", "\u3000", "\u202f"])
def test_a_wide_blank_after_an_initial_is_a_blank(blank):
    assert sentences(f"Appendix B{blank}. It works.") == ["Appendix B .", "It works."]


def test_a_panic_of_the_library_leaves_the_text_whole(monkeypatch):
    monkeypatch.setattr(module, "fold", str)
    assert sentences("Appendix B\u00a0. It works.") == ["Appendix B\u00a0. It works."]


def test_an_interrupt_is_no_panic(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "segment", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sentences("It works.")


def test_a_long_text_loses_nothing_and_is_cut_between_sentences():
    said = [f"This is sentence {n} of it." for n in range(1_000)]
    assert sentences(" ".join(said)) == said


def test_the_library_is_given_a_few_thousand_characters_at_once(monkeypatch):
    given = []

    def segment(language, text):
        given.append(len(text))
        return [text]

    monkeypatch.setattr(module, "segment", segment)
    sentences("`" * 200_000 + " a" * 10_000)
    assert max(given) <= LONGEST
    assert sum(given) == 220_000
