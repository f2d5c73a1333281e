import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.checks import terms
from papers.checks.base import Level
from papers.checks.glossary import DEFAULT_TERMS
from papers.checks.terms import Term

ATTENTION = Term("attention", "어텐션", ("주의", "주의력"))
FINE_TUNING = Term("fine-tuning", "미세 조정", ("파인튜닝", "fine tuning"))


def found(markdown: str, *glossary: Term) -> list[str]:
    findings = terms.check(markdown, "ko", glossary or (ATTENTION, FINE_TUNING))
    assert all(markdown[each.start : each.end] == each.text for each in findings)
    return [each.text for each in findings]


@pytest.mark.parametrize(
    "text",
    [
        "주의 메커니즘을 쓴다.",
        "주의를 계산한다.",
        "주의(attention)",
        "희소 주의와 캐시",
        "자기 주의에서는",
        "**주의** 점수",
        "주의",
    ],
)
def test_an_unwanted_rendering_is_found_whatever_particle_it_has(text: str):
    assert found(text) == ["주의"]


@pytest.mark.parametrize(
    "text",
    [
        "어텐션을 쓴다. 크로스어텐션과 셀프 어텐션.",
        "자본주의와 민주주의",
        "주의사항을 읽는다.",
        "해석에 주의해야 한다.",
        "사용에 주의가 필요하다.",
        "각별한 주의를 요한다.",
        "주의 깊게 살핀다.",
        "사용자의 주의를 끌었다.",
        "`주의` 와 $주의$",
        "부주의한 실수",
    ],
)
def test_the_same_letters_inside_other_words_are_not_the_term(text: str):
    assert found(text) == []


def test_the_wanted_rendering_is_told():
    (finding,) = terms.check("주의력 레이어", "ko", [ATTENTION])
    assert (finding.text, finding.level, finding.code) == ("주의력", Level.WARNING, "house_term")
    assert finding.why == "“주의력” stands for “attention”; the house's word is “어텐션”."
    assert finding.data["rendering"] == "어텐션"


def test_blanks_inside_a_rendering_do_not_matter():
    assert found("파인 튜닝된 모델을 미세조정하고 미세 조정한다. Fine Tuning.") == [
        "파인 튜닝",
        "Fine Tuning",
    ]


def test_a_term_of_another_language_is_not_looked_for():
    japanese = Term("attention", "注意機構", ("アテンション",), "ja")
    assert found("アテンション과 주의", japanese) == []
    assert [f.text for f in terms.check("アテンション層", "ja", [japanese])] == ["アテンション"]


def test_without_a_glossary_nothing_is_said():
    assert terms.check("주의", "ko", []) == []


def test_letters_that_match_oddly_and_blank_words_do_no_harm():
    odd = Term("x", "kiss", ("İ", "ı", "is", " ", "(", "a|b"))
    assert found("ſ İs ıS ( a|b", odd) == ["(", "a|b"]


def test_a_digest_tells_which_rendering_is_used_where():
    texts = {1: "주의 마스크", 2: "어텐션을 쓴다", 3: "주의와 주의", 4: "캐시"}
    (usage,) = terms.renderings(texts, "ko", [FINE_TUNING, ATTENTION])
    assert usage.term == ATTENTION
    assert usage.counts == {"주의": {1: 1, 3: 2}, "어텐션": {2: 1}}
    assert list(usage.counts) == ["주의", "어텐션"]
    assert usage.is_mixed


def test_two_renderings_in_one_digest_are_found_at_the_rarer_one():
    texts = {"a": "주의 마스크", "b": "어텐션을 쓴다", "c": "주의를 쓴다"}
    findings = terms.check_digest(texts, "ko", [ATTENTION])
    assert [(key, [f.text for f in found]) for key, found in findings.items()] == [
        ("b", ["어텐션"])
    ]
    assert findings["b"][0].data["rendering"] == "주의"


def test_a_digest_that_keeps_to_a_variant_is_left_alone():
    texts = {"a": "주의 마스크", "c": "주의를 쓴다"}
    assert terms.check_digest(texts, "ko", [ATTENTION]) == {}


def test_each_rendering_of_the_default_glossary_belongs_to_one_term():
    words = [
        re.sub(r"\s", "", word)
        for term in DEFAULT_TERMS
        for word in (term.rendering, *term.variants)
    ]
    assert len(words) == len(set(words))


@given(st.text(max_size=300), st.lists(st.text(max_size=8), max_size=4))
def test_no_text_and_no_glossary_is_too_odd(text: str, words: list[str]):
    found(text, Term("x", "", tuple(words)))
    terms.check_digest({1: text, 2: "".join(words)}, "ko", DEFAULT_TERMS)


def test_the_seed_post_has_two_renderings_of_attention(corpus: Path):
    (post,) = (corpus / "seed").glob("2025-*.md")
    papers = {text[0]: text for text in re.split(r"(?m)^# (?=\d)", post.read_text())[1:]}
    usages = {use.term.english: use for use in terms.renderings(papers, "ko", DEFAULT_TERMS)}
    assert usages["attention"].counts == {"주의": {"1": 1, "6": 9}, "어텐션": {"2": 1}}
    mixed = {name for name, use in usages.items() if use.is_mixed}
    assert mixed == {"attention", "fine-tuning", "gradient", "large language model"}
    assert list(terms.check_digest(papers, "ko", DEFAULT_TERMS)) == ["2", "5", "6", "8"]
