"""A section's numbers are compared with the paper's by value and unit, not by spelling."""

import gzip
import json
import re
from collections import Counter
from fractions import Fraction
from itertools import chain, product
from re import _parser as parser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.checks import numbers
from papers.checks.base import Level
from papers.checks.numbers import (
    check,
    context,
    implied,
    lists,
    normalise,
    number_words,
    things,
    tokens,
    units,
    unsupported,
)

SAME = {
    "magnitudes": [
        ("30억 개의 매개변수", "a 3B model"),
        ("30억", "3 billion parameters"),
        ("3B", "a 3-billion-parameter model"),
        ("3천만 쌍", "30 million pairs"),
        ("40백만", "40M"),
        ("1.5조 토큰", "1.5T tokens"),
        ("1조 5천억 토큰", "1.5 trillion tokens"),
        ("2만 5,000개", "25,000 samples"),
        ("2만5천 개", "25K"),
        ("1.2억", "120M"),
        ("250K", "250 thousand"),
        ("16K", "16,000"),
        ("100만 토큰", "a 1M-token window"),
        ("100만", "a million"),
        ("10억 규모", "billion-scale"),
        ("30만 개", "300\\,k entries"),
    ],
    "words": [
        ("여덟 개", "8 tasks"),
        ("8개", "eight tasks"),
        ("eight", "8 tasks"),
        ("열두 개", "twelve"),
        ("스물네 개", "24"),
        ("열다섯 명", "15 experts"),
        ("이십 개", "20 items"),
        ("십만 개", "100K"),
        ("백만 개", "1M"),
        ("two hundred and fifty", "250"),
        ("twenty-five", "25"),
        ("12개", "a dozen"),
        ("두 모델", "two models"),
        ("두 가지", "both models"),
        ("2단계", "a dual-stage design"),
        ("세 가지", "First, a. Second, b. Third, c."),
        ("세 가지", "(i) a, (ii) b and (iii) c"),
        ("1인칭", "first-person"),
        ("4족 로봇", "quadruped robots"),
        ("0-shot", "zero-shot"),
        ("0개", "zero labels"),
    ],
    "percent": [
        ("51.1%", "51.1\\%"),
        ("51.1 %", "51.1 percent"),
        ("５１．１％", "51.1%"),
        ("51.1퍼센트", "51.1%"),
        ("5.1%p", "5.1 percentage points"),
        ("5.1%포인트", "5.1 pp"),
        ("-5%", "5% fewer"),
        ("51.1%", "a J&F of 51.1 there"),
        ("절반", "half of them"),
        ("절반", "50%"),
        ("50%", "half"),
        ("3분의 1", "one-third"),
        ("2/3", "two-thirds"),
        ("1/2", "half"),
    ],
    "times": [
        ("2.5배 빠름", "2.5x faster"),
        ("2.5배", "2.5 times"),
        ("2.5배", "2.5× faster"),
        ("2.5배", "2.5$\\times$ faster"),
        ("2.5배", "2.5times faster"),
        ("두 배", "twice as many"),
        ("두 배", "2x"),
        ("2배", "doubles the speed"),
        ("2배", "two-fold"),
        ("eightfold", "8×"),
        ("x2 속도", "2x"),
        ("10배", "by a factor of 10"),
        ("두 배", "by a factor of about two"),
        ("10배", "by a factor of approximately 10"),
        ("10배", "by a factor of almost ten"),
        ("10배", "by a factor of at least 10"),
        ("10배", "by a factor of at most 10"),
        ("10배", "by a factor of more than 10"),
        ("10배", "by a factor of as much as 10"),
        ("2~4배", "by a factor of 2 to 4"),
        ("2~4배", "by a factor of about two to four"),
        ("2~4배", "by a factor of 2–4"),
        ("3배와 5배", "by factors of 3 and 5"),
        ("3, 4, 5배", "by factors of 3, 4, and 5"),
        ("5회", "five times"),
        ("8개의 H100", "8xH100"),
    ],
    "ranges": [
        ("3-5%", "3% to 5%"),
        ("3~5배", "3 to 5x"),
        ("3에서 5배", "3x–5x"),
        ("1-8B", "1B to 8B"),
        ("1B에서 8B", "1-8B"),
        ("2~3백만", "2 to 3 million"),
        ("10, 20 및 30%", "10%, 20% and 30%"),
        ("2,000–3,000", "2000-3000"),
    ],
    "science": [
        ("10^{-3}", "1e-3"),
        ("$10^{-3}$", "0.001"),
        ("10³", "10^3"),
        ("3×10^5", "300K"),
        ("$3\\times10^{5}$", "300,000"),
        ("1000", "1{,}000"),
        ("1,000", "\\num{1000}"),
        ("$\\frac{1}{2}$", "1/2"),
        ("½", "1/2"),
        ("256×256", "256x256"),
        ("256x256", "256times256"),
        ("256×256", "$256 \\times 256$"),
        ("256*256", "256×256"),
    ],
    "names": [
        ("GPT4", "GPT-4"),
        ("GPT-4만", "GPT-4"),
        ("GPT-4조차", "GPT-4"),
        ("LLaMA-3", "Llama 3"),
        ("Qwen2.5-7B", "Qwen2.5-7B"),
        ("H100 GPU", "H100s"),
        ("CIFAR-10", "CIFAR10"),
        ("2D/3D", "2D and 3D"),
        ("3차원", "3D"),
        ("3D", "three-dimensional"),
        ("top-1", "Top-1"),
        ("상위 5개", "top-5"),
        ("F1 점수", "F1-score"),
        ("pass@1", "Pass@1"),
        ("480p", "480p video"),
        ("Shape4D", "4D shapes"),
        ("4bit", "4-bit"),
    ],
    "measures": [
        ("5초", "a 5-second clip"),
        ("0.5초", "500 ms"),
        ("2시간", "120 minutes"),
        ("1분", "up to a minute"),
        ("100명", "100 second-language learners"),
        ("5년간", "five years"),
        ("80GB", "80 gigabytes"),
        ("8비트", "INT8"),
        ("4비트", "NVFP4"),
        ("16비트", "BF16"),
        ("4비트", "W4A4"),
        ("8비트", "W4A8"),
        ("1비트", "1-bit models"),
        ("10년", "over a decade"),
        ("10년", "over the past decade"),
        ("10년", "in the last decade"),
        ("100년", "in the last century"),
        ("20년", "two decades"),
        ("2세기", "two centuries"),
        ("360도", "360°"),
        ("2025년 10월", "in October 2025"),
        ("약 100개", "over 100"),
        ("100여 개 이상", "about 100"),
    ],
    "orders of magnitude": [
        ("10배", "an order of magnitude"),
        ("열 배", "one order of magnitude"),
        ("10배", "an order-of-magnitude speedup"),
        ("10배", "an order\nof magnitude"),
        ("백 배", "two orders of magnitude"),
        ("100배", "2 orders of magnitude"),
        ("10~100배", "one to two orders of magnitude"),
        ("10분의 1", "an order of magnitude fewer"),
        ("한 자릿수 빠름", "10x faster"),
        ("두 자릿수 빠름", "100 times faster"),
        ("한 자릿수 빠름", "an order of magnitude faster"),
        ("an order of magnitude faster", "10× faster"),
        ("two orders of magnitude", "a hundred times"),
        ("한 자릿수 오차", "single-digit errors"),
        ("두 자릿수 성장", "two-digit growth"),
    ],
    "numbers in other words": [
        ("두 클래스", "binary classes"),
        ("2진 분류", "binary classification"),
        ("2개의 값", "a binary variable"),
        ("두 언어", "bilingual models"),
        ("두 방향", "a bidirectional search"),
        ("2단계", "a bi-level problem"),
        ("두 수준", "bilevel optimization"),
        ("세 가지 모달리티", "a trimodal model"),
        ("세 가지 보상", "a ternary reward"),
        ("두 팔 로봇", "dual-arm robots"),
        ("두 모델", "a pair of models"),
        ("한 쌍, 2개", "pairs"),
        ("두 가지 기여", "Our contributions are twofold"),
        ("2차 복잡도", "quadratic complexity"),
        ("2차적으로", "grows quadratically"),
        ("3차 다항식", "a cubic polynomial"),
        ("2차원", "2D"),
        ("2차원", "a two-dimensional grid"),
        ("6차원 자세", "6-D poses"),
        ("4차원으로 평가", "in four dimensions"),
    ],
    "things": [
        ("세 가지 전략", "three new methods for two models"),
        ("두 단계", "a two-stage scheme of three methods"),
        ("2단계에서", "Of three stages, the second stage"),
        ("데이터셋 두 개를", "two corpora and three benchmarks"),
        ("두 가지 모델을", "two types of models and four other models"),
        ("두 모델의 계열을", "two families and three models"),
        ("세 가지 혁신", "three (new) innovations in two steps"),
        ("세 가지 측면", "three aspects-speed, cost and size-of two axes"),
        ("두 가지 과제", "both tasks of the three challenges"),
        ("세 가지 요소", "of parts 1) a,\n2) b and\n3) c"),
        ("GPT 4 모델", "GPT-4 and two models"),
        ("두 가지 모델을 학습한다", "We train two variants of Llama 3 models."),
        ("두 개의 데이터셋", "Learning From 2 Datasets on one benchmark or three benchmarks"),
        ("LLM 세 개를", "LLM 3개와 모델 두 개를 쓴다"),
        ("두 축", "one model for both, which is new"),
        ("두 벤치마크", "paired data"),
        ("두 벤치마크 모두에서", "on GSM8K and MATH, both of them; three benchmarks are new"),
        ("두 벤치마크", "on A and B. It works for both. Three benchmarks are new"),
        ("3D models", "3D scenes of two models"),
        ("3종의 과제", "3 types of hard tasks, two tasks"),
        ("세 가지", "It works. With 3 of all"),
        (
            "세 벤치마크에서도 제안한 방법이 우수했다",
            "on three benchmarks. We compare two methods.",
        ),
        ("세 모델보다 우수한 방법을 제안한다", "three models. We compare two methods."),
        ("다섯 모델 중 최고 방법은 X이다", "Among five models, X. We compare two methods."),
        ("네 모델이나 방법을", "four models; two methods"),
        ("세 작업마다 모델을 학습", "for each of three tasks; two models"),
        ("세 모델에만 방법을 적용", "three models only; two methods"),
        ("두 벤치마크뿐 아니라 모델도", "two benchmarks; three models"),
        ("두 가지 방법을 제안한다", "We propose two novel ideas. We compare with three methods."),
        ("두 가지 학습 방식", "two training modes; three methods"),
        ("두 가지 학습 방식", "two training regimes; three methods"),
        ("두 가지 방법", "two surprises; three methods"),
        ("세 계층 구조", "a three-tier architecture; two models"),
        ("두 에이전트 시스템", "a two-agent system; three models"),
        ("세 모델 대비 전략이 우수", "better than three models; two strategies"),
        ("2025년", "in October 2025"),
    ],
    "markup": [
        ("**3**B", "3B"),
        ("`7B`", "7B"),
        ("7&nbsp;×&nbsp;7", "7x7"),
        ("10<sup>3</sup>", "1000"),
    ],
}
DIFFERENT = [
    ("51.1%", "51.1x"),
    ("51.2%", "51.1%"),
    ("2배", "2%"),
    ("2%", "2x"),
    ("5%", "5 points"),
    ("51%", "51 tasks"),
    ("3억", "3 billion"),
    ("30억", "3M"),
    ("200K", "200"),
    ("1-8B", "1M-8M"),
    ("3-5%", "3-4%"),
    ("8개", "seven tasks"),
    ("여덟 개", "7"),
    ("세 배", "2x"),
    ("두 가지", "three"),
    ("two models", "three models"),
    ("절반", "a third of"),
    ("3분의 1", "3"),
    ("256×512", "256x256"),
    ("10^-4", "10^-3"),
    ("25", "2.5"),
    ("약 100", "101"),
    ("5초", "5 minutes"),
    ("80GB", "80MB"),
    ("2024년", "2023"),
    ("11월", "October"),
    ("GPT-5", "GPT-4 on 5 tasks"),
    ("GPT-3", "GPT-o3"),
    ("H200", "H100 and 200 more"),
    ("4개", "GPT-4"),
    ("3가지", "3D"),
    ("2D", "3D of both"),
    ("7", "see https://a.example/7"),
    ("(3)에서", "2 models"),
    ("100배", "an order of magnitude"),
    ("10배", "two orders of magnitude"),
    ("두 자릿수 빠름", "an order of magnitude faster"),
    ("10개", "an order of magnitude"),
    ("10배", "orders of magnitude faster"),
    ("two orders of magnitude", "10 times"),
    ("2차원", "binary classification"),
    ("2차원", "both of two stages"),
    ("3D", "3 datasets"),
    ("두 가지 데이터셋", "bidirectional models"),
    ("두 개의 모델", "bilingual data"),
    ("두 개의 모델", "image-text pairs"),
    ("두 가지 과제", "the quadratic cost"),
    ("2배", "binary"),
    ("2비트", "a 1-bit model on two GPUs"),
    ("3개", "First, a. Second, b."),
    ("두 가지 혁신", "three innovations: (1) a, (2) b, (3) c"),
    ("두 가지 혁신", "three innovations: (i) a, (ii) b, (iii) c"),
    ("네 가지 요소", "three parts, 1) a,\n2) b, 3) c and a 4) d"),
    ("1가지 방법", "We first show two methods"),
    ("두 개의 시스템", "We rank second"),
    ("두 가지 벤치마크", "on both code and text, with three benchmarks"),
    ("세 단계", "two stages on three benchmarks"),
    ("네 개의 데이터셋", "We study four model families, two datasets and more."),
    ("세 개의 GPU", "three modules in 2 A100 GPUs"),
    ("두 가지 시스템", "a two-agent system; three models"),
    ("세 가지 작업", "Qwen3 on four tasks"),
    ("세 가지 작업", "With Llama 3 on four tasks"),
    ("세 가지 작업", "We use Llama\n3 on four tasks"),
    ("두 가지 작업", 'the "System 2" on four tasks'),
    ("1개의 모델", "as in Figure 1, two models"),
    ("세 개의 모델을", "We fine-tune two Llama 3 models on benchmarks."),
    ("두 개의 모델", "We test Phi 2 models and three models"),
    ("두 개의 데이터셋", "the three sets of Table 2 datasets"),
    ("three methods", "two methods on three benchmarks"),
    ("5초", "5 benchmarks"),
    ("8비트", "Qwen8 on 8 tasks"),
    ("10배", "ten factors"),
    ("4배", "by a factor of 2 and 4 models"),
    ("4배", "key factors of success and 4 models"),
    ("10년", "over the past two decades"),
    ("100비트", "NVIDIA A200"),
]
NO_NUMBER = [
    "1. 첫째\n2. 둘째\n10) 셋째",
    "> 1. 인용",
    "## 3.1 결과",
    "(1) 하나를 하고 (2) 둘을 한다",
    "[링크](https://a.example/123 '4') https://a.example/5?b=6 arXiv:2510.12345v2",
    "앞선 연구[3, 12]와 각주[^4]",
    "1️⃣ 먼저",
    "수십 개의 모델, 몇 백 개, 수백만 명, 두세 가지, 한두 번",
    "hundreds of models, several tasks, dozens",
    "다음 세대 네트워크 구조 단계의 한계를 열 것으로 반영",
    "하나의 모델로 한 번에, 첫 번째와 두 번째 단계",
    "one of the first models, the second step",
    "이 단계는 사 분야의 조사",
]


