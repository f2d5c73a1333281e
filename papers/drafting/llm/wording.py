"""Makes a model's text fit for a section: plain Markdown, in the language asked for."""

from __future__ import annotations

import re
from functools import lru_cache

from papers import languages
from papers.checks import placeholders
from papers.languages import Language
from papers.text.cleaning import clean

LANGUAGE_SHARE = 0.25
"""Smallest share of letters in the language's script.

Korean prose on machine learning has 0.32 and more (1,255 summaries), because its names are Latin.
"""
LATIN_SHARE = 0.75
"""The same for a language in Latin letters, whose names are Latin too."""

_KEPT = (
    r"(?P<kept>(?<![`\\])`[^`\n]+`(?!`)|(?<!\\)\$\$[^$]{1,2000}\$\$|(?<!\\)\\\([^()]{1,500}\\\)"
    r"|(?<![\\$])\$(?![\s$])(?:\\.|[^\\$\n]){1,500}?(?<!\s)\$(?!\d))"
)
_ADDRESS = r"(?:https?://|www\.)[^\s<>()\[\]\"'`가-힣]+"
_FOREIGN = re.compile(
    rf"""
    {_KEPT}
  | !\[[^\[\]]*\]\([^()\s]*\)
  | \[(?P<words>[^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)?\)|\[[^\[\]]*\])
  | <!--.*?--> | <[a-zA-Z][\w+.-]*:[^<>\s]*> | </?[a-zA-Z][^<>]*>
  | \(?{_ADDRESS}\)? | (?P<end>\])(?=[(\[:])
    """,
    re.VERBOSE | re.DOTALL,
)
_PASSES = 5
_HEADING = re.compile(r"^ {0,3}(?:#{1,6}(?=\s)|(?:=+|-{2,})[ \t]*$)[ \t]*", re.MULTILINE)
_MATH_OR_CODE = re.compile(_KEPT, re.DOTALL)


def plain(text: str) -> str:
    """Return Markdown without links, images, headings, HTML and hidden characters. Words stay."""
    text = _HEADING.sub("", clean(text))
    for _ in range(_PASSES):  # The rest of one link may be another link.
        before, text = text, _FOREIGN.sub(_words, text)
        if text == before:
            break
    else:
        text = re.sub(r"[<>\[\]]", "", text)  # Nobody means this.
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _words(found: re.Match[str]) -> str:
    """Return what is kept of a foreign element.

    A bracket that would turn its words into a link gets a blank after it.
    """
    return found["kept"] or found["words"] or ("] " if found["end"] else "")


def is_placeholder(text: str) -> bool:
    """Return whether a text only fills a gap: "정보 부족", "The paper states none"."""
    for found in reversed(placeholders.check(text)):
        text = text[: found.start] + text[found.end :]
    return re.search(r"[^\W_]", text) is None


def is_refusal(text: str) -> bool:
    """Return whether a text begins as a model's refusal and not as a summary."""
    return bool(_refusal(tuple(languages.rows())).match(text))


@lru_cache(maxsize=4)
def _refusal(rows: tuple[Language, ...]) -> re.Pattern[str]:
    known = [row.placeholders.decline for row in rows if row.placeholders]
    declines = "|".join(filter(None, known))
    return re.compile(rf"\W{{0,3}}(?:{declines})", re.VERBOSE | re.IGNORECASE)


def speaks(text: str, language: str) -> bool:
    """Return whether a text may be in a language, by the script of its letters.

    Math and code are left out. Languages that share a script are not told apart.
    """
    letters = re.sub(r"[\W\d_]", "", _MATH_OR_CODE.sub("", text))
    row = languages.of(language)
    least = LATIN_SHARE if row.is_latin else LANGUAGE_SHARE
    return sum(map(row.has_letter, letters)) >= least * len(letters)
