"""What a model wrote, made fit to be a section: plain Markdown, in the language asked for."""

from __future__ import annotations

import re
from functools import lru_cache

from papers import languages
from papers.checks import placeholders
from papers.languages import Language
from papers.text.cleaning import clean

LANGUAGE_SHARE = 0.25
"""Letters in the language's script, at least: Korean prose on machine learning has 0.32 and more
(1,255 summaries), for its names are Latin."""
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
    """Markdown without links, images, headings, raw HTML and hidden characters; words stay."""
    text = _HEADING.sub("", clean(text))
    for _ in range(_PASSES):  # What is left of one link may be another.
        before, text = text, _FOREIGN.sub(_words, text)
        if text == before:
            break
    else:
        text = re.sub(r"[<>\[\]]", "", text)  # Nobody means this.
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _words(found: re.Match[str]) -> str:
    """What stays of something foreign; a bracket that would make a link of its words ends them."""
    return found["kept"] or found["words"] or ("] " if found["end"] else "")


def is_placeholder(text: str) -> bool:
    """Whether a text only stands in the place of one: "정보 부족", "The paper states none"."""
    for found in reversed(placeholders.check(text)):
        text = text[: found.start] + text[found.end :]
    return re.search(r"[^\W_]", text) is None


def is_refusal(text: str) -> bool:
    """Whether a text begins as one that is no summary but the model's no."""
    return bool(_refusal(tuple(languages.rows())).match(text))


@lru_cache(maxsize=4)
def _refusal(rows: tuple[Language, ...]) -> re.Pattern[str]:
    known = [row.placeholders.decline for row in rows if row.placeholders]
    declines = "|".join(filter(None, known))
    return re.compile(rf"\W{{0,3}}(?:{declines})", re.VERBOSE | re.IGNORECASE)


def speaks(text: str, language: str) -> bool:
    """Whether a text may be in a language, by the script of its letters; math and code left out.

    Languages that share a script are not told apart.
    """
    letters = re.sub(r"[\W\d_]", "", _MATH_OR_CODE.sub("", text))
    row = languages.of(language)
    least = LATIN_SHARE if row.is_latin else LANGUAGE_SHARE
    return sum(map(row.has_letter, letters)) >= least * len(letters)