@pytest.mark.parametrize(("claim", "source"), [*chain.from_iterable(SAME.values())])
def test_the_same_number_in_another_spelling_is_supported(claim, source):
    assert unsupported(claim, source) == []


@pytest.mark.parametrize(("claim", "source"), DIFFERENT)
def test_another_value_or_another_kind_of_unit_is_not_supported(claim, source):
    assert unsupported(claim, source)


@pytest.mark.parametrize("claim", NO_NUMBER)
def test_what_states_no_number_needs_no_support(claim):
    assert unsupported(claim, "A paper without any.") == []


@pytest.mark.parametrize(
    ("claim", "written"),
    [
        ("정확도가 51.1\\% 올랐다", ["51.1\\%"]),
        ("속도가 **2.5**$\\times$ 빠르다", ["2.5**$\\times"]),
        ("３０억 개와 여덟 가지", ["３０억", "여덟"]),
        ("4-10% 향상", ["4", "10%"]),
        ("Qwen-7B와 GPT-4", ["7B", "4"]),
        ("6개에서 six까지", ["6", "six"]),
        ("3B, 3B", ["3B", "3B"]),
    ],
)
def test_numbers_are_reported_as_the_claim_writes_them(claim, written):
    assert unsupported(claim, "Nothing.") == written


def test_a_finding_has_the_exact_span_and_a_message_with_its_data():
    (finding,) = check("여섯 작업에서 **51.1%** 향상", "We gain 15.1% on six tasks.")
    assert (finding.check, finding.level, finding.code) == ("numbers", Level.ERROR, "unsupported")
    assert (finding.start, finding.end, finding.text) == (10, 15, "51.1%")
    assert finding.why == "The paper does not state 51.1%."
    assert finding.message % finding.data == finding.why


