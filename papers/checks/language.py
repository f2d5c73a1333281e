"""Finds text in another language than its section's: other scripts, whole sentences in Latin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop

from papers import languages
from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.checks.prose import SENTENCE, items, prose, shown
from papers.languages import LATIN, Language

NAME = "language"
VERSION = 1
MIN_WORDS = 6
"""A sentence with fewer English words may be all names: "MSMarco, NQ and HotpotQA"."""

_OTHERS = {"ARMENIAN", "BENGALI", "ETHIOPIC", "GEORGIAN", "KHMER", "TAMIL", "TELUGU", "TIBETAN"}
"""Scripts that belong to no language in the table."""

_LATIN_WORD = re.compile(r"[a-zA-Z][a-zA-Z'’-]+")
_QUOTED = re.compile(r"\([^()]{0,2000}(?:\([^()]{0,500}\)[^()]{0,2000}){0,20}\)")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN = gettext_noop("“%(text)s” is in a script that the language of the section does not use.")
_UNTRANSLATED = gettext_noop("“%(text)s” is not in the language of the section.")


def check(markdown: str, language: str) -> list[Finding]:
    """Return warnings for text that is not in `language` (a code such as "ko" or "zh-hans").

    Code, math and addresses have no language. An unknown language has no findings.
    """
    if not languages.is_known(language):
        return []
    row = languages.of(language)
    text = prose(markdown)
    spans = [(*span, "foreign_script", _FOREIGN) for span in _foreign(text, row)]
    if not row.is_latin:
        spans += [(*span, "untranslated", _UNTRANSLATED) for span in _untranslated(text, row)]
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


def _foreign(text: str, row: Language) -> Iterator[tuple[int, int]]:
    """Yield runs of letters in other scripts, including the blanks and signs inside a run."""
    # Greek letters are symbols in every language, and Latin ones are names. Letters of an unknown
    # script are symbols.
    known = _OTHERS.union(*(each.scripts for each in languages.rows()))
    foreign = known - row.scripts - {"GREEK", LATIN}
    begin = end = -1
    for match in _LETTER.finditer(text):
        at = match.start()
        if languages.script_of(match[0]) in foreign:
            begin, end = at if begin < 0 else begin, at + 1
        elif begin >= 0:
            yield begin, end
            begin = -1
    if begin >= 0:
        yield begin, end


def _untranslated(text: str, row: Language) -> Iterator[tuple[int, int]]:
    """Yield sentences of Latin words only. Neighbouring ones count as one.

    Text in brackets is a quotation: the term, or the paper's own sentence. It is left out.
    """
    fewest = MIN_WORDS if any(map(row.has_letter, text)) else 1
    text = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    begin = end = -1
    for item in items(text):
        for sentence in SENTENCE.finditer(text, item.start, item.end):
            latin = len(_LATIN_WORD.findall(sentence[0]))
            if latin < fewest or any(map(row.has_letter, sentence[0])):
                continue
            start = sentence.end() - len(sentence[0].lstrip())
            if begin >= 0 and _LETTER.search(text, end, start):
                yield begin, end
                begin = -1
            begin = start if begin < 0 else begin
            end = sentence.start() + len(sentence[0].rstrip())
    if begin >= 0:
        yield begin, end


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    return check(claim.markdown, claim.language)


CHECK = Check(NAME, VERSION, section=_of_section)
