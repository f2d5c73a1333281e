import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.checks import language
from papers.checks.base import Level


def found(markdown: str, code: str = "ko") -> list[str]:
    findings = language.check(markdown, code)
    assert all(markdown[each.start : each.end] == each.text for each in findings)
    assert all(each.level == Level.WARNING for each in findings)
    return [each.text for each in findings]


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("성능과 효율의 妥协을 이룬다.", "妥协"),
        ("새로운 패러다임을採用함", "採用"),
        ("모델을 대규모 текста로 학습한다.", "текста"),
        ("정밀한 위치 معينة를 준다.", "معينة"),
        ("문제を解く 모델이다.", "を解く"),
        ("모델은 数学, 物理 문제를 푼다.", "数学, 物理"),
    ],
)
def test_a_word_of_another_script_in_korean_is_found_exactly(text: str, foreign: str):
    (finding,) = language.check(text, "ko")
    assert (finding.text, finding.code) == (foreign, "foreign_script")


@pytest.mark.parametrize(
    "text",
    [
        "BlockRank는 ICR용 LLM의 주의(attention) 연산을 줄인다.",
        "Temporal Self-Consistency Voting을 도입하여 denoising 단계를 집계한다.",
        "각도 π와 φ, 30°·α를 쓴다. ‘따옴표’와 “인용”… ①",
        "길이는 $数$ 이고 `変数`와 https://example.com/数 에 있다.",
        "- Goal: 빠른 모델\n- BEIR, MSMarco, NQ\n\n[Project page](https://example.com)",
        "고품질 궤적을 얻는다(A trajectory reward model is then employed to ensure the quality).",
        "",
    ],
)
def test_korean_with_english_terms_symbols_and_quotations_is_korean(text: str):
    assert found(text) == []


def test_an_english_sentence_in_a_korean_section_is_found():
    text = "모델을 제안한다. It outperforms all of the strong baselines. 빠르다."
    assert found(text) == ["It outperforms all of the strong baselines"]


def test_a_korean_section_that_is_english_is_found_as_a_whole():
    text = "We propose a new model that is fast.\n\n- It beats all of the v2.5 baselines"
    assert found(text) == [text]
    assert found("Fast model.") == ["Fast model"]


def test_the_papers_own_sentences_are_checked_against_their_own_language():
    assert found("We propose a new model that is fast.", "en") == []
    assert found("We propose a 새로운 모델 that is fast.", "en") == ["새로운 모델"]
    assert found("Café naïve résumé", "fr") == []


def test_chinese_and_japanese_have_scripts_of_their_own():
    assert found("我们提出了一个使用LLM的模型。", "zh-hans") == []
    assert found("我们提出了一个モデル。", "zh") == ["モデル"]
    assert found("新しいモデルを提案する。", "ja") == []
    assert found("We propose a model that uses attention only.", "zh") != []


def test_of_an_unknown_language_nothing_is_said():
    assert found("Бид 새로운 数学", "mn") == []


@given(st.text(max_size=300), st.sampled_from(["ko", "en", "ja", "zh", "ru", "xx", ""]))
def test_no_text_is_too_odd(text: str, code: str):
    found(text, code)


def test_real_summaries_hold_few_foreign_words(corpus: Path):
    with gzip.open(corpus / "ko_summaries.jsonl.gz", "rt") as file:
        rows = [json.loads(line) for line in file]
    texts = ["\n".join((row["purpose"], *row["method"], row["conclusion"])) for row in rows]
    words = [f.text for t in texts for f in language.check(t, "ko") if f.code == "foreign_script"]
    assert words == ["数学", "معينة", "текста", "прог", "採用"]
    assert sum(bool(found(text)) for text in texts) <= 10
    assert all(found(row["abstract"], "en") == [] for row in rows)


def test_the_seed_post_is_korean(corpus: Path):
    (post,) = (corpus / "seed").glob("2025-*.md")
    sections = re.split(r"(?m)^#.*\n(?:\n>.*)?", post.read_text())[2:]
    assert [found(section) for section in sections if section.strip()] == [[]] * 40