@pytest.mark.parametrize(
    ("claim", "source", "stated"),
    [
        ("3억", "We train a 3 billion model.", "3 billion"),
        ("51.1배", "of 51.1\\% in all", "51.1\\%"),
    ],
)
def test_the_same_digits_in_the_paper_are_shown_beside_the_finding(claim, source, stated):
    (finding,) = check(claim, source)
    assert finding.code == "differs"
    assert source[slice(*finding.source_span)] == stated
    assert finding.why == f"The paper does not state {claim}, but it states {stated}."


def test_plain_numbers_are_not_likened_to_each_other():
    (finding,) = check("30", "We use 3 models.")
    assert finding.source_span is None


@pytest.mark.parametrize("source", ["", " \n"])
def test_without_a_text_to_check_against_a_section_is_unchecked_not_passed(source):
    (finding,) = check("수치가 없는 문장", source)
    assert finding.level == Level.UNCHECKED


ONES = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_english(number: int) -> str:
    """Return a number from 20 to 999,999 in English words."""
    if number >= 1000:
        rest = number % 1000
        return f"{in_english(number // 1000)} thousand" if not rest else f"{number:,}"
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        tens, ones = divmod(number, 10)
        return "-".join(filter(None, [TENS[tens], ONES[ones]])) if tens > 1 else str(number)
    words = f"{ONES[hundreds]} hundred"
    return f"{words} and {in_english(rest)}" if rest >= 20 else words if not rest else str(number)


