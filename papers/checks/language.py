"""Text in another language than its section's: other scripts in it, whole sentences in Latin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from unicodedata import name

from django.utils.translation import gettext_noop

from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.checks.prose import SENTENCE, items, prose, shown

NAME = "language"
VERSION = 1
MIN_WORDS = 6
"""A sentence of fewer English words may be names: "MSMarco, NQ and HotpotQA"."""

OF_LANGUAGE = {
    "ko": {"HANGUL"},
    "ja": {"HIRAGANA", "KATAKANA", "CJK"},
    "zh": {"CJK"},
    "ru": {"CYRILLIC"},
    "uk": {"CYRILLIC"},
    "el": {"GREEK"},
    "ar": {"ARABIC"},
    "fa": {"ARABIC"},
    "he": {"HEBREW"},
    "hi": {"DEVANAGARI"},
    "th": {"THAI"},
}
"""The scripts of languages that are not written in Latin letters, by the first word of a letter's
Unicode name."""

_LATIN = frozenset(
    {"cs", "da", "de", "en", "es", "fi", "fr", "hu", "id", "it", "nl", "pl", "pt", "sv", "tr", "vi"}
)
_OTHERS = {"ARMENIAN", "BENGALI", "ETHIOPIC", "GEORGIAN", "KHMER", "TAMIL", "TELUGU", "TIBETAN"}
# Greek letters are symbols everywhere, and Latin ones names; what no name is known of is a symbol.
_SCRIPTS = _OTHERS.union(*OF_LANGUAGE.values()) - {"GREEK"}

_LATIN_WORD = re.compile(r"[a-zA-Z][a-zA-Z'’-]+")
_QUOTED = re.compile(r"\([^()]{0,2000}(?:\([^()]{0,500}\)[^()]{0,2000}){0,20}\)")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN = gettext_noop("“%(text)s” is in a script that the language of the section does not use.")
_UNTRANSLATED = gettext_noop("“%(text)s” is not in the language of the section.")


def check(markdown: str, language: str) -> list[Finding]:
    """What is not in `language` (a code as "ko" or "zh-hans"): warnings.

    Code, math and addresses have no language. A language that is not known here has no findings.
    """
    code = language.partition("-")[0]
    own = OF_LANGUAGE.get(code, set())
    if not own and code not in _LATIN:
        return []
    text = prose(markdown)
    spans = [(*span, "foreign_script", _FOREIGN) for span in _foreign(text, own)]
    if own:
        spans += [(*span, "untranslated", _UNTRANSLATED) for span in _untranslated(text, own)]
    return [
        Finding(
            NAME,
            Level.WARNING,
            code,
            message,
            start,
            end,
            text=markdown[start:end],
            data={"text": shown(markdown[start:end])},
        )
        for start, end, code, message in sorted(spans)
    ]


def _foreign(text: str, own: set[str]) -> Iterator[tuple[int, int]]:
    """Runs of letters of other scripts, with the blanks and signs inside them."""
    begin = end = -1
    for match in _LETTER.finditer(text):
        at = match.start()
        script = _script(match[0])
        if script in _SCRIPTS and script not in own:
            begin, end = at if begin < 0 else begin, at + 1
        elif begin >= 0:
            yield begin, end
            begin = -1
    if begin >= 0:
        yield begin, end


def _untranslated(text: str, own: set[str]) -> Iterator[tuple[int, int]]:
    """Sentences of Latin words alone, those beside each other as one.

    What stands in brackets is quoted: the term, or the paper's own sentence.
    """
    fewest = MIN_WORDS if any(_script(letter) in own for letter in text) else 1
    text = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    begin = end = -1
    for item in items(text):
        for sentence in SENTENCE.finditer(text, item.start, item.end):
            latin = len(_LATIN_WORD.findall(sentence[0]))
            if latin < fewest or any(_script(letter) in own for letter in sentence[0]):
                continue
            start = sentence.end() - len(sentence[0].lstrip())
            if begin >= 0 and _LETTER.search(text, end, start):
                yield begin, end
                begin = -1
            begin = start if begin < 0 else begin
            end = sentence.start() + len(sentence[0].rstrip())
    if begin >= 0:
        yield begin, end


@lru_cache(maxsize=20_000)
def _script(letter: str) -> str:
    return name(letter, "").partition(" ")[0]


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    return check(claim.markdown, claim.language)


CHECK = Check(NAME, VERSION, section=_of_section)
