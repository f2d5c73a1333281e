"""Writes MathML as one line of Unicode text: π₀.₅, 10⁶, O(1/√T).

`text` writes any formula, for titles, descriptions and other places that hold text alone. `simple`
writes only those that lose nothing by it, for pages: there MathML is for real formulas. The MathML
is that of `papers.text.mathml`, before or after it was sanitised.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_TOKENS = 24
"""A longer formula is MathML, which a browser can typeset and break."""

_SUPERSCRIPTS = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ′″*∗†‡∘°⊤",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡ′″**†‡°°ᵀ",
)
_SUBSCRIPTS = str.maketrans(
    "0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
)
_ACCENTS = {
    "ˆ": "\u0302", "^": "\u0302", "¯": "\u0304", "‾": "\u0304", "˜": "\u0303", "~": "\u0303",
    "→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307", "¨": "\u0308", "ˇ": "\u030c", "´": "\u0301",
    "`": "\u0300", "˘": "\u0306", "_": "\u0332", "\u0332": "\u0332", "\u0302": "\u0302",
    "\u0303": "\u0303", "˚": "\u030a", "←": "\u20d6", "↔": "\u20e1", "⏜": "\u0311", "⏝": "\u032f",
    "\u20db": "\u20db",
}  # fmt: skip
# An accent over more than one letter is a word before brackets: hat(xy). Lines can be drawn over
# each letter.
_NAMES = {
    "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0307": "dot", "\u0308": "ddot",
    "\u20d7": "vec", "\u20d6": "overleftarrow", "\u20e1": "overleftrightarrow", "\u030c": "check",
    "\u0301": "acute", "\u0300": "grave", "\u0306": "breve", "\u030a": "ring",
    "\u0311": "overparen", "\u032f": "underparen", "\u0332": "underline", "\u20db": "dddot",
}  # fmt: skip
_LINES = {"\u0304": "\u0305", "\u0332": "\u0332"}
_BRACES = frozenset("⏞⏟⎴⎵")
_SAME_AS_TYPED = str.maketrans(
    {"∼": "~", "∗": "*", "∣": "|", "\\": "∖", "\ufe00": None, "\ufe01": None}
)
_BRACKETED = re.compile(r"\([^()]*\)")

# An operator between two operands has a space on either side, except these.
_CLOSE = frozenset("×·⋅∙/|‖∘^*⊤†.:%!′″′")
_AFTER_ONLY = frozenset(",;")
_OPENING = frozenset("([{⟨⌈⌊")
_CLOSING = frozenset(")]}⟩⌉⌋")
_LARGE = frozenset("∑∏∐∫∬∭∮⋃⋂⨁⨂⨆")
# Raised, they look like an operator. After a number the first is the sign of degrees.
_STARS = "°*∗∘"
_APPLY, _INVISIBLE = "\u2061", frozenset("\u2062\u2063\u2064")

_OF_WORDS = frozenset({"Lu", "Ll", "Lo", "Nd", "Mn"})
_TOKENS = frozenset({"mi", "mn", "mo", "mtext"})
_SCRIPTS = {"msub": "_", "msup": "^", "msubsup": "_^", "munder": "_", "mover": "^"}
_SCRIPTS["munderover"] = "_^"


def text(math: str) -> str:
    """Return a `<math>` element as text, with x_b or x^(b+1) where Unicode has no sign."""
    return _Line(as_html=False).write(math)


def simple(math: str) -> str | None:
    """Return a `<math>` element as text with `<sub>` and `<sup>` where Unicode has no sign.

    Return None for a formula that needs MathML: fractions, sums, matrices, nested scripts, and
    formulas of more than MAX_TOKENS numbers, letters and signs.
    """
    line = _Line(as_html=True)
    html = line.write(math)
    return html if line.is_simple and line.tokens <= MAX_TOKENS else None


@dataclass
class _Line:
    """Writes one formula, and notes whether all of it is simple."""

    as_html: bool
    is_simple: bool = True
    tokens: int = 0
    depth: int = 0
    """How many scripts the current element stands in."""

    def write(self, math: str) -> str:
        root = LexborHTMLParser(math).css_first("math")
        if root is None:
            return ""
        try:
            line = self._row(_children(root))
        except (ValueError, RecursionError):  # Another hand wrote it: an element has no base.
            self.is_simple = False
            line = root.text(deep=True)
        line = re.sub(r"(?<=\d)\u2009(?=\d{3}(?!\d)|[kKMBGT]\b)", "", line).replace("\u2009", " ")
        return unicodedata.normalize("NFC", " ".join(line.replace("...", "…").split()))

    def _write(self, element: LexborNode) -> str:
        tag = element.tag or ""
        if tag in _TOKENS:
            self.tokens += 1
            return self._escaped(_typed(element.text(deep=True)))
        if tag in _SCRIPTS:
            return self._scripts(element, _SCRIPTS[tag])
        if tag in _WRITERS:
            self.is_simple &= tag in _SIMPLE
            return _WRITERS[tag](self, element)
        return self._row(_children(element))

    def _space(self, element: LexborNode) -> str:
        return "\u2009" if _width(element) > 0 else ""

    def _root(self, element: LexborNode) -> str:
        base, *index = _children(element) if element.tag == "mroot" else [element]
        radicand = [base] if index else _children(element)
        degree = "".join(self._raised(each, "^") for each in index)
        return f"{degree}√{self._operand(radicand)}"

    def _fraction(self, element: LexborNode) -> str:
        above, below = _children(element)
        if (element.attributes.get("linethickness") or "").startswith("0"):
            return f"{self._row([above])} choose {self._row([below])}"
        return f"{self._operand([above])}/{self._operand([below])}"

    def _cells(self, element: LexborNode) -> str:
        cells = _children(element)
        table = element.parent
        if table is not None and table.attributes.get("displaystyle") == "true":  # aligned
            return self._row([each for cell in cells for each in _children(cell)])
        return ", ".join(map(self._write, cells))

    def _rows(self, element: LexborNode) -> str:
        return "; ".join(filter(None, map(self._write, _children(element))))

    def _enclosed(self, element: LexborNode) -> str:
        content = self._row(_children(element))
        is_struck = "strike" in (element.attributes.get("notation") or "")
        return _over_each(content, "\u0338") if is_struck else content

    def _nothing(self, element: LexborNode) -> str:
        return ""

    def _row(self, elements: Sequence[LexborNode]) -> str:
        """Write elements beside each other, with spaces around the operators between operands."""
        elements = _flat(elements)
        parts: list[str] = []
        for at, element in enumerate(elements):
            sign = _sign(element)
            if sign == _APPLY:
                following = _sign(elements[at + 1]) if at + 1 < len(elements) else ""
                parts.append("" if following in _OPENING else " ")
            elif sign and sign not in _INVISIBLE:
                self.is_simple &= sign not in _LARGE
                parts.append(self._spaced(element, elements, at))
            elif not sign:
                written = self._write(element)
                before = at > 0 and _is_operand(elements[at - 1], _CLOSING)
                after = at + 1 < len(elements) and _is_operand(elements[at + 1], _OPENING)
                parts.append(self._apart(element, written, before=before, after=after))
        return "".join(parts)

    def _apart(self, element: LexborNode, written: str, *, before: bool, after: bool) -> str:
        """Keep what stands beside a root, fraction or star from becoming part of it."""
        tag = element.tag or ""
        if tag in {"msqrt", "mroot"}:
            self.is_simple &= not after
            if after and not written.endswith(")"):
                written = f"{written.replace('√', '√(', 1)})"
            return f" {written}" if before and not written.startswith("√") else written
        if tag == "mfrac":
            written = f"({written})" if after else written
            return f" {written}" if before else written
        if tag in {"munder", "mover", "munderover"} and after and _is_name(_children(element)[0]):
            return f"{written} "
        if tag in {"msup", "msubsup"} and after:
            has_degrees = _children(element)[0].tag == "mn"
            if written[-1:] in _STARS[has_degrees:]:
                star = f"<sup>{written[-1]}</sup>" if self.as_html else f"^{written[-1]}"
                return written[:-1] + star
        return written

    def _spaced(self, element: LexborNode, row: Sequence[LexborNode], at: int) -> str:
        sign = self._write(element)
        typed = _typed(_sign(element))
        before = _sign(row[at - 1]) if at else None
        if (
            self.depth
            or at in {0, len(row) - 1}
            or typed in _CLOSE | _OPENING | _CLOSING
            or (before and before not in _CLOSING | _CLOSE)
        ):
            return sign
        if typed == "," and _is_number(row[at - 1], 1, 3) and _is_number(row[at + 1], 3, 3):
            return sign  # 10,000
        if typed in _AFTER_ONLY:
            return sign if element.attributes.get("rspace") == "0" else f"{sign} "
        return f" {sign} "

    def _scripts(self, element: LexborNode, marks: str) -> str:
        base, *scripts = _children(element)
        is_large = _sign(base) in _LARGE
        accent = _ACCENTS.get(_sign(scripts[0])) if len(scripts) == 1 else None
        if accent == "\u0332" and element.tag == "mover":  # math-core's \overline
            accent = "\u0304"
        if accent and _is_accented(element):
            written = self._write(base)
            self.is_simple &= len(written) == 1
            underlined = accent == "\u0332" and base.tag == "mtext"  # It only stresses the words.
            return written if underlined else _accented(written, accent)
        if _sign(scripts[0]) in _BRACES:  # What it holds together is its script's base.
            self.is_simple = False
            return self._write(base)
        self.is_simple &= self.depth == 0 and not is_large
        self.is_simple &= base.tag not in _SCRIPTS or _is_accented(base)
        self.is_simple &= (element.tag or "").startswith("ms")
        scripted = zip(scripts, marks, strict=True)
        raised = "".join(self._raised(each, mark) for each, mark in scripted)
        return self._write(base) + raised + (" " if is_large else "")

    def _raised(self, element: LexborNode, mark: str) -> str:
        """Write a script with Unicode's signs, if it has them for all of it."""
        self.depth += 1
        content = self._row([element]).replace("\u2009", "")
        self.depth -= 1
        if self.as_html and not _in_signs(content, mark):
            tag = "sub" if mark == "_" else "sup"
            return f"<{tag}>{content}</{tag}>"
        return script(content, mark)

    def _operand(self, elements: Sequence[LexborNode]) -> str:
        content = self._row(elements)
        self.is_simple &= _is_one(content)
        return content if _is_one(content) else f"({content})"

    def _escaped(self, written: str) -> str:
        return escape(written, quote=False) if self.as_html else written


