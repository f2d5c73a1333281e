"""A Korean sentence that the paper does not support is a warning, with the nearest sentence."""

import pytest

from papers.checks.base import Claim, Level, PaperText, Passage
from papers.checks.evidence.claims import stated_in
from papers.checks.support import check
from tests.papers.checks.test_evidence import ATTENTION

PAPER = PaperText(
    "Attention Is All You Need, or Is It",
    " ".join(ATTENTION),
    (
        Passage("", "We apply dropout to the output of each sub-layer."),
        Passage(
            "Training of the largest of all models", "We train on eight P100 GPUs for 12 hours."
        ),
        Passage("Empty", ""),
        Passage("Results", "Table 2\nThe model runs on one machine with eight GPUs."),
    ),
)
FOREIGN = "로봇 팔의 촉각 센서 데이터를 수집하여 조작 정책을 학습한다."


def found(markdown, paper=PAPER, language="ko"):
    return list(check(Claim("method", language, markdown), paper))


def test_each_sentence_of_a_paper_stands_where_it_says():
    for sentence in stated_in(PAPER):
        assert PAPER.text[sentence.start : sentence.end].split() == sentence.text.split()
    texts = [each.text for each in stated_in(PAPER)]
    assert texts[-3:] == [
        "We apply dropout to the output of each sub-layer.",
        "We train on eight P100 GPUs for 12 hours.",
        "The model runs on one machine with eight GPUs.",
    ]


def test_the_span_is_the_sentence_and_the_papers_span_the_nearest():
    markdown = f"- **방법:** 8개의 P100 GPU로 12시간 학습한다. {FOREIGN}"
    (finding,) = found(markdown)
    assert markdown[finding.start : finding.end] == finding.text == FOREIGN
    assert finding.level == Level.WARNING
    assert PAPER.text[slice(*finding.source_span)] in [each.text for each in stated_in(PAPER)]


@pytest.mark.parametrize(
    "markdown",
    [
        "",
        "  ",
        "## 로봇 팔의 촉각 센서 데이터",
        "매우 빠르다.",
        "```\n로봇 팔\n```",
        ATTENTION[2],
        "$x$",
    ],
)
def test_what_says_nothing_to_compare_is_passed_over(markdown):
    assert found(markdown) == []


def test_without_text_and_in_other_languages_nothing_is_said():
    assert found(FOREIGN, PaperText("A title of more than five words in all")) == []
    assert found("Robots collect tactile data to learn new policies.", language="en") == []
    assert len(found(FOREIGN, language="ko-kr")) == 1


@pytest.mark.parametrize(
    "markdown", ["가" * 20_000, "끝이 없는 문장 " * 2_000, "한 문장이다. " * 1_000]
)
def test_long_and_endless_texts_are_read_to_their_end(markdown):
    assert len(found(markdown)) >= 0