def in_korean(number: int) -> str:
    """Return a number with 만, 억 and 조, such as "3억 2,000만"."""
    groups = []
    for magnitude in ("", "만", "억", "조"):
        number, group = divmod(number, 10_000)
        if group:
            groups.append(f"{group}{magnitude}")
    return "".join(reversed(groups))


def spellings(number: int) -> st.SearchStrategy[str]:
    plain = str(number)
    found = [plain, f"{number:,}", plain.translate({48 + n: 0xFF10 + n for n in range(10)})]
    found += [in_korean(number), f"{number:,}".replace(",", "{,}"), f"**{plain}**", f"${plain}$"]
    if number < 1_000_000:
        found.append(in_english(number))
    for letter, words, size in [
        ("K", "thousand", 3), ("M", "million", 6), ("B", "billion", 9), ("T", "trillion", 12),
    ]:  # fmt: skip
        if plain.endswith("0" * (size - 1)) and len(plain) > size:
            scaled = f"{number / 10**size:.1f}".removesuffix(".0")
            found += [f"{scaled}{letter}", f"{scaled} {words}", f"{scaled}-{words}"]
            found.append(f"${scaled}\\times10^{{{size}}}$")
    return st.sampled_from(found)


COUNTS = st.builds(
    lambda digits, zeros: digits * 10**zeros, st.integers(20, 9_999), st.integers(0, 9)
)