_WRITERS = {
    "mspace": _Line._space,
    "msqrt": _Line._root,
    "mroot": _Line._root,
    "mfrac": _Line._fraction,
    "mtr": _Line._cells,
    "mtable": _Line._rows,
    "menclose": _Line._enclosed,
    "mphantom": _Line._nothing,
    "annotation": _Line._nothing,
}
_SIMPLE = frozenset({"mspace", "msqrt"})


def _accented(base: str, accent: str) -> str:
    """Return a base with its accent, or with a line over or under each of its letters."""
    if base[:1].isalpha() and _is_one(base):
        return re.sub(r"^.[\u0300-\u036f\u20d0-\u20ff]*", rf"\g<0>{accent}", base)
    if len(base) == 1:
        return base + accent
    if accent in _LINES and base.replace(" ", "").isalnum():
        return _over_each(base, _LINES[accent])
    return f"{_NAMES[accent]}({base})"


def _over_each(base: str, mark: str) -> str:
    return re.sub(r"\w", rf"\g<0>{mark}", base)


def script(content: str, mark: str) -> str:
    """Return text as a subscript ("_") or superscript ("^") of what stands before it."""
    content = content.strip()
    if not content:
        return ""
    is_clear = len(content) == 1 or _is_word(content) or _BRACKETED.fullmatch(content)
    return _in_signs(content, mark) or mark + (content if is_clear else f"({content})")


