r"""Formulas that lost a command's beginning are found; formulas and words without loss are not."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.checks import formulas
from papers.checks.base import Level
from papers.text.tex_commands import COMMANDS, WITH_ARGUMENT


def found(markdown: str) -> list[tuple[str, str, str]]:
    findings = formulas.check(markdown)
    assert all(markdown[each.start : each.end] == each.text and each.why for each in findings)
    return [(each.level.value, each.text, str(each.data["command"])) for each in findings]


@pytest.mark.parametrize(
    ("tex", "text", "command"),
    [
        ("igoplus_i x", "igoplus", "\\bigoplus"),
        ("\\sum anh(x)", "anh", "\\tanh"),
        ("oxed{y}", "oxed", "\\boxed"),
        ("rac{1}{2}", "rac", "\\frac"),
        ("heta", "heta", "\\theta"),
        ("\theta", "heta", "\\theta"),
        ("2 imes 3", "imes", "\\times"),
        ("abla f", "abla", "\\nabla"),
        ("x otin A", "otin", "\\notin"),
        ("a ightarrow b", "ightarrow", "\\rightarrow"),
        ("eft( x ight)", "ight", "\\right"),
        ("egin{matrix}", "egin", "\\begin"),
        ("oldsymbol{w}", "oldsymbol", "\\boldsymbol"),
        ("ar{x}", "ar", "\\bar"),
        ("ext{rate}", "ext", "\\text"),
        ("extbf{x}", "extbf", "\\textbf"),
        ("orall x", "orall", "\\forall"),
        ("ilde{x}", "ilde", "\\tilde"),
        ("\\alpha + inom{n}{k}", "inom", "\\binom"),
        ("frac{1}{2}", "frac", "\\frac"),
        ("x^{rac{1}{2}}", "rac", "\\frac"),
    ],
)
@pytest.mark.parametrize("marks", ["${}$", "$${}$$", "\\({}\\)", "\\[{}\\]"])
def test_what_is_left_of_a_command_is_an_error(tex, text, command, marks):
    assert ("error", text, command) in found("글 " + marks.replace("{}", tex) + " 글")


@pytest.mark.parametrize(
    "tex", ["eta", "\\langle x angle", "an(x)", "x au(", "theta", "\\alpha leq 3"]
)
def test_what_may_be_a_word_or_letters_is_a_warning(tex):
    assert [level for level, *_ in found(f"값은 ${tex}$이다")] == ["warning"]


@pytest.mark.parametrize("name", sorted(COMMANDS - {"normalsize"}))
def test_no_command_that_is_whole_is_found(name):
    argument = "{x}" if name in WITH_ARGUMENT else ""
    assert found(f"$\\{name}{argument} y$ 와 $$\\{name}$$") == []


@pytest.mark.parametrize(
    "text",
    [
        "heta와 rac{1}{2}는 수식이 아니다",
        "`$heta$`와\n\n```\n$rac{1}{2}$\n```",
        "$x_{ext}$, $L_{eta}$, $W^{op}$, $\\text{an eta}$, $\\mathrm{floor}(x)$",
        "$\\operatorname{ank}(A)$, $max(a, b)$, $n = 10$, $a b c$",
        "비용은 $5이고 an 값은 $6이다",
        "$\\begin{array}{c} a \\\\ b \\end{array}$",
    ],
)
def test_words_code_and_subscripts_are_no_finding(text):
    assert found(text) == []


@given(st.text("$\\(){}[]_^ racthetaeta\n", max_size=120))
def test_no_text_is_too_odd(text):
    found(text)


def test_the_finding_says_what_was_lost():
    (finding,) = formulas.check("손실은 $heta_t$이다")
    assert (finding.level, finding.code) == (Level.ERROR, "command_lost")
    assert finding.why == (
        "The formula “heta_t” lost the beginning of a command: “heta” was “\\theta”."
    )


@pytest.mark.corpus
def test_real_summaries_and_abstracts_lost_none(corpus: Path):
    errors = []
    with gzip.open(corpus / "ko_summaries.jsonl.gz", "rt") as file:
        for row in map(json.loads, file):
            for text in (row["purpose"], *row["method"], row["conclusion"], row["abstract"]):
                errors += found(text)
    assert errors == []