@given(COUNTS.flatmap(lambda number: st.tuples(spellings(number), spellings(number))))
def test_every_spelling_of_a_number_supports_every_other(both):
    claim, source = both
    assert unsupported(f"총 {claim} 개", f"We use {source} samples.") == []


@given(
    st.integers(20, 999_999).flatmap(
        lambda number: st.tuples(
            spellings(number),
            st.integers(20, 999_999).filter(lambda other: other != number).flatmap(spellings),
        )
    )
)
def test_no_spelling_of_one_number_supports_another(both):
    claim, source = both
    assert unsupported(f"총 {claim} 개", f"We use {source} samples.")


UNITS = {
    "percent": ["%", "\\%", " %", " percent", "퍼센트", "%p", " percentage points", "％"],
    "times": ["배", "x", "×", "$\\times$", "-fold", "배의"],
    "seconds": ["초", " seconds", "s", "-second", " sec"],
    "gigabytes": ["GB", " gigabytes", "기가바이트", " GiB"],
}
DECIMALS = st.decimals(1, 999, places=1).map(str)


@given(DECIMALS, st.sampled_from([*UNITS]), st.sampled_from([*UNITS]), st.data())
def test_a_unit_supports_its_own_kind_in_any_spelling_and_no_other(number, kind, other, data):
    claim = number + data.draw(st.sampled_from(UNITS[kind]))
    source = number + data.draw(st.sampled_from(UNITS[other]))
    assert (unsupported(claim, f"It is {source} better.") == []) == (kind == other)