def _in_signs(content: str, mark: str) -> str:
    """Return a script in Unicode's signs, or "" if one of its characters has none."""
    table = _SUBSCRIPTS if mark == "_" else _SUPERSCRIPTS
    # Unicode has no lower full stop, and the usual one looks the same: π₀.₅.
    known = all(ord(each) in table for each in re.sub(r"(?<=\d)\.(?=\d)", "", content))
    if not known or (mark == "^" and "." in content):
        return ""
    return content.translate(table)


def _is_word(content: str) -> bool:
    """Return whether no brackets are needed to see where a script ends."""
    return all(unicodedata.category(each) in _OF_WORDS or each in ".%∞" for each in content)


def _is_one(content: str) -> bool:
    """Return whether a text is one number or one letter, with its scripts and accents."""
    if re.fullmatch(r"[\d.]+|\W", content):
        return True
    return content[:1].isalpha() and all(map(_is_mark, content[1:]))


def _is_mark(char: str) -> bool:
    """Return whether a character is an accent or a script of the letter before it."""
    return unicodedata.category(char) in {"Mn", "Lm", "No"} or char in "⁺⁻⁼₊₋₌′″"


def _children(element: LexborNode) -> list[LexborNode]:
    return list(element.iter())


def _flat(elements: Sequence[LexborNode]) -> list[LexborNode]:
    """Return elements with groups that have no meaning of their own dissolved."""
    flat: list[LexborNode] = []
    for each in elements:
        if each.tag in {"mrow", "semantics", "mstyle", "mpadded", "merror"}:
            flat += _flat([inner for inner in each.iter() if inner.tag != "annotation"])
        elif each.tag != "mspace" or _width(each) > 0:
            flat.append(each)
    return flat


