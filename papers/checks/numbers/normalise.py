"""Turns a text into what its reader sees, and maps it back to the characters as written.

Markdown, TeX, HTML and typographic variants of digits and signs are normalised. Addresses and
reference marks are removed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

TAKEN_OUT = " \N{BULLET} "
"""Replaces an address or a reference mark. No number can join it."""

_TEX = {
    **dict.fromkeys(("times", "cdot", "ast"), "×"),
    **dict.fromkeys(("sim", "approx", "thicksim"), "~"),
    **dict.fromkeys(("to", "rightarrow", "longrightarrow"), "→"),
    **dict.fromkeys(("le", "leq", "ge", "geq", "pm", "lt", "gt", "quad"), " "),
    **dict.fromkeys((";", ":", " ", "\\"), " "),
    **dict.fromkeys(("degree", "circ"), "°"),
    "percent": "%", "mu": "μ", "%": "%", "&": "&", "#": "#", "_": "_",
}  # fmt: skip
_ENTITIES = {
    "times": "×", "nbsp": " ", "percnt": "%", "sim": "~", "minus": "-", "ndash": "-", "amp": "&",
    "lt": "<", "gt": ">",
}  # fmt: skip
_CHARACTERS = {
    **dict.fromkeys("‐‑‒–−﹣", "-"),
    **dict.fromkeys("∼〜˜～", "~"),
    **dict.fromkeys("✕✖⨯╳⨉∗", "×"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f", ""),
    # A thin space, like TeX's "\\,", keeps a number and its unit together.
    **dict.fromkeys("\u2009\u202f", ""),
    "—": " — ",
    "’": "'",
}
# A letter or digit of any script that formulas use. After Hangul or Han it is the mark of a note.
_HAS_POWER = re.compile(r"[^\W_ㄱ-ㆎ가-힣぀-ヿ一-鿿]")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

_SPECIAL = re.compile(r"[\\$*`{}<^&_~\[\]:.]|\d(?=\ufe0f?\u20e3)|[^\x00-\x7f가-힣]")
# What may stand at a special character. Every repetition is bounded, so the time is linear in the
# length of any text.
_WRITTEN = re.compile(
    r"""
    (?P<address>
        \]\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?(?:\s["'][^"'\n]{0,200}["'])?\)
      | ://[!-~]{1,2000} | \.(?<=www\.)[!-~]{1,2000}
      | \.(?:com|org|net|edu|gov|io|ai|co|dev|app|me)/[!-~]{0,2000}
      | :(?<=[Xx][Ii][Vv]:)\s?[\w.-]{1,30}(?:/\d{1,7})?)
  | (?P<mark> \d\ufe0f?\u20e3 | [①-⑳⑴-⒇❶-❿➀-➓]
      | \[\^?[1-9]\d{0,2}(?:,\ ?[1-9]\d{0,2}){0,9}\])
  | (?P<fraction> \\[dtc]?frac\ ?\{(?P<above>\d{1,9})\}\ ?\{(?P<below>\d{1,9})\})
  | (?P<power> (?:\^\{?|<sup>)(?P<minus>[-−]?)\+?(?=\d))
  | (?P<superscript> [⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]{1,10})
  | (?P<thousands> (?:\{,\}|\\,|[\u2009\u202f])(?=\d{3}(?!\d)))
  | (?P<tex> \\(?P<name>[A-Za-z]{1,20}|[%&\#_\\,;:\ ])(?:\ ?\{)?)
  | (?P<entity> &(?P<character>times|nbsp|percnt|sim|minus|ndash|amp|lt|gt);)
  | (?P<product> \*(?=\ ?\d)(?:(?<=\d\*)|(?<=\d\ \*)))
  | (?P<nothing> </?[A-Za-z][^<>]{0,200}> | [*`${}]{1,6} | ~~ | \\[()\[\]$!]
      | _(?!\w) | (?<!\w)_{1,3}(?=\w))
  | (?P<other> [^\x00-\x7f])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """The text that is read, and where each stretch of it was written."""

    text: str
    _starts: list[int]
    """Where each stretch of `text` begins."""
    _written: list[tuple[int, int, bool]]
    """For each stretch: its start and end in the written text, and whether it is unchanged."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]` was written. It must not be empty."""
        return self._at(start)[0], self._at(end - 1)[1]

    def _at(self, position: int) -> tuple[int, int]:
        stretch = bisect_right(self._starts, position) - 1
        start, end, same = self._written[stretch]
        if not same:
            return start, end
        start += position - self._starts[stretch]
        return start, start + 1


def normalise(written: str) -> Normalised:
    """Return the text as its reader sees it."""
    pieces: list[str] = []
    starts: list[int] = []
    spans: list[tuple[int, int, bool]] = []
    length = done = 0
    for special in _SPECIAL.finditer(written):
        start = special.start()
        match = _WRITTEN.match(written, start) if start >= done else None
        if not match:
            continue
        for piece, span in (
            (written[done:start], (done, start, True)),
            (_read(match), (*match.span(), False)),
        ):
            if piece:
                pieces.append(piece)
                starts.append(length)
                spans.append(span)
                length += len(piece)
        done = match.end()
    pieces.append(written[done:])
    starts.append(length)
    spans.append((done, len(written), True))
    return Normalised("".join(pieces), starts, spans)


def _read(match: re.Match[str]) -> str:
    case = match.lastgroup
    if case in {"address", "mark"}:
        return TAKEN_OUT
    if case == "fraction":
        return f" {match['above']}/{match['below']} "
    if case in {"power", "superscript"}:
        return _power(match)
    if case == "tex":
        return _TEX.get(match["name"], "")
    if case == "entity":
        return _ENTITIES[match["character"]]
    if case == "other":
        return _character(match[0])
    return {"thousands": ",", "product": "×"}.get(case or "", "")


def _power(match: re.Match[str]) -> str:
    """Return a power if it stands on something that has one. Otherwise it marks a note."""
    before = match.string[max(0, match.start() - 1) : match.start()]
    if not (_HAS_POWER.match(before) or (before and before in ")}$")):
        return TAKEN_OUT
    if match.lastgroup == "superscript":
        return "^" + match[0].translate(_SUPERSCRIPTS)
    return "^-" if match["minus"] else "^"


def _character(character: str) -> str:
    if (sign := _CHARACTERS.get(character)) is not None:
        return sign
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character.isspace():
        return " "
    # ％ and ㎳ become % and ms, ½ becomes 1⁄2.
    plain = unicodedata.normalize("NFKC", character)
    return f" {plain.replace('⁄', '/')} " if "⁄" in plain else plain
