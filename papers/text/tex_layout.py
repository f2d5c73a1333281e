r"""Removes what TeX says of the layout: `\raisebox{-2pt}{x}` is x, `\vspace{1em}` is nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from papers.text.markup import INLINE_MATH

# The commands that take so many arguments, and whether they print the last of them.
_TAKING = {
    (1, False): """adjincludegraphics captionsetup color fontencoding fontfamily fontseries
        fontshape hphantom hypersetup includegraphics includesvg index label linespread pagecolor
        pagestyle phantom selectlanguage setstretch sethlcolor thispagestyle vphantom vspace""",
    (2, False): "addtolength fontsize pdfbookmark rule setcounter setlength",
    (3, False): "addcontentsline definecolor",
    (1, True): "framebox makebox mbox",
    (2, True): """adjustbox colorbox foreignlanguage hyperlink hypertarget parbox raisebox rotatebox
        scalebox textcolor""",
    (3, True): "fcolorbox multicolumn multirow resizebox",
}
_OF_GROUP = ("color", "fontfamily", "fontseries", "fontshape", "fontsize", "selectlanguage")
_FORMULAS = """align alignat aligned array bmatrix Bmatrix cases displaymath eqnarray equation
    flalign gather gathered math matrix multline pmatrix smallmatrix split vmatrix Vmatrix"""

NESTED = r"(?:[^{}]++|\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\})*+"
"""What a group may hold: text, and groups three deep."""

_GROUP = rf"\{{{NESTED}\}}"
_OPTIONS = r"(?:\s*+\[[^\[\]]*+\])*+"
_ARGUMENT = rf"{_OPTIONS}\s*+{_GROUP}"
_DIMENSION = r"-?\s*(?:(?:\d+\.?\d*|\.\d+)\s*(?:em|ex|pt|mm|cm|in|mu|\\[A-Za-z]+)|\\[A-Za-z]+)"


def _command(names: Iterable[str]) -> str:
    """Return a pattern of these commands. None of them is the beginning of a longer name."""
    return rf"\\(?:{'|'.join(names)})(?![A-Za-z])\*?"


def _taking(arguments: int, *, prints: bool) -> str:
    names = _command(_TAKING[arguments, prints].split())
    if not prints:
        return rf"{names}(?:{_ARGUMENT}){{{arguments}}}(?:\s*~)?"
    before = rf"(?:{_ARGUMENT}){{{arguments - 1}}}" if arguments > 1 else ""
    return rf"{names}{before}{_OPTIONS}\s*+\{{(?P<printed{arguments}>{NESTED})\}}"


_LAYOUT = re.compile(
    rf"""
    (?P<kept> {INLINE_MATH})
  | \\\\(?P<gap>\*?\[\s*{_DIMENSION}\s*\])?
  | \{{\s*{_command(_OF_GROUP)}(?:{_ARGUMENT})++\s*+(?P<inside>{NESTED})\}}
  | {_taking(1, prints=False)}
  | {_taking(2, prints=False)}
  | {_taking(3, prints=False)}
  | {_taking(1, prints=True)}
  | {_taking(2, prints=True)}
  | {_taking(3, prints=True)}
  | {_command(["hspace"])}\s*\{{\s*(?P<width>{_DIMENSION})[^{{}}]*\}}
  | {_command(["hskip", "kern"])}\s*(?P<skip>{_DIMENSION})\s?
  | {_command(["vskip", "raise", "lower"])}\s*{_DIMENSION}\s?
  | {_command(["looseness", "tolerance", "emergencystretch"])}\s*=?\s*-?[\d.]+(?:[a-z]{{2}}\b)?\s?
  | {_command(["texorpdfstring"])}\s*\{{(?P<tex>{NESTED})\}}\s*\{{(?P<plain>{NESTED})\}}
  | {_command(["ensuremath"])}\s*\{{(?P<formula>{NESTED})\}}
  | (?P<fraction>{_command(["binom", "dfrac", "frac", "tfrac"])}(?:\s*{_GROUP}){{2}}
      | \\sqrt(?:\[[^\[\]]*+\])?{_GROUP})
  | (?P<environment>\\begin\{{(?P<name>{"|".join(_FORMULAS.split())})(?P<star>\*?)\}}
      (?:(?!\\(?:begin|end)\{{(?P=name)|\$).){{1,2000}}?\\end\{{(?P=name)(?P=star)\}})
  | \\(?:begin|end)\{{[A-Za-z]{{1,20}}\*?\}}(?:\[[^\[\]]*+\])?
  | \\item\s*\[(?P<label>[^\[\]]*+)\]
  | {_command(["footnotemark"])}(?:\[[^\[\]]*+\])?
  | \\verb(?P<delimiter>[|!+])(?P<verbatim>[^|!+\\\n]*+)(?P=delimiter)
  | (?P<unknown>\\(?!sqrt)[A-Za-z]++)(?:\*|(?:\[[^\[\]]*+\])++)(?=\{{)
    """,
    re.VERBOSE | re.DOTALL,
)
_PRINTED = ("inside", "printed1", "printed2", "printed3", "verbatim", "unknown", "label")
_LEAST_SPACE = 0.2
_IN_EMS = {"em": 1.0, "ex": 0.5, "pt": 0.1, "mm": 0.28, "cm": 2.8, "in": 7.2, "mu": 0.055}


MAX_ROUNDS = 6
"""How deep commands are removed in the arguments of others."""


def without(text: str) -> str:
    """Return text without its commands of layout. Formulas stay."""
    for _ in range(MAX_ROUNDS):
        remaining = _LAYOUT.sub(_printed, text)
        if remaining == text:
            break
        text = remaining
    return text


def _printed(command: re.Match[str]) -> str:
    if command["kept"] or command[0] == r"\\":
        return command[0]
    if width := command["width"] or command["skip"]:
        return " " if _is_space(width) else ""
    if command["tex"] is not None:
        return command["plain"] if command["plain"].strip() else command["tex"]
    if formula := command["formula"] or command["fraction"]:
        return formula if "$" in formula else f"${formula.strip()}$"
    if environment := command["environment"]:
        return f"$${environment}$$"
    if command["gap"]:
        return " "
    return next((command[name] for name in _PRINTED if command[name] is not None), "")


def _is_space(width: str) -> bool:
    r"""Return whether a width parts words. `\textwidth` does, a thin one only moves letters."""
    if number := re.match(r"(-?)\s*([\d.]+)\s*([a-z]*)", width):
        return not number[1] and float(number[2]) * _IN_EMS.get(number[3], 10) >= _LEAST_SPACE
    return not width.startswith("-")