@given(st.from_regex(r"[1-9][0-9]{0,5}(\.[0-9]{1,3})?", fullmatch=True), st.data())
def test_a_changed_digit_is_found(number, data):
    at = data.draw(st.sampled_from([i for i, digit in enumerate(number) if digit != "."]))
    digit = data.draw(st.sampled_from(sorted(set("123456789") - {number[at]})))
    changed = number[:at] + digit + number[at + 1 :]
    suffix = data.draw(st.sampled_from(["%", "배", "개", "B", " 점"]))
    source = f"It is {number}{suffix.replace('개', ' things').replace(' 점', ' points')} here."
    assert unsupported(f"{changed}{suffix}", source) == [changed + suffix.strip("개 점")]


NUMBERISH = st.text(
    st.sampled_from(
        "0123456789.,%×xX*^{}$\\()[]-~/: \n#_kKMBTmsGPD가개배만억천조두세여덟분의월a⁻³½％\u2009"
    )
)
ANY_TEXT = st.text(st.characters(exclude_categories=[]))


@given(NUMBERISH | ANY_TEXT, NUMBERISH | ANY_TEXT)
def test_any_text_can_be_checked_and_spans_lie_in_it(claim, source):
    for finding in check(claim, source):
        assert 0 <= finding.start <= finding.end <= len(claim)
        assert finding.text == claim[finding.start : finding.end]
        if finding.source_span:
            assert source[slice(*finding.source_span)] == finding.data["stated"]


