r"""Finds formulas whose TeX commands lost their beginning: `$heta$` was `$\theta$`.

A program that reads TeX as a string with escapes drops the backslash, or takes it and the letter
after it for a control character: `\theta` is a tab and "heta".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop

from papers.checks import prose
from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.text.tex_commands import COMMANDS, WITH_ARGUMENT

NAME = "formulas"
VERSION = 1

_MESSAGES = {
    "command_lost": gettext_noop(
        "The formula “%(formula)s” lost the beginning of a command: “%(text)s” was “%(command)s”."
    ),
    "command_perhaps_lost": gettext_noop(
        "The formula “%(formula)s” may have lost the beginning of a command: “%(text)s” may have"
        " been “%(command)s”."
    ),
}

# Words, units, products of letters, or names: what is left may be meant as it stands.
_ALSO_MEANT = frozenset(
    {
        *("ag", "an", "angle", "ank", "ar", "au", "box", "brace", "brack", "ceil", "ef", "eg"),
        *("eq", "eta", "eth", "ext", "floor", "group", "hd", "ho", "ig", "igg", "lap", "lat"),
        *("mod", "oot", "op", "orm", "ot", "ox", "ra", "race", "ule", "vert", "Vert"),
    }
)
# Whoever lost the backslash alone left these.
_WHOLE_WITH_ARGUMENT = WITH_ARGUMENT - {"norm", "ref", "tag", "bar", "begin", "text"} | {
    *("sqrt", "mathbb", "mathbf", "mathcal", "mathrm", "mathfrak", "operatorname", "overline"),
    *("underline", "widehat", "widetilde", "dfrac", "mathit", "mathsf"),
}
_WHOLE = frozenset(
    {
        *("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "theta", "lambda", "sigma"),
        *("omega", "nabla", "infty", "times", "cdot", "leq", "geq", "neq", "rightarrow"),
        *("leftarrow", "approx", "subseteq", "propto", "forall", "bigoplus", "mathcal", "mathbb"),
    }
)
_LETTERS = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,40}(?![A-Za-z])")
_AFTER_CONTROL = re.compile(r"(?<![\\$\w])\$[\t\n]((?:\\.|[^\\$\n]){1,500})(?<!\s)\$(?!\d)")
_SCRIPT = re.compile(r"[_^]\s?\{?\s?\Z")
# What stands in these is a word, not a formula.
_UPRIGHT = re.compile(
    r"\\(?:text\w{0,12}|math(?:rm|sf|tt|it|bf|bb|cal|frak|scr)|operatorname\*?|mbox|hbox|label"
    r"|begin|end|tag|ref|href|url|color|textcolor|class)\s?\{[^{}]{0,300}\}"
)


_NOT_NEGATED = frozenset(
    {
        *("nabla", "natural", "nearrow", "neg", "neq", "newcommand", "newline", "nolimits"),
        *("nonumber", "norm", "normalsize", "not", "notag", "notin", "notni", "nwarrow"),
    }
)


def _remains() -> dict[str, str]:
    """Return what is left of each command, with the command. The more usual of two comes last."""
    rare = sorted(COMMANDS, key=lambda name: (name not in WITH_ARGUMENT, name), reverse=True)
    # Without its first letter a negated relation is a relation: \nleq, \leq.
    return {
        name[1:]: name
        for name in rare
        if len(name) > 2 and (name[0] != "n" or name in _NOT_NEGATED)
    }


_REMAINS = _remains()


def check(markdown: str) -> list[Finding]:
    """Return errors for what can only be the rest of a command, and warnings for what may be."""
    found = [
        _finding(markdown, span, rest, command, code)
        for span in _spans(markdown)
        for rest, command, code in _lost(markdown[slice(*span)])
    ]
    return sorted(found, key=lambda finding: finding.start)


def _spans(markdown: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of formulas, those too that a control at their beginning made text."""
    yield from prose.formulas(markdown)
    for match in _AFTER_CONTROL.finditer(prose.markup(markdown)):
        word = _LETTERS.match(match[1])
        if word and word[0] in _REMAINS:
            yield match.span(1)


def _lost(tex: str) -> Iterator[tuple[re.Match[str], str, str]]:
    """Yield the rests of commands in a formula, with the command and the code of the finding."""
    tex = _UPRIGHT.sub(lambda upright: upright[0][0] + "·" * (len(upright[0]) - 1), tex)
    for rest in _LETTERS.finditer(tex):
        command, is_sure = _command(rest)
        if is_sure:
            yield rest, command, "command_lost"
        elif command and not _SCRIPT.search(tex, max(rest.start() - 4, 0), rest.start()):
            yield rest, command, "command_perhaps_lost"


def _command(rest: re.Match[str]) -> tuple[str, bool]:
    """Return the command that letters are the rest of, or "", and whether it is sure."""
    word, tex = rest[0], rest.string
    after = tex[rest.end() : rest.end() + 2].lstrip()[:1]
    if word in _WHOLE or (after == "{" and word in _WHOLE_WITH_ARGUMENT):
        return word, after == "{" and word in _WHOLE_WITH_ARGUMENT
    command = _REMAINS.get(word, "")
    if word not in _ALSO_MEANT or (after == "{" and command in WITH_ARGUMENT):
        return command, bool(command)
    is_likely = len(word) > 2 or word == tex.strip() or after in {"(", "_", "^"}
    return (command if is_likely else ""), False


def _finding(
    markdown: str, span: tuple[int, int], rest: re.Match[str], command: str, code: str
) -> Finding:
    start, end = span[0] + rest.start(), span[0] + rest.end()
    level = Level.ERROR if code == "command_lost" else Level.WARNING
    data: dict[str, str | int] = {
        "formula": prose.shown(markdown[slice(*span)]),
        "text": rest[0],
        "command": f"\\{command}",
    }
    return Finding(
        NAME, level, code, _MESSAGES[code], start, end, text=markdown[start:end], data=data
    )


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    return check(claim.markdown)


CHECK = Check(NAME, VERSION, section=_of_section, compares=True)
