import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.checks import length
from papers.checks.base import Claim, Level, PaperText


def codes(markdown: str, language: str = "ko") -> list[str]:
    return [finding.code for finding in length.check(markdown, language)]


@pytest.mark.parametrize(
    ("text", "language"), [("- 빠르다.", "ko"), ("It is fast.", "en"), ("很快。", "zh-hans")]
)
def test_a_section_of_a_word_or_two_is_short(text: str, language: str):
    (finding,) = length.check(text, language)
    assert (finding.code, finding.level) == ("short", Level.WARNING)
    assert str(finding.data["letters"]) in finding.why


def test_a_section_beyond_all_real_ones_is_long():
    assert codes("가나다라마 " * 481) == ["long"]
    assert codes("가나다라마 " * 480) == []
    assert codes("letters " * 400, "en") == ["long"]


def test_a_usual_sentence_is_neither():
    assert codes("제안한 모델은 기존보다 두 배 빠르게 추론한다.") == []
    assert codes("The proposed model is twice as fast.", "en") == []


def test_addresses_and_code_do_not_make_a_section_long():
    assert codes("제안한 모델은 기존보다 두 배 빠르게 추론한다. `" + "x" * 9000 + "`") == []


def test_an_empty_section_is_left_to_the_structure():
    assert codes(" \n- ") == []


@given(st.text(max_size=200), st.text(max_size=5))
def test_no_text_is_too_odd(text: str, language: str):
    codes(text, language)


@pytest.mark.parametrize(("letters", "told"), [(3, []), (120, []), (121, ["long_line"])])
def test_a_gist_may_be_short_and_has_at_most_120_characters(letters, told):
    found = length.CHECK.section(Claim("gist", "ko", "글" * letters), PaperText("T"), ())
    assert [each.code for each in found] == told
    assert [each.why for each in found] == [
        f"This line has {letters} characters; at most 120, please." for _ in told
    ]
