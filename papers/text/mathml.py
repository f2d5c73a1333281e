"""Converts TeX to MathML Core, for TeX that anyone may have written.

The converter (math-core 0.9) recurses. Groups nested too deep for the thread's stack end the whole
process, and each bracket left open doubles the time. Both are limited here before the converter
sees the text. TeX over a limit is shown as its source.
"""

import re
from html import escape
from itertools import accumulate

from math_core import LatexError, LatexToMathML

MAX_LENGTH = 2_000
"""Characters in one formula."""
MAX_DEPTH = 40
MAX_COMMANDS = 300
MAX_BRACKETS = 12

_DEFINITION = re.compile(r"\\(?:[a-z]*def|let|(?:re)?newcommand|providecommand)(?![a-zA-Z])")

# Every command and character that math-core 0.9 reads as an opening bracket, and two macros.
_BRACKET = re.compile(
    r"\\(?:\{|norm|abs|(?:l|ll)(?:[aA]ngle|ang|[bB]race|brack|bracket|ceil|corner|floor|group|"
    r"moustache|paren|parenthesis|[vV]ert)|ulcorner)"
    "|[(\\[⌈⌊⌜⌞⎰❲⟅⟦⟨⟪⟬⟮⦃⦅⦇⦉⦋⦍⦏⦑⦓⦕⦗⧘⧚⧼]"
)

_BRACE = {"{": 1, "}": -1}

# Commands that number a formula, as the page of one paper would. Here there is nothing to count.
_NUMBERS = re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")
_REFERENCE = re.compile(r"\\(tag|eqref|ref)\*?\s*\{([^{}]*)\}")
_ENVIRONMENT = re.compile(
    r"\\(begin|end)\{(align|alignat|displaymath|eqnarray|equation|flalign|gather|math|multline|split)"
    r"\*?\}(?:(?<=alignat\})\{\d\})?"
)
_UNNUMBERED = {
    **dict.fromkeys(("align", "alignat", "eqnarray", "flalign", "split"), "aligned"),
    **dict.fromkeys(("gather", "multline"), "gathered"),
}

# Macros that papers use and math-core does not know. For others it fails, and the source is shown.
_OPERATORS = """KL Var Cov Tr tr diag poly polylog prox rank relu ReLU sgn sigmoid sign softmax
    supp"""
_MACROS = {
    **{name: rf"\operatorname{{{name}}}" for name in _OPERATORS.split()},
    "mbox": r"\text{#1}", "hbox": r"\text{#1}", "ensuremath": "#1", "xspace": "",
    "mathds": r"\mathbb{#1}", "mathbbm": r"\mathbb{#1}", "E": r"\mathbb{E}",
    "norm": r"\lVert #1\rVert", "abs": r"\lvert #1\rvert",
    "nicefrac": r"\frac{#1}{#2}", "sfrac": r"\frac{#1}{#2}",
    "substack": r"\begin{matrix}#1\end{matrix}",
}  # fmt: skip
_CONVERTER = LatexToMathML(
    annotation=True,
    allow_unreliable_rendering=True,  # \widetilde
    fancy_error=False,
    max_expansions=100,
    macros=_MACROS,
)


def mathml(tex: str, *, display: bool = False) -> str:
    """Return one formula, given without its dollars, as `<math>` with the TeX as annotation.

    TeX that is broken, unknown or over a limit returns as `<code class="tex">`.
    """
    tex = tex.strip()
    try:
        if _within_bounds(tex):
            return _CONVERTER.convert_with_local_state(_unnumbered(tex), displaystyle=display)
    except LatexError:
        pass
    return f'<code class="tex">{escape(tex, quote=False)}</code>'


def _unnumbered(tex: str) -> str:
    """Return TeX without the numbers of its equations, of which the source has none."""
    tex = _REFERENCE.sub(_numbered, _NUMBERS.sub("", tex))
    return _ENVIRONMENT.sub(_environment, tex).strip()


def _numbered(reference: re.Match[str]) -> str:
    name, number = reference.groups()
    space = r"\quad" if name == "tag" else ""
    return rf"{space}\text{{{number if name == 'ref' else f'({number})'}}}"


def _environment(mark: re.Match[str]) -> str:
    name = _UNNUMBERED.get(mark[2])
    return rf"\{mark[1]}{{{name}}}" if name else ""


def _within_bounds(tex: str) -> bool:
    return (
        len(tex) <= MAX_LENGTH
        and tex.count("\\") <= MAX_COMMANDS
        and max(accumulate(_BRACE.get(char, 0) for char in tex), default=0) <= MAX_DEPTH
        and len(_BRACKET.findall(tex)) <= MAX_BRACKETS
        and not _DEFINITION.search(tex)
    )
