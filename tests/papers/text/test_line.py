"""What is one plain line, and how Markdown becomes one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.text.line import faults, of_markdown
from tests.growth import is_linear

LONGEST = 120


def codes(text):
    return [each.code for each in faults(text, LONGEST)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "위젯을 병렬로 만들어 정확도를 3.2% 올린다.",
        "A < B & C > D, 5 * 3 * 2 = 30",
        "f_1, a_b_c, π₀.₅, τ²-bench, C#, $5에서 $10까지, [1], ~3배",
        "2025. 10. 8. 공개한 https://example.org/a_b",
        "글" * LONGEST,
        " 둘레의 빈칸 ",
    ],
)
def test_text_that_reads_as_it_is_typed_is_a_line(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("글" * (LONGEST + 1), ["long_line"]),
        ("하나\n둘", ["line_breaks"]),
        ("하나\u2028둘", ["line_breaks"]),
        *((text, ["marked_line"]) for text in ("# x", "- x", "1. x", "**x**", "`x`", "[x](y)")),
        *((text, ["marked_line"]) for text in ("$x^2$", "&amp;", "<b>x</b>", "a\\*b", "~~x~~")),
        ("<script>alert(1)</script>", ["marked_line"]),
        ("[" * 199_999, ["long_line"]),
        ("- 하나\n- **둘**\n" + "글" * 150, ["line_breaks", "long_line", "marked_line"]),
    ],
)
def test_what_is_wrong_with_others_is_told(text, told):
    assert codes(text) == told


def test_a_fault_says_what_readers_would_see():
    (fault,) = faults("**빠른** $O(n^2)$", LONGEST)
    assert "“빠른 O(n²)”" in str(fault)


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("**빠른** 위젯을\n만든다.", "빠른 위젯을 만든다."),
        ("# 제목\n\n글이다.", "제목 글이다."),
        ("첫 문장이다. " + "글" * 120, "첫 문장이다."),
        ("As Smith et al. show, " + "x" * 120, ""),
        ("글" * 121, ""),
        ("", ""),
        ("<script>alert(1)</script>", ""),
        (r"1\. 글", ""),
        (">" * 3_000, ""),
    ],
)
def test_markdown_becomes_whole_sentences_or_nothing(markdown, line):
    assert of_markdown(markdown, LONGEST) == line


@given(st.text(max_size=300) | st.text(alphabet="ab .!?*_`#-$[]()<>\n\\가나", max_size=300))
def test_what_markdown_becomes_is_a_line_of_its_own(markdown):
    line = of_markdown(markdown, LONGEST)
    assert codes(line) == []
    assert of_markdown(line, LONGEST) == line


@pytest.mark.parametrize("part", ["[", "*a", "$x", "> "])
def test_a_long_hostile_text_takes_no_time(part):
    def read(text):
        list(faults(text, LONGEST))
        of_markdown(text, LONGEST)

    assert is_linear(read, lambda size: part * (size // len(part)), 50_000)
