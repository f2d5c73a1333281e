r"""Decodes a JSON string whose writer may not have doubled the backslashes of TeX.

To JSON "\theta" is a tab before "heta". No control is meant inside a formula, and `\b` and `\f` are
meant nowhere. Other writers double twice: `\\\\frac` is `\\frac` to JSON, and means `\frac`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from papers.text.tex_commands import ANYWHERE, COMMANDS

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))|([\b\f]|[\n\r\t](?=[A-Za-z]))", re.DOTALL)
_CONTROLS = {"b": "", "f": "\n", "n": "\n", "r": "\r", "t": "\t"}
_LETTERS = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
_PROTECTED = frozenset("\"/'“”„‟‘’")
_WORD = re.compile(r"[A-Za-z]*")
_MATH = re.compile(
    r"(?<!\\)(?P<display>\$\$)(?:\\.|[^\\$]){1,4000}?\$\$"
    r"|(?<![\\$])\$(?![\s$])(?:\\.|[^\\$]){1,2000}?(?<!\s)\$(?!\d)"
    r"|(?<!\\)\\\((?:\\[^()]|[^\\]){1,500}?\\\)|(?<!\\)\\\[(?:\\[^\[\]]|[^\\]){1,500}?\\\]",
    re.DOTALL,
)
_MATH_MARKED_TWICE = re.compile(
    r"(?<!\\)\\\\(?:\((?=[^\n]{1,500}?\\\\\))|\[(?=[^\n]{1,500}?\\\\\])"
    r"|(?<=[^\n]\\\\)[)\]])"
)
_RUN = re.compile(r"\\+")
_ROWS = re.compile(r"\\begin\{|\\substack|&")
_JSON = re.compile(r"\s*(?:```\w*\s*)?[\[{]\s*\\?[\"“{\[]")
# What is left of a command that begins a line, and is no word.
_LINE_BEGINS = frozenset({"nabla", "notin", "nearrow", "natural", "nolimits", "nwarrow"})


@dataclass(slots=True)
class _Text:
    """A string without JSON's escapes. Each control is a backslash and its letter for now."""

    text: str = ""
    controls: dict[int, bool] = field(default_factory=dict)
    """Where a control may be meant, and whether it came as an escape."""
    pairs: list[int] = field(default_factory=list)
    """Where a backslash stands that was written twice."""
    singles: list[int] = field(default_factory=list)
    """Where a backslash stands that was written once."""


def decode(raw: str) -> str:
    """Return what the inside of a JSON string means. JSON within it stays as it is."""
    read = _read(raw)
    if _JSON.match(read.text):
        return _with_controls(read, dict.fromkeys(read.controls, False), [])
    spans = [(*math.span(), bool(math["display"])) for math in _MATH.finditer(read.text)]
    commands = _commands(read, spans)
    return _halved(_with_controls(read, commands, _rows(read, commands, spans)))


def _read(raw: str) -> _Text:
    read, parts, at, end = _Text(), [], 0, 0
    for escape in _ESCAPE.finditer(raw):
        at += escape.start() - end
        meant = _meant(escape)
        if len(meant) == 1:
            read.pairs += [at] if meant == "\\" else []
        elif meant[1] in _CONTROLS:
            read.controls[at] = escape[3] is None
        else:
            read.singles.append(at)
        parts += [raw[end : escape.start()], meant]
        at, end = at + len(meant), escape.end()
    read.text = "".join([*parts, raw[end:]])
    return read


def _meant(escape: re.Match[str]) -> str:
    """Return the character of an escape, or a backslash and what stands after it."""
    code, char, control = escape.groups()
    if code:
        control = chr(int(code, 16))
        if control not in _LETTERS:
            return control
    letter = _LETTERS[control] if control else char
    before_letter = escape.string[escape.end() : escape.end() + 1]
    if letter in {"n", "r", "t"} and not (before_letter.isascii() and before_letter.isalpha()):
        return _CONTROLS[letter]
    return letter if letter in _PROTECTED or letter == "\\" else f"\\{letter}"


def _commands(read: _Text, spans: list[tuple[int, int, bool]]) -> dict[int, bool]:
    """Return for each place of a control whether a TeX command was meant."""
    commands = {}
    waiting = iter(spans)
    start, end, is_display = next(waiting, (len(read.text), len(read.text), False))
    for at, is_escape in read.controls.items():
        while at >= end and end < len(read.text):
            start, end, is_display = next(waiting, (len(read.text), len(read.text), False))
        in_math = start <= at < end
        word = _WORD.match(read.text, at + 1)[0]  # type: ignore[index]  # it matches anywhere
        known = COMMANDS if in_math else ANYWHERE
        commands[at] = (
            _means_command(word, in_math, is_display) or word in known
            if is_escape
            else word in (_LINE_BEGINS if word[0] == "n" else known)
        )
    return commands


def _means_command(word: str, in_math: bool, is_display: bool) -> bool:
    """Return whether an escape cannot be meant as a control, whatever command it is."""
    if word[0] in "bf":
        return in_math or len(word) > 1
    return in_math and (word[0] == "r" or (word[0] == "t" and not is_display))


def _rows(read: _Text, commands: dict[int, bool], spans: list[tuple[int, int, bool]]) -> list[int]:
    r"""Return where `\\` ends a row of a matrix, in a formula whose backslashes stand once."""
    singles = [*read.singles, *(at for at, is_command in commands.items() if is_command)]
    text, rows = read.text, []
    for start, end, _ in spans:
        pairs = [at for at in read.pairs if start < at < end] if read.pairs else []
        if not pairs or not _ROWS.search(text, start, end):
            continue
        if any(text[at + 1].isalpha() for at in pairs):
            continue
        if any(start < at < end and text[at + 1].isalpha() for at in singles):
            rows += [at for at in pairs if text[at + 1] not in "{}|,;:!%#_$"]
    return rows


def _with_controls(read: _Text, commands: dict[int, bool], rows: list[int]) -> str:
    changes = {at: (2, _CONTROLS[read.text[at + 1]]) for at, meant in commands.items() if not meant}
    changes |= dict.fromkeys(rows, (1, "\\\\"))
    parts, end = [], 0
    for at in sorted(changes):
        length, put = changes[at]
        parts += [read.text[end:at], put]
        end = at + length
    return "".join([*parts, read.text[end:]])


def _halved(text: str) -> str:
    """Return text with the backslashes of formulas halved that were doubled twice."""
    text = _MATH_MARKED_TWICE.sub(lambda mark: "\\" + mark[0][-1], text)
    return _MATH.sub(lambda math: _halved_formula(math[0]), text)


def _halved_formula(math: str) -> str:
    inside = math[2:-2] if math[0] == "\\" else math
    runs = list(_RUN.finditer(inside))
    of_commands = [
        run for run in runs if re.match(r"[A-Za-z{}|,;!%#&_]", inside[run.end() : run.end() + 1])
    ]
    if not of_commands or any(len(run[0]) % 2 for run in of_commands):
        return math
    halved = _RUN.sub(lambda run: "\\" * ((len(run[0]) + 1) // 2), inside)
    return math[:2] + halved + math[-2:] if math[0] == "\\" else halved
