import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.checks import structure
from papers.checks.base import Claim, Level, PaperText

FIVE = ("introduction", "method", "results", "limitations", "conclusion")
LABELLED = "- Goal: 빠른 모델\n- Motivation: 느리다\n- Contribution: 캐시"


def whole_paper() -> list[Claim]:
    return [Claim(kind, "ko", f"{kind}에 대한 글") for kind in FIVE]


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


def test_a_paper_with_its_five_sections_lacks_nothing():
    assert structure.check_paper(whole_paper()) == []


@pytest.mark.parametrize("sections", [[], [Claim("method", "ko", " \n")]])
def test_a_paper_without_any_text_is_an_error(sections: list[Claim]):
    (finding,) = structure.check_paper(sections)
    assert (finding.code, finding.level) == ("none", Level.ERROR)


def test_a_gist_alone_is_no_section():
    assert codes(structure.check_paper([Claim("gist", "ko", "위젯을 만든다.")])) == ["none"]


def test_a_gist_may_say_again_what_a_section_says():
    for twice in (["gist", "method"], ["method", "gist"]):
        assert structure.check_doubled([Claim(kind, "ko", "같은 글.") for kind in twice]) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("위젯을 빠르게 만든다.", []),
        ("위젯을\n만든다.", ["line_breaks"]),
        ("**위젯**을 만든다.", ["marked_line"]),
        ("- 위젯을\n- 만든다.", ["line_breaks", "marked_line"]),
    ],
)
def test_a_gist_that_is_no_plain_line_is_a_warning(text, told):
    found = structure.CHECK.section(Claim("gist", "ko", text), PaperText("T"), ())
    assert codes(found) == told
    assert {each.level for each in found} <= {Level.WARNING}
    assert structure.CHECK.section(Claim("method", "ko", text), PaperText("T"), ()) == []


def test_each_missing_section_is_a_warning():
    findings = structure.check_paper(whole_paper()[:3])
    assert codes(findings) == ["no_limitations", "no_conclusion"]
    assert {finding.level for finding in findings} == {Level.WARNING}


def test_a_section_in_another_language_is_not_missing():
    sections = [*whole_paper()[:4], Claim("conclusion", "en", "It works.")]
    assert structure.check_paper(sections) == []


@pytest.mark.parametrize("text", ["", " \n", "- \n- ", "---", "```\n```"])
def test_a_section_without_a_word_is_empty(text: str):
    assert codes(structure.check(text)) == ["empty"]


def test_a_section_with_the_words_of_an_earlier_one_is_doubled():
    sections = [*whole_paper(), Claim("other", "ko", "- **method에** 대한 글.")]
    assert list(structure.check_doubled(sections)) == [5]
    assert structure.check_doubled([Claim("method", "ko", "")] * 2) == {}


def test_a_heading_that_begins_another_section_is_found():
    (finding,) = structure.check("모델을 제안한다.\n\n## Results\n빠르다.")
    assert (finding.code, finding.text) == ("section_inside", "Results")


def test_a_heading_that_skips_a_level_is_found():
    (finding,) = structure.check("# 모델\n글\n### 학습\n글\n#### 자료\n글\n# 추론\n글")
    assert (finding.code, finding.text) == ("skipped_level", "학습")


def test_a_label_with_nothing_after_it_is_found():
    assert [f.text for f in structure.check("- Goal:\n- Motivation: 느리다\n")] == ["Goal"]
    assert [f.text for f in structure.check("- **기여**: \n")] == ["기여"]
    assert structure.check("- Goal:\n  - 빠른 모델\n") == []


def test_introductions_without_the_labels_of_most_are_found():
    plain = "- 본 연구의 목표는 빠른 모델이다."
    findings = structure.check_labels({1: LABELLED, 2: plain, 3: LABELLED, 4: "", 5: LABELLED})
    assert codes(findings.values()) == ["unlabelled"]
    assert findings[2].why.endswith("(Goal, Motivation, Contribution).")


def test_introductions_with_labels_in_another_language_are_found():
    korean = "- 목표: 빠른 모델\n- 동기: 느리다"
    findings = structure.check_labels({"a": LABELLED, "b": korean, "c": LABELLED})
    assert codes(findings.values()) == ["other_labels"]


@pytest.mark.parametrize("texts", [[], [""], [LABELLED], ["글", "글", LABELLED], ["글", LABELLED]])
def test_without_a_majority_of_labels_nothing_is_asked_for(texts: list[str]):
    assert structure.check_labels(dict(enumerate(texts))) == {}


@pytest.mark.parametrize("title", ["Bound Entities   In-Context", "A\n  B", " A", "A\n", "A\tB"])
def test_white_space_in_a_title_is_found_once(title: str):
    (finding,) = structure.check_title(title)
    assert (finding.code, finding.level) == ("white_space", Level.WARNING)
    assert finding.text.isspace()


def test_a_title_on_one_line_is_fine():
    assert structure.check_title("Fast-dLLM v2: Efficient Block-Diffusion LLM") == []


def test_a_section_that_is_all_code_is_no_empty_one():
    assert structure.check("https://arxiv.org/abs/2510.06208") == []


@given(st.text("#-*: \n\tGoal목표ab", max_size=200), st.text(max_size=100))
def test_no_text_is_too_odd(markup: str, text: str):
    for finding in [*structure.check(markup), *structure.check(text)]:
        assert finding.why
    structure.check_labels({1: markup, 2: text, 3: LABELLED})
    structure.check_doubled([Claim("other", "ko", markup)] * 2)
    structure.check_title(text)


def test_the_seed_posts_three_unlabelled_introductions_are_found(corpus: Path):
    (post,) = (corpus / "seed").glob("2025-*.md")
    papers = re.split(r"(?m)^# (?=\d)", post.read_text())[1:]
    introductions = {
        paper[0]: paper.partition("## Introduction")[2].partition("\n## ")[0] for paper in papers
    }
    assert list(structure.check_labels(introductions)) == ["2", "7", "8"]
    titles = [re.match(r"\d\. \[(.*?)\]\(", paper)[1] for paper in papers]
    assert sum(bool(structure.check_title(title)) for title in titles) == 4
