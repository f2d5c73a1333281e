"""What a model wrote, made fit to be a section: plain Markdown, in the language asked for."""

from __future__ import annotations

import re

from papers.checks import placeholders
from papers.text.cleaning import clean

LANGUAGE_SHARE = 0.25
"""Letters in the language's script, at least: Korean prose on machine learning has 0.32 and more
(1,255 summaries), for its names are Latin."""
LATIN_SHARE = 0.75
"""The same for a language in Latin letters, whose names are Latin too."""

_SCRIPTS = {
    "ko": "\uac00-\ud7af",
    "ja": "\u3040-\u30ff\u3400-\u9fff",
    "zh": "\u3400-\u9fff",
    **dict.fromkeys(("ru", "uk", "bg", "sr"), "\u0400-\u04ff"),
    "ar": "\u0600-\u06ff",
    "fa": "\u0600-\u06ff",
    "he": "\u0590-\u05ff",
    "hi": "\u0900-\u097f",
    "th": "\u0e00-\u0e7f",
    "el": "\u0370-\u03ff",
}
_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"

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

REFUSAL = re.compile(
    r"""\W{0,3}(?:(?:i['’]?m|i\ am)\ (?:very\ |so\ )?(?:sorry|unable|not\ able)
    | i\ (?:can(?:no|['’])t|cannot|won['’]?t|must\ decline) | as\ an\ ai\b | sorry,
    | 죄송 | 도와\ ?드릴\ 수\ 없 | 요청하신.{0,40}수\ 없)""",
    re.VERBOSE | re.IGNORECASE,
)
"""How a text begins that is no summary but the model's no."""


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


def speaks(text: str, language: str) -> bool:
    """Whether a text may be in a language, by the script of its letters; math and code left out.

    Languages that share a script are not told apart.
    """
    letters = re.sub(r"[\W\d_]", "", _MATH_OR_CODE.sub("", text))
    script = _SCRIPTS.get(language.split("-")[0], _LATIN)
    least = LATIN_SHARE if script == _LATIN else LANGUAGE_SHARE
    return len(re.findall(f"[{script}]", letters)) >= least * len(letters)