@given(NUMBERISH | ANY_TEXT)
def test_a_text_supports_itself(text):
    assert unsupported(text, text) == []


def repetitions_without_end(parsed):
    for operation, argument in parsed:
        if operation in {parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT}:
            if argument[1] == parser.MAXREPEAT:
                yield argument[2]
            yield from repetitions_without_end(argument[2])
        elif isinstance(argument, tuple):
            for part in argument:
                for inner in part if isinstance(part, list) else [part]:
                    if isinstance(inner, parser.SubPattern):
                        yield from repetitions_without_end(inner)


PATTERNS = [
    (f"{module.__name__}.{name}", pattern)
    for module in (context, implied, number_words, lists, things, tokens, normalise, units)
    for name, pattern in vars(module).items()
    if isinstance(pattern, re.Pattern)
]


@pytest.mark.parametrize(("name", "pattern"), PATTERNS)
def test_no_pattern_repeats_without_end_but_to_step_over_a_run_of_letters(name, pattern):
    endless = [str(each) for each in repetitions_without_end(parser.parse(pattern.pattern))]
    runs = ["[(IN, [(RANGE, (65, 90)), (RANGE, (97, 122))])]", "[(IN, [(RANGE, (44032, 55203))])]"]
    assert set(endless) <= set(runs)


def test_a_pattern_that_repeats_without_end_would_be_noticed():
    assert len(list(repetitions_without_end(parser.parse(r"(?:a|(?P<n>b{2,}c?))\d{1,3}")))) == 1


def test_how_often_a_value_is_looked_at_does_not_grow_with_the_text():
    source = " ".join(f"{word}-1" for word in map("".join, product("abcdefghij", repeat=4)))
    ways = numbers.Stated(source)._by_value[Fraction(1)]
    assert len(ways) == numbers.MAX_WAYS


def test_a_number_of_the_same_things_is_found_however_often_its_value_stands_before():
    words = [*map("".join, product("abcdefghij", repeat=3))]
    source = " ".join(f"{word} 2 of {word}" for word in words) + " with two models and three models"
    assert unsupported("두 개의 모델", source) == []


@pytest.mark.parametrize("piece", ["9", "1,", "½", "(1) ", "\n1. ", "](", "a-1 ", "9999^99 ", "1~"])
def test_a_long_hostile_text_is_read_to_its_end(piece):
    text = piece * (20_000 // len(piece)) + " 777 samples"
    assert unsupported("777개", text) == []
    assert unsupported(text, "no number")[-1] == "777"


@pytest.mark.corpus
def test_altered_numbers_of_real_summaries_are_found_and_real_ones_are_not(corpus):
    found, rows = Counter(), Counter()
    with gzip.open(corpus / "grounding_dev.jsonl.gz", "rt") as file:
        for row in map(json.loads, file):
            rows[row["label"]] += 1
            found[row["label"]] += bool(unsupported(row["claim"], row["source"]))
    absent = found["unsupported"] + found["real_unsupported"]
    assert absent >= 0.97 * (rows["unsupported"] + rows["real_unsupported"])
    assert found["supported"] <= 0.02 * rows["supported"]


@pytest.mark.corpus
def test_every_abstract_bears_out_its_own_sentences(corpus):
    sentences = wrong = 0
    for path in sorted((corpus / "hf_daily").glob("**/2025-10-*.json.gz")):
        for item in json.loads(gzip.decompress(path.read_bytes())):
            summary = item["paper"]["summary"]
            for sentence in re.split(r"(?<=[.!?])\s+", summary):
                sentences += 1
                wrong += bool(unsupported(sentence, summary))
    assert sentences > 1000
    assert wrong == 0
