r"""Decodes TeX of running text, as arXiv's titles have it: `\textbf{x}`, `\&`, `\'e`.

Formulas stay as they are. The words of an unknown command stay. Numbers, addresses and Korean stay.

It is our own because metadata is not TeX: `pylatexenc` takes "%" for the start of a comment and
drops unknown commands with their words, and both it and `latexcodec` take every "$" for a formula.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from papers.text import formulas, tex_layout, unicode_math
from papers.text.cleaning import fold
from papers.text.lines import tight_formulas
from papers.text.markup import INLINE_MATH
from papers.text.tex_layout import NESTED

_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331", "h": "\u0309",
}  # fmt: skip
_NAMED = {
    "L": "Ł", "l": "ł", "O": "Ø", "o": "ø", "AE": "Æ", "ae": "æ", "OE": "Œ", "oe": "œ", "AA": "Å",
    "aa": "å", "ss": "ß", "i": "ı", "j": "ȷ", "DH": "Ð", "dh": "ð", "TH": "Þ", "th": "þ",
    "eg": "e.g.", "ie": "i.e.", "etal": "et al.", "LaTeX": "LaTeX", "TeX": "TeX", "deg": "°",
    "textdegree": "°", "textemdash": "—", "textendash": "–", "textgreater": ">", "textless": "<",
    "textrightarrow": "→", "textleftarrow": "←", "textasciitilde": "~", "textbackslash": "",
    "textquotesingle": "'", "textbar": "|", "textmu": "μ", "texttimes": "×", "dots": "…",
    "textpm": "±", "textunderscore": "_",
    "ldots": "…", "textellipsis": "…", "copyright": "©", "pounds": "£", "euro": "€", "S": "§",
    "quad": " ", "qquad": " ", "enspace": " ", "nobreakspace": " ", "space": " ", "item": "•",
    "textbullet": "•", "textcent": "¢", "textcopyright": "©", "textdagger": "†", "texteuro": "€",
    "textperiodcentered": "·", "textperthousand": "‰", "textquotedblleft": "“",
    "textquotedblright": "”", "textquoteleft": "‘", "textquoteright": "’", "textregistered": "®",
    "textsection": "§", "textsterling": "£", "texttrademark": "™", "textyen": "¥",
    "thinspace": " ", "medspace": " ", "thickspace": " ", "enskip": " ", "DJ": "Đ", "dj": "đ",
    "NG": "Ŋ", "ng": "ŋ", "ohorn": "ơ", "OHORN": "Ơ", "uhorn": "ư", "UHORN": "Ư",
}  # fmt: skip
_LETTERS = frozenset(
    {
        *("L", "l", "O", "o", "AE", "ae", "OE", "oe", "AA", "aa", "ss", "i", "j", "DH", "dh", "TH"),
        *("th", "DJ", "dj", "NG", "ng", "ohorn", "OHORN", "uhorn", "UHORN"),
    }
)
# Commands that say how the text looks, and nothing of what it says.
_SILENT = frozenset(
    {
        *("allowbreak", "bf", "bfseries", "bigskip", "boldmath", "centering", "clearpage", "em"),
        *("footnotesize", "hfil", "hfill", "hskip", "hspace", "Huge", "huge"),
        *("ignorespaces", "it", "itshape", "kern", "label", "LARGE", "Large", "large"),
        *("leavevmode", "mdseries", "medskip", "newpage", "nobreak", "noindent", "nolinebreak"),
        *("normalfont", "normalsize", "null", "protect", "raggedright", "relax", "rm", "rmfamily"),
        *("sc", "scriptsize", "scshape", "selectfont", "sf", "sffamily", "sl", "sloppy", "slshape"),
        *("small", "smallskip", "strut", "tiny", "tt", "ttfamily", "unskip", "upshape", "vfill"),
        *("vspace", "includegraphics"),
    }
)
# What commands print before their argument. `{space}` is the white space after the name.
_SPACES = {
    **dict.fromkeys(_SILENT, ""),
    **dict.fromkeys(("break", "linebreak", "newline", "par"), " "),
    "xspace": "{space}",
    "textdollar": r"\$",
}
_NOTES = frozenset({"footnote", "thanks"})
_RAISED = {"textsuperscript": "^", "textsubscript": "_"}

_GROUP = rf"\{{({NESTED})\}}"
# What an accent stands over: a letter, or another accent over one, as in \~{\^e}.
_UNDER = (
    r"(?:\\?[A-Za-z]|[^\W\d_a-zA-Z]"
    r"|\\(?:['`^\"~=.]|[cvuHkrdbh](?=\s*\{))\s*(?:\{\\?[A-Za-z]\}|\\?[A-Za-z]))"
)
_COMMAND = re.compile(
    rf"""
    (?P<formula> {INLINE_MATH})
  | (?P<open>\{{)?\\(?P<accent>['`^"~=.]|[cvuHkr](?=\s*\{{\\?[A-Za-z]\}}|\s+[A-Za-z])
      | [cvuHkrdbh](?=\s*\{{{_UNDER}\}}))
    \s*(?:\{{(?P<inside>{_UNDER})\}}|(?P<letter>{_UNDER}))(?(open)\}})
  | \{{(?P<group>\\[A-Za-z]++\s*+\{{{NESTED}\}}{NESTED})\}}
  | \{{\\(?P<switch>[A-Za-z]++)(?:\s++|(?=\\)|(?=\}}))(?P<switched>{NESTED})\}}
  | \\(?P<name>[A-Za-z]+)(?P<space>\s*)(?:{_GROUP.replace("(", "(?P<first>", 1)})?
    (?:{_GROUP.replace("(", "(?P<second>", 1)})?
  | \\(?P<sign>[^A-Za-z$])
  | (?<!\\)\\(?=\s|$)
    """,
    re.VERBOSE | re.DOTALL,
)
_TYPED = (
    (re.compile(r"(?<![`\w])`([^`'‘’\n]{1,100})'(?!['\w])"), r"‘\1’"),
    (re.compile(r"``([^`]{1,300}?)(?:''|\")"), r"“\1”"),
    # A tie. "Q1~Q4" is a range, and "p~N(0,1)" a distribution.
    (re.compile(r"(?<=[\w)}\].,;:])~(?=[a-z(\[{\\$]|[A-Z](?![\d(]))"), " "),
    (re.compile(r"(?<=[\w)\].,:;”])\s*---\s*(?=[\w(“])"), "—"),
    # The dashes between formulas are a text of their own: $3$--$5$.
    (
        re.compile(
            r"(?<=\s)---?(?=\s)|(?<=[\w)”’])--(?=[\w(“‘])|\A--(?=\d|\Z)|(?<=\d)--\Z",
        ),
        "–",
    ),
    # A group that only keeps its capitals: {K}orean, NL{P}.
    (re.compile(r"\{([A-Z][A-Za-z]{0,9})\}(?=[a-z])|(?<=[A-Za-z])\{([A-Z]{1,4})\}"), r"\1\2"),
)
# Scripts whose dollars a source has lost: 10^{26}, CoRe^2, x_{ref}. A name such as a_b has none.
_BARE_SCRIPTS = re.compile(
    r"(?<=[\w)\]])(?:\^(?:\{[^{}]{1,12}\}|[0-9]+(?!\.?[0-9])"
    r"|(?:circ|ast|star|prime|dagger|top|[A-Za-z])(?![A-Za-z]))|_\{[^{}]{1,12}\})+"
)
_SCRIPT = re.compile(r"([_^])(?:\{([^{}]*)\}|([0-9]+|[a-z]+|[A-Za-z]))")
_OF_SCRIPTS = re.compile(r"(?:[\w.,=+*/()\-−]| times )*")
_NAMED_SCRIPTS = {"circ": "°", "ast": "*", "star": "*", "prime": "′", "dagger": "†", "top": "ᵀ"}
# don\'t and \"so\" are escapes of another language, and no accents.
_ESCAPED_QUOTES = re.compile(
    r"(?<=[A-Za-z])\\'(?=(?:s|t|re|ve|ll|d|m)\b)|(?<!\w)\\\"(?=\w)([^\"\\]{2,200})\\\"(?!\w)"
)
MAX_ROUNDS = 6
"""How deep commands are decoded in the arguments of others."""


def decode(text: str) -> str:
    """Return text with its TeX commands as what they print. Decoding again changes nothing."""
    text = tight_formulas(_ESCAPED_QUOTES.sub(_quoted, text))
    for _ in range(MAX_ROUNDS):
        decoded = _COMMAND.sub(_printed, tex_layout.without(text))
        if decoded == text:
            break
        text = decoded
    for pattern, printed in (*_TYPED, (_BARE_SCRIPTS, _scripts)):
        text = _outside_formulas_and_addresses(pattern, printed, text)
    return unicodedata.normalize("NFC", text)


def printed(text: str) -> str:
    """Return text of a source decoded, cleaned and on one line."""
    return fold(decode(text))


_REST_OF_NUMBER = re.compile(r"[kKMBGT]\b|(?<=\d\\,)\d{3}(?!\d)")
_AS_IT_IS = re.compile(rf"(?:https?://|www\.)\S+|{INLINE_MATH}", re.DOTALL)


def _quoted(match: re.Match[str]) -> str:
    return f'"{match[1]}"' if match[1] else "'"


def _scripts(match: re.Match[str]) -> str:
    """Return scripts as signs, or as a formula if Unicode has no signs for one of them."""
    scripts = [(mark, group or bare) for mark, group, bare in _SCRIPT.findall(match[0])]
    signs = [_NAMED_SCRIPTS.get(text) or unicode_math.script(text, mark) for mark, text in scripts]
    if not any(sign[:1] in "^_" for sign in signs):
        return "".join(signs)
    is_script = all(_OF_SCRIPTS.fullmatch(text) for _, text in scripts)
    formula = match[0].replace(" times ", r"\times ")
    return f"${formula}$" if is_script and "{" in formula else match[0]


def _outside_formulas_and_addresses(
    pattern: re.Pattern[str], printed: str | Callable[[re.Match[str]], str], text: str
) -> str:
    parts, end = [], 0
    for kept in _AS_IT_IS.finditer(text):
        parts += [pattern.sub(printed, text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*parts, pattern.sub(printed, text[end:])])


def _printed(command: re.Match[str]) -> str:
    if command["formula"]:
        return command[0]
    if command["accent"]:
        return _accented(command)
    if command["group"]:
        return command["group"]
    if command["switch"]:
        return _of_switch(command["switch"], command["switched"])
    if name := command["name"]:
        return _of_letter(command) if name in _LETTERS else _of_name(command)
    sign = command["sign"] or ""
    if sign in {"!", "-", "/"}:  # They say where a word may break.
        return ""
    if sign == "," and _REST_OF_NUMBER.match(command.string, command.end()):  # 300\,k, 100\,000
        return ""
    return " " if sign in set(",;: \\\n") else sign


def _accented(command: re.Match[str]) -> str:
    """Return a letter with its accent. A sign that gives none was escaped, as in don\\'t."""
    accent, letter = command["accent"], command["inside"] or command["letter"]
    letter = _COMMAND.sub(_printed, letter) if len(letter) > 2 else letter.lstrip("\\")
    composed = unicodedata.normalize("NFC", letter + _ACCENTS[accent])
    if len(composed) == 1:
        return composed
    return letter if accent.isalpha() else command[0].replace("\\", "")


