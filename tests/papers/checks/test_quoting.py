"""Quoting: the paper's sentence that a reader should look at beside what a summary says."""

import pytest

from papers.checks import quoting
from papers.checks.quoting import nearest, sentence_at

SOURCE = (
    "Widgets are common. We train WidgetNet on ImageNet for 300 epochs.\n\n"
    "It reaches 73.3% accuracy. The model has 7B parameters."
)


def beside(claim, part):
    start = claim.index(part)
    return nearest(claim, start, start + len(part), SOURCE)


TRAINED = "We train WidgetNet on ImageNet for 300 epochs."


@pytest.mark.parametrize(
    ("claim", "part", "sentence"),
    [
        ("정확도는 83.3%이다.", "83.3%", "It reaches 73.3% accuracy."),
        ("WidgetNet을 30 에폭 학습했다.", "30", TRAINED),
        (
            "좋다. ImageNet에서 썼다. 7B이다.",
            "썼다",
            "We train WidgetNet on ImageNet for 300 epochs.",
        ),
        ("아무 관련이 없다.", "관련", ""),
    ],
)
def test_the_sentence_that_shares_most_is_shown(claim, part, sentence):
    assert beside(claim, part) == sentence


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
    assert nearest("7B이다.", 0, 2, "") == ""


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", "\u3000", "\u202f"])
def test_wide_blanks_in_the_paper_do_no_harm(blank):
    source = f"See Appendix B{blank}. It reaches 73.3%{blank}accuracy."
    assert nearest("83.3%이다.", 0, 5, source) == "It reaches 73.3% accuracy."
