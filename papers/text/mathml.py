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

# Every command and character that math-core 0.9 reads as an opening bracket.
_BRACKET = re.compile(
    r"\\(?:\{|(?:l|ll)(?:[aA]ngle|ang|[bB]race|brack|bracket|ceil|corner|floor|group|moustache|"
    r"paren|parenthesis|[vV]ert)|ulcorner)"
    "|[(\\[⌈⌊⌜⌞⎰❲⟅⟦⟨⟪⟬⟮⦃⦅⦇⦉⦋⦍⦏⦑⦓⦕⦗⧘⧚⧼]"
)

_BRACE = {"{": 1, "}": -1}

# Macros that papers use and math-core does not know. For others it fails, and the source is shown.
_CONVERTER = LatexToMathML(
    annotation=True,
    allow_unreliable_rendering=True,  # \widetilde
    fancy_error=False,
    max_expansions=100,
    macros={"mbox": r"\text{#1}", "mathds": r"\mathbb{#1}", "ensuremath": "#1"},
)


def mathml(tex: str, *, display: bool = False) -> str:
    """Return one formula, given without its dollars, as `<math>` with the TeX as annotation.

    TeX that is broken, unknown or over a limit returns as `<code class="tex">`.
    """
    tex = tex.strip()
    try:
        if _within_bounds(tex):
            return _CONVERTER.convert_with_local_state(tex, displaystyle=display)
    except LatexError:
        pass
    return f'<code class="tex">{escape(tex, quote=False)}</code>'


def _within_bounds(tex: str) -> bool:
    return (
        len(tex) <= MAX_LENGTH
        and tex.count("\\") <= MAX_COMMANDS
        and max(accumulate(_BRACE.get(char, 0) for char in tex), default=0) <= MAX_DEPTH
        and len(_BRACKET.findall(tex)) <= MAX_BRACKETS
        and not _DEFINITION.search(tex)
    )