def _of_switch(name: str, text: str) -> str:
    """Return what `{\\em text}` prints."""
    return text if name in _SILENT else f"{_sign_of(name)} {text}".rstrip()


def _of_letter(command: re.Match[str]) -> str:
    """Return a letter such as Ø. The white space after its name only ends the name."""
    groups = "".join(f"{{{each}}}" for each in command.group("first", "second") if each)
    return _NAMED[command["name"]] + groups


def _of_name(command: re.Match[str]) -> str:
    name, space, first, second = command.group("name", "space", "first", "second")
    rest = f"{{{second}}}" if second is not None else ""
    if name in _SPACES:
        return _SPACES[name].format(space=space) + (first or "") + rest
    if name == "href" and first:
        return f"{second} ({first})" if second and second != first else first
    if name in _NOTES and first:
        return f" ({first}){rest}"
    if name in _RAISED and first:
        return _raised(first, _RAISED[name]) + rest
    if first:  # Most commands with an argument print it in some face.
        return f"{space}{first}{rest}" if name in _NAMED else first + rest
    return _sign_of(name) + space + rest


def _raised(text: str, mark: str) -> str:
    """Return text as a script. Of a formula, the script is a formula too."""
    formula = re.fullmatch(r"\$([^$]+)\$", text.strip())
    return f"${mark}{{{formula[1]}}}$" if formula else unicode_math.script(text, mark)


def _sign_of(name: str) -> str:
    """Return the sign a command prints, or the words that its name is made of."""
    return _NAMED[name] if name in _NAMED else formulas.sign(name)
