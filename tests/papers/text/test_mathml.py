"""TeX from anyone is shown as math, else as its source, and never ends the process."""

import subprocess
import sys

import pytest

from papers.text.mathml import MAX_BRACKETS, MAX_LENGTH, mathml
from papers.text.unicode_math import text

HOSTILE = [
    unit * 50_000 + tail
    for unit in ("{", "x^{", "\\frac{", "\\sqrt ", "\\hat ", "\\left(", "\\color{red}", "(", "[(")
    for tail in ("", "x" + "}" * 50_000)
]


@pytest.mark.parametrize(
    "tex",
    [
        r"\mathcal{L}(\theta) = -\mathbb{E}_{x \sim p}[\log p_\theta(x)]",
        r"\operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
        r"\argmax_x \widetilde{f}(x) \quad \argmin",
        r"\begin{cases}a & b\\c & d\end{cases}",
        r"\mbox{if } \mathds{1} \ensuremath{x} \emph{y} \textsc{z}",
        r"512 \times 512 \text{ 픽셀}",
        r"\mathbbm{1} \norm{x} \abs{y} \E[z] \KL(p\|q) \nicefrac{1}{2} \softmax x",
        r"\hbox{a} y\xspace",
        r"\sum_{\substack{a\\b}} x",
    ],
)
def test_tex_of_papers_becomes_mathml_with_its_source(tex):
    html = mathml(tex)
    assert html.startswith("<math><semantics>")
    assert '<annotation encoding="application/x-tex">' in html


def test_display_math_says_so():
    assert mathml("x", display=True).startswith('<math display="block">')


@pytest.mark.parametrize("tex", [r"\method", r"\frac{a}", "{", r"\href{javascript:1}{x}"])
def test_tex_that_is_broken_or_unknown_is_shown_as_its_source(tex):
    assert mathml(tex) == f'<code class="tex">{tex}</code>'


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"\begin{align}a&=b \label{eq:1}\\c&=d \nonumber\end{align}", "a = b; c = d"),
        (r"\begin{equation}a=1\end{equation}", "a = 1"),
        (r"\begin{eqnarray*}a&=&b\end{eqnarray*}", "a = b"),
        (r"\begin{gather}a\\b\end{gather}", "a; b"),
        (r"\begin{alignat}{2}a&=b\end{alignat}", "a = b"),
        (r"\begin{split}a&=b\\c&=d\end{split}", "a = b; c = d"),
        (r"x=1\tag{3}", "x = 1 (3)"),
        (r"\eqref{4}", "(4)"),
    ],
)
def test_no_equation_has_a_number_that_its_source_has_not(tex, line):
    html = mathml(tex)
    assert html.startswith("<math>")
    assert text(html) == line


def test_markup_in_tex_is_text():
    assert "<script" not in mathml(r"\text{<script>alert(1)</script>}")
    assert mathml(r"\foo<b>&") == r'<code class="tex">\foo&lt;b&gt;&amp;</code>'


@pytest.mark.parametrize(
    "tex",
    [
        "x" * (MAX_LENGTH + 1),
        "(" * (MAX_BRACKETS + 1),
        r"\langle" * (MAX_BRACKETS + 1),
        r"\norm{x}" * (MAX_BRACKETS + 1),
        "{" * 41 + "x" + "}" * 41,
        r"\hat " * 301 + "x",
        r"\newcommand{\a}{xxxx}\a",
        r"\def\a{\a}\a",
        r"\let\a\b",
    ],
)
def test_tex_out_of_bounds_is_shown_as_its_source(tex):
    assert mathml(tex).startswith('<code class="tex">')


def test_no_tex_ends_the_process_even_on_a_small_stack():
    program = (
        "import threading; from papers.text.mathml import mathml; "
        "from tests.papers.text.test_mathml import HOSTILE; "
        "cut = [tex[:n] for tex in HOSTILE for n in (200, 1500, 2000, 400_000)]\n"
        "threading.stack_size(1024 * 1024)\n"
        "thread = threading.Thread(target=lambda: print(sum(1 for tex in cut if mathml(tex))))\n"
        "thread.start(); thread.join()"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120
    )
    assert (result.returncode, result.stdout.strip()) == (0, str(4 * len(HOSTILE)))
