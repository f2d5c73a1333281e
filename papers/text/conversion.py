"""Converts rendered HTML: to plain text, to what feeds may hold, to absolute links.

Rendered HTML is what `papers.text.sanitising` wrote: lower case, each value in double quotes, no
"<" in text. Each function is pure, and takes time linear in the length of the HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urljoin

from papers.text import tex_layout, unicode_math
from papers.text.cleaning import fold
from papers.text.formulas import sign as sign_of

# The inside of a tag. Values hold no "<": the sanitiser writes it as "&lt;".
_VALUES = r'[^<>"]*(?:"[^"<]*"[^<>"]*)'
_TAG_WITH_VALUES = re.compile(rf"<{_VALUES}+>")
_ATTRIBUTE = re.compile(r' ([\w:-]+)="([^"]*)"')
_ANNOTATION = re.compile(r"<annotation[^>]*>([^<]*)</annotation>")
_SCRIPTS = {"sub": "_", "sup": "^"}
# A script that holds more than text, as the mark of a footnote, stays.
_MATH_OR_SCRIPT = re.compile(
    r"<(su[bp])>([^<]*)</\1>"
    rf"|<math(?: {_VALUES}*)?>[^<]*(?:<(?!/math>|math[ >]|su[bp]>)[^<]*)*</math>"
)


def absolute(html: str, base: str) -> str:
    """Return HTML with its links joined to `base`."""

    def join(attribute: re.Match[str]) -> str:
        name, value = attribute.groups()
        return f' {name}="{_joined(base, value)}"' if name in {"href", "src"} else attribute[0]

    return _TAG_WITH_VALUES.sub(lambda tag: _ATTRIBUTE.sub(join, tag[0]), html)


def _joined(base: str, address: str) -> str:
    try:
        return escape(urljoin(base, unescape(address).strip()))
    except ValueError:  # "http://[" leads nowhere in a browser either.
        return escape(base)


def for_feeds(html: str) -> str:
    """Return HTML whose formulas every feed reader shows.

    Readers drop MathML, or show it twice, depending on how they sanitise. A formula becomes its TeX
    as `<code>`, and a script becomes Unicode's signs, or x_b and x^b.
    """
    return _without_math(html, _as_code)


def _as_code(math: str) -> str:
    tex = _ANNOTATION.search(math)
    return f"<code>{tex[1]}</code>" if tex else escape(unicode_math.text(math), quote=False)


def plain(html: str) -> str:
    """Return the text of rendered HTML on one line, with formulas in Unicode.

    Titles, descriptions and search use it. Marks of footnotes and deleted text are left out.
    """
    reader = _TextReader()
    reader.feed(_without_math(html, lambda math: escape(unicode_math.text(math), quote=False)))
    reader.close()
    return fold("".join(reader.parts))


def _without_math(html: str, write: Callable[[str], str]) -> str:
    """Return HTML with `write` of each `<math>`, and with scripts of plain text as text."""
    return _MATH_OR_SCRIPT.sub(
        lambda found: _script(*found.groups()) if found[1] else write(found[0]), html
    )


def _script(tag: str, text: str) -> str:
    content = unescape(text)
    # A star that is raised on pages would look like an operator: f^*g is no product.
    is_raised_sign = content in {"*", "°"}
    signs = f"^{content}" if is_raised_sign else unicode_math.script(content, _SCRIPTS[tag])
    return escape(signs, quote=False)


_TEX = re.compile(r"\\([A-Za-z]+)(\s*(?=[A-Za-z]))?|\\(.)|[{}$\\]", re.DOTALL)


def words_of(tex: str) -> str:
    """Return TeX that is no formula as its words, without backslashes, braces and dollars."""
    return fold(_TEX.sub(_word_of, tex_layout.without(tex)))


def _word_of(command: re.Match[str]) -> str:
    name, space, sign = command.groups()
    if sign:
        return " " if sign in "\\,;: !" else sign
    return sign_of(name) + (space or "") if name else ""


class _TextReader(HTMLParser):
    _INLINE = frozenset(
        {"a", "b", "code", "del", "em", "i", "ins", "kbd", "mark", "span", "strong", "sub", "sup"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.in_footnote_mark = self.in_tex = self.in_deleted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.in_footnote_mark = bool(dict(attrs).get("class"))
        elif tag == "code":
            self.in_tex = ("class", "tex") in attrs
        elif tag == "del":
            self.in_deleted = True
        elif tag not in self._INLINE:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.in_footnote_mark = False
        elif tag == "code":
            self.in_tex = False
        elif tag == "del":
            self.in_deleted = False
        elif tag not in self._INLINE:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.in_footnote_mark and not self.in_deleted:
            self.parts.append(words_of(data) if self.in_tex else data)