def _sign(element: LexborNode) -> str:
    """Return the operator that an element is, or ""."""
    return element.text(deep=True).strip() if element.tag == "mo" else ""


def _is_operand(element: LexborNode, brackets: Collection[str]) -> bool:
    sign = _sign(element)
    if element.tag == "mspace" or element.text(deep=True) == ".":
        return False
    return not sign or sign in brackets


def _is_accented(element: LexborNode) -> bool:
    return bool({"accent", "accentunder"} & element.attributes.keys())


def _is_name(element: LexborNode) -> bool:
    """Return whether an element is the name of a function: min, lim."""
    name = element.text(deep=True).strip()
    return len(name) > 1 and name.isalpha()


def _is_number(element: LexborNode, least: int, most: int) -> bool:
    """Return whether an element is a whole number of `least` to `most` digits."""
    digits = element.text(deep=True)
    return element.tag == "mn" and digits.isdecimal() and least <= len(digits) <= most


def _width(space: LexborNode) -> float:
    width = re.match(r"-?[\d.]+", space.attributes.get("width") or "")
    return float(width[0]) if width else 0.0


def _typed(written: str) -> str:
    """Return letters as people type them. Blackboard, calligraphic and Fraktur letters stay."""
    written = written.translate(_SAME_AS_TYPED).replace("\xa0", " ")
    return "".join(map(_letter, written)) if not written.isascii() else written


def _letter(char: str) -> str:
    """Return the plain letter for one of bold, italic, sans-serif or monospaced mathematics."""
    if not "\U0001d400" <= char <= "\U0001d7ff":
        return char
    name = unicodedata.name(char, "")
    meant = any(face in name for face in ("SCRIPT", "FRAKTUR", "DOUBLE-STRUCK"))
    return char if meant else unicodedata.normalize("NFKC", char)
