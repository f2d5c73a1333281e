"""Formulas as text: what Unicode has a sign for, and what stays MathML."""

import pytest

from papers.text.mathml import mathml
from papers.text.unicode_math import MAX_TOKENS, script, simple, text

SIMPLE = {
    r"\pi_{0.5}": "π₀.₅",
    r"\tau^2": "τ²",
    "10^6": "10⁶",
    "2 \\times 10^{-4}": "2×10⁻⁴",
    r"O(1/\sqrt{T})": "O(1/√T)",
    r"2.5\times": "2.5×",
    r"\mathbf{2.5}\times": "2.5×",
    r"-0.5\%": "−0.5%",
    r"7 \pm 0.3": "7 ± 0.3",
    r"\geq 3": "≥3",
    r"\sim 10k": "~10k",
    r"x=-1": "x = −1",
    "1{,}000": "1,000",
    r"10\,000": "10000",
    r"5\,\mathrm{ms}": "5 ms",
    r"x \to y": "x → y",
    r"\mathcal{O}(n\log n)": "𝒪(n log n)",
    r"v\in\mathbb{R}^{n}": "v ∈ ℝⁿ",
    r"\text{Transformer}^2": "Transformer²",
    r"\alpha\text{-}Bench": "α-Bench",
    r"\boldsymbol{\theta}": "θ",
    r"\hat{x}": "x̂",
    r"\widetilde{O}(n)": "Õ(n)",
    "f''": "f″",
    r"\pi^*": "π*",
    r"A^\top": "Aᵀ",
    r"360^{\circ}": "360°",
    "^2": "²",
    "x_i^2": "xᵢ²",
    r"x_1,\ldots,x_n": "x₁, …, xₙ",
    r"\|x\|": "‖x‖",
    r"0<x<1": "0 &lt; x &lt; 1",
    "10,000": "10,000",
    "1,281,167": "1,281,167",
    "(1,2)": "(1, 2)",
    r"\overline{B}": "B̄",
    r"2\sqrt{n}": "2√n",
    r"\sqrt{n}+1": "√n + 1",
    r"360^\circ C": "360°C",
    "f*g": "f*g",
    "f^*g": "f<sup>*</sup>g",
    r"f^{\circ}g": "f<sup>°</sup>g",
    "2^*3": "2<sup>*</sup>3",
    "x_{ref}": "x<sub>ref</sub>",
    "10^{1.5}": "10<sup>1.5</sup>",
    r"L_\infty": "L<sub>∞</sub>",
    r"\mathbb{R}^{d\times d}": "ℝ<sup>d×d</sup>",
    r"\bar{\alpha}_t": "ᾱₜ",
    r"\hat{y}_i^2": "ŷᵢ²",
    r"\pi^\star": "π<sup>⋆</sup>",
    r"A\backslash B": "A ∖ B",
}
REAL = {
    r"\frac{1}{2}": "1/2",
    r"\frac{a+b}{2c}": "(a + b)/(2c)",
    r"\sqrt{2d}": "√(2d)",
    r"\sqrt[3]{x}": "³√x",
    r"\sum_{i=1}^n x_i": "∑ᵢ₌₁ⁿ xᵢ",
    r"\binom{n}{k}": "(n choose k)",
    "x_{i_j}": "x_(iⱼ)",
    r"\begin{pmatrix}1&2\\3&4\end{pmatrix}": "(1, 2; 3, 4)",
    r"\underset{x}{\min}\, f": "minₓ f",
    r"\underset{x}{\min} f": "minₓ f",
    r"\frac{1}{m}.": "1/m.",
    r"\overline{ABC}": "A̅B̅C̅",
    r"\bar{10}": "1̅0̅",
    r"\overline{\mathrm{AUC}}": "A̅U̅C̅",
    r"\overline{AB}^2": "A̅B̅²",
    r"\underline{AB}": "A̲B̲",
    r"\underline{\text{best model}}": "best model",
    r"\overline{x_i}": "x̄ᵢ",
    r"\overline{x+y}": "bar(x + y)",
    r"\overline{\hat x}": "x̂̄",
    r"\widehat{\mathrm{ATE}}": "hat(ATE)",
    r"\widetilde{xy}": "tilde(xy)",
    r"\overrightarrow{AB}": "vec(AB)",
    r"\overleftarrow{AB}": "overleftarrow(AB)",
    r"\overbrace{AB}": "AB",
    r"\underbrace{a+b}_{n}": "a + bₙ",
    r"\cancel{ab}": "a̸b̸",
    r"\boxed{x}": "x",
    r"\sqrt{2}\pi": "√(2)π",
    r"\sqrt{\alpha\beta}": "√(αβ)",
    r"\sqrt{\alpha}\beta": "√(α)β",
    r"1\frac{1}{2}": "1 1/2",
    r"\frac{a}{b}c": "(a/b)c",
    r"5\sqrt[3]{2}": "5 ³√2",
}


@pytest.mark.parametrize(("tex", "html"), SIMPLE.items())
def test_simple_math_is_text(tex, html):
    assert simple(mathml(tex)) == html


@pytest.mark.parametrize(("tex", "line"), REAL.items())
def test_a_real_formula_stays_mathml_and_has_a_line_of_text(tex, line):
    assert simple(mathml(tex)) is None
    assert text(mathml(tex)) == line


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        ("x_{ref}", "x_ref"),
        ("10^{1.5}", "10^1.5"),
        (r"x^{a/b}", "x^(a/b)"),
        (r"x^{(k_r)}", "x^(kᵣ)"),
        (r"\pi^\star", "π^⋆"),
        (r"a_{1,2}", "a_(1,2)"),
        (r"\min_{\theta} \mathbb{E}[x]", "min_θ 𝔼[x]"),
        (r"0<x", "0 < x"),
    ],
)
def test_what_has_no_sign_is_marked_in_a_line_of_text(tex, line):
    assert text(mathml(tex)) == line


def test_a_long_formula_is_real():
    terms = ["x"] * (MAX_TOKENS // 2)
    assert simple(mathml("+".join(terms)))
    assert simple(mathml("+".join([*terms, "x"]))) is None


def test_nothing_of_a_formula_is_markup():
    assert simple(mathml(r"\text{<b>} a<b")) == "&lt;b&gt;a &lt; b"


@pytest.mark.parametrize(
    ("content", "mark", "written"),
    [("2", "_", "₂"), ("th", "^", "ᵗʰ"), ("b", "_", "_b"), ("a b", "^", "^(a b)"), ("", "^", "")],
)
def test_a_script_of_text(content, mark, written):
    assert script(content, mark) == written


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("", ""),
        ("no formula", ""),
        ("<math></math>", ""),
        ("<math><msup></msup></math>", ""),
        ("<math><mfrac><mn>1</mn></mfrac></math>", "1"),
        ("<math>" + "<mrow>" * 5000 + "<mn>1</mn>", "1"),
    ],
)
def test_mathml_of_another_hand_is_its_letters(html, line):
    assert text(html) == line
