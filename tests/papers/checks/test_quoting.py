"""Quoting: the paper's sentence that a reader should look at beside what a summary says."""

import pytest

from papers.checks import quoting
from papers.checks.base import PaperText, Passage
from papers.checks.quoting import nearest, sentence_at

ABSTRACT = "Widgets are common in all fields. We train WidgetNet on ImageNet for 300 epochs."
FULL_TEXT = (
    Passage("Results", "It reaches 73.3% accuracy in the end. The model has 7B parameters."),
)
PAPER = PaperText("A paper", ABSTRACT, FULL_TEXT)
SOURCE = PAPER.text


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("정확도는 83.3%이다.", "It reaches 73.3% accuracy in the end."),
        ("WidgetNet을 30 에폭 학습했다.", "We train WidgetNet on ImageNet for 300 epochs."),
        ("7B 매개변수를 갖는다.", "The model has 7B parameters."),
    ],
)
def test_the_sentence_that_comes_nearest_is_shown(claim, sentence):
    assert nearest(claim, PAPER) == sentence


def test_of_a_span_of_the_paper_its_sentence_is_shown():
    at = SOURCE.index("7B")
    assert sentence_at(SOURCE, (at, at + 2)) == "The model has 7B parameters."


def test_a_long_sentence_is_shortened():
    source = "Widgets " * 1_000
    assert len(sentence_at(source, (0, 7))) == quoting.LONGEST + 1


def test_of_a_text_without_sentences_only_what_is_near_is_taken():
    source = "widgets " * 10_000
    assert len(quoting.around(source, 40_000, 40_007)) == 2 * quoting.FARTHEST + 7
    assert quoting.around(source, 0, 7) == source[: quoting.FARTHEST + 7]


def test_an_empty_paper_has_nothing_to_show():
    assert nearest("7B이다.", PaperText("A paper of more than five words")) == ""


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", "\u3000", "\u202f"])
def test_wide_blanks_in_the_paper_do_no_harm(blank):
    paper = PaperText(
        "A paper", f"See Appendix B{blank}. It reaches 73.3%{blank}accuracy there now."
    )
    assert nearest("정확도는 83.3%이다.", paper) == "It reaches 73.3% accuracy there now."
