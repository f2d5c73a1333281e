import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.checks import placeholders
from papers.checks.base import Level


def found(markdown: str) -> list[str]:
    findings = placeholders.check(markdown)
    assert all(markdown[each.start : each.end] == each.text for each in findings)
    return [each.text for each in findings]


@pytest.mark.parametrize(
    "text",
    [
        "정보 부족",
        "정보가 부족합니다",
        "관련 정보 없음",
        "해당 없음",
        "해당사항 없음",
        "없음",
        "논문에 명시되지 않음",
        "초록에 구체적인 한계가 언급되지 않았습니다",
        "본 논문에서는 한계점에 대한 정보가 제공되지 않았다",
        "확인 불가",
        "추후 작성 예정",
        "내용을 입력하세요",
        "준비 중입니다",
        "요약 생성 실패",
        "N/A",
        "n/a",
        "TODO",
        "TBD",
        "None",
        "Not mentioned",
        "Not specified in the abstract",
        "No limitations are mentioned in the paper",
        "The paper does not explicitly mention any limitations",
        "Insufficient information",
        "Summary generation failed",
        "Coming soon",
        "Lorem ipsum",
    ],
)
def test_a_text_that_only_says_that_something_is_missing_is_a_placeholder(text: str):
    assert found(text) == [text]
    assert found(f"- 목표: {text}.  \n- 기여: 새 모델을 제안한다.\n") == [text]
    assert found(f"새 모델을 제안한다.\n\n*{text}*\n") == [text]


def test_a_placeholder_is_an_error_with_its_words():
    (finding,) = placeholders.check("## Limitations\n정보 부족.  ")
    assert (finding.level, finding.code) == (Level.ERROR, "placeholder")
    assert finding.why == "“정보 부족” stands where a text should."


@pytest.mark.parametrize(
    "text",
    [
        "데이터가 부족하다.",
        "카메라 자세에 대한 정보가 부족하다.",
        "학습 데이터의 정보 부족 문제를 다룬다.",
        "저자원 언어에 대한 실험은 제시되지 않았다.",
        "이론적 보장이 제공되지 않는다.",
        "정보 부족 상황에서도 잘 동작한다.",
        "We lack data for low-resource languages.",
        "No code is provided for the baselines.",
        "Existing benchmarks do not address limitations of agents.",
        "Not all voxels are occupied.",
        "GPT-4는 'N/A'라고 답한 비율이 높다.",
        "TODO 주석을 코드로 바꾸는 모델이다.",
        "None of the models solves more than 3 tasks.",
        "- 목표: 한계를 넘는다.\n- 동기: 기존 방법은 느리다.",
        "### 없음\n모델은 빠르다.",
        "모델은 `N/A`를 쓴다: $x_{{i}}$ 와 \\textbf{{y}}.",
        "[입력](https://arxiv.org/abs/2510.06208)에서 이어진다",
    ],
)
def test_a_sentence_that_names_what_is_missing_is_the_papers_own(text: str):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "remains"),
    [
        ("{{ summary }} 입니다.", "{{ summary }}"),
        ("결과: {{paper.title}}", "{{paper.title}}"),
        ("{% if x %}", "{% if x %}"),
        ("모델은 ${name} 이다.", "${name}"),
        ("모델은 […] 빠르다.", "[…]"),
        ("[Insert results here] follow.", "[Insert results here]"),
        ("모델은 [모델명 입력]이다.", "[모델명 입력]"),
        ("TODO: 수치 확인", "TODO:"),
        ("속도는 [TBD] 배이다.", "[TBD]"),
    ],
)
def test_remains_of_a_template_are_found_inside_a_text(text: str, remains: str):
    assert found(text) == [remains]


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I cannot summarise this paper.",
        "As an AI language model, I have no access to the paper.",
        "Here is the summary of the paper in Korean.",
        "죄송하지만 논문 전문을 볼 수 없습니다.",
        "다음은 논문의 요약입니다. 모델을 제안한다.",
    ],
)
def test_a_models_words_about_itself_are_found(text: str):
    assert [each.code for each in placeholders.check(text)] == ["refusal"]


def test_an_empty_label_is_found_where_a_dash_fills_it():
    assert found("- Goal: 빠른 모델\n- Motivation: —\n") == ["—"]


def test_a_wrapped_sentence_is_read_as_one():
    assert found("Internal knowledge is deemed\ninsufficient. We add a search.") == []


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text: str):
    found(text)


@given(st.text("{}[]()$\\`*_:.-# \n정보부족 N/A", max_size=300))
def test_no_markup_is_too_odd(text: str):
    found(text)


def test_the_seed_posts_three_placeholders_are_found(corpus: Path):
    (post,) = (corpus / "seed").glob("2025-*.md")
    text = post.read_text().partition("\n---\n")[2]
    assert found(text) == ["정보 부족"] * 3


def test_real_summaries_and_abstracts_hold_no_placeholder(corpus: Path):
    with gzip.open(corpus / "ko_summaries.jsonl.gz", "rt") as file:
        for row in map(json.loads, file):
            for text in (row["purpose"], *row["method"], row["conclusion"], row["abstract"]):
                assert found(text) == []
