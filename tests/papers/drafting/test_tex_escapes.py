r"""TeX comes out of a JSON string as it was meant, however many backslashes it was given."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.drafting.llm.tex_escapes import decode
from papers.text.mathml import mathml
from papers.text.tex_commands import COMMANDS, WITH_ARGUMENT

FORMULAS = [
    r"$\bigoplus_i \tanh(x_i)$",
    r"$\boxed{y}$",
    r"$\rVert z$",
    r"$\nabla_\theta \mathcal{L}(\theta)$",
    r"$\frac{1}{2} \times \bar{x}$",
    r"$\beta\neq\nu$",
    r"$a \rightarrow b \not\in \{c\}$",
    r"$\text{rate} \rangle \rfloor$",
    r"$$\forall x: \bm{x} \ne \nu$$",
    r"$x\rightharpoonup y\nsubseteq z$",
    r"\(\tilde{x}\) 와 \[\binom{n}{k}\]",
    r"$\underline{x} \upsilon$",
    r"$10\%$ 와 $\#3$",
]


@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_survives_one_backslash_two_and_four(tex):
    assert decode(tex) == tex
    assert decode(tex.replace("\\", "\\\\")) == tex
    assert decode(tex.replace("\\", "\\\\\\\\")) == tex


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_survives_in_a_formula(name):
    for written in (f"$\\{name} x$", f"$a\\{name}{{x}}$", f"$$\\{name}$$"):
        assert decode(written) == written


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"$\\alpha + \theta \times \beta$", r"$\alpha + \theta \times \beta$"),
        (r"\beta는 \frac이고 \boxed다", r"\beta는 \frac이고 \boxed다"),
        (r"\theta는 \times이고 \rho다", r"\theta는 \times이고 \rho다"),
        (
            r"$\u0008igoplus$ 와 $\u000crac{1}{2}$ 와 $\u0009heta$",
            r"$\bigoplus$ 와 $\frac{1}{2}$ 와 $\theta$",
        ),
        (
            "$\bigoplus$ 와 $\frac{1}{2}$ 와 $\theta$ 와 $\nabla$",
            r"$\bigoplus$ 와 $\frac{1}{2}$ 와 $\theta$ 와 $\nabla$",
        ),
        (r"$\begin{matrix} a & b \\ c & d \end{matrix}$", None),
        (
            r"$\\begin{matrix} a & b \\\\ c & d \\end{matrix}$",
            r"$\begin{matrix} a & b \\ c & d \end{matrix}$",
        ),
        (r"$\relu(x)$ 와 $\trace A$", None),
        (r"\\\\(x \\\\in A\\\\) 이다", r"\(x \in A\) 이다"),
        (r"비용은 \$5와 \\$6이다", r"비용은 \$5와 \$6이다"),
    ],
)
def test_what_was_meant_is_read(written, meant):
    assert decode(written) == (meant or written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"한 줄\n둘째 줄", "한 줄\n둘째 줄"),
        (r"한 줄\none two\nThree\tFour\nnext", "한 줄\none two\nThree\tFour\nnext"),
        (r"$$\nx = 1\n$$", "$$\nx = 1\n$$"),
        (r"$$\n\tx = 1\n$$", "$$\n\tx = 1\n$$"),
        (r"끝.\r\nA \b", "끝.\r\nA "),
        (r"비용은 $5이고\nless than b$6이다", "비용은 $5이고\nless than b$6이다"),
        (r"\"셋\" \u00e9 \/ 3.2% 10\u2070", '"셋" é / 3.2% 10⁰'),
        (r"C:\\new\\table", r"C:\new\table"),
    ],
)
def test_what_json_means_stays(written, meant):
    assert decode(written) == meant


def test_an_object_in_a_string_is_left_to_whoever_reads_it():
    inner = json.dumps({"goal": "$\\frac{1}{2}$\n\\theta"})
    assert decode(json.dumps(inner)[1:-1]) == inner


@given(st.text(st.characters(blacklist_characters='\\$\b\f\n\r\t"{[`')))
def test_a_text_without_backslashes_stays(text):
    assert decode(json.dumps(text)[1:-1]).encode("utf-16", "surrogatepass") == text.encode(
        "utf-16", "surrogatepass"
    )


@given(st.text("\\$ntbfruab(){}[]&0 \n", max_size=60))
def test_no_text_is_too_odd_and_no_number_changes(raw):
    assert [char for char in decode(raw) if char == "0"] == [char for char in raw if char == "0"]


def test_the_commands_are_tex():
    known = [
        name
        for name in sorted(COMMANDS - WITH_ARGUMENT)
        if mathml(f"\\{name}").startswith("<math") or mathml(f"\\{name}(x)").startswith("<math")
    ]
    assert len(known) > 100
