"""Finds a section that is a word or two, or longer than a reader of a digest expects."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext_noop

from papers import kinds, languages
from papers.checks import placeholders
from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.checks.lines import of_line
from papers.checks.prose import prose

NAME = "length"
VERSION = 1

_SHORT = gettext_noop("The section is very short: %(letters)s letters.")
_LONG = gettext_noop("The section is very long: %(letters)s letters, %(limit)s at most are usual.")
_LETTER = re.compile(r"[^\W_]")


def check(markdown: str, language: str) -> list[Finding]:
    """Return a warning for an unusual length. `structure` reports an empty section."""
    letters = len(_LETTER.findall(prose(markdown)))
    shortest, longest = languages.of(language).lengths
    if 0 < letters < shortest:
        return [Finding(NAME, Level.WARNING, "short", _SHORT, 0, 0, data={"letters": letters})]
    if letters > longest:
        data = {"letters": letters, "limit": longest}
        return [Finding(NAME, Level.WARNING, "long", _LONG, 0, 0, data=data)]
    return []


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    if kinds.of(claim.kind).is_line:
        return of_line(NAME, claim, "long_line")
    found = check(claim.markdown, claim.language)
    # A placeholder is short anyway.
    return [] if found and placeholders.check(claim.markdown) else found


CHECK = Check(NAME, VERSION, section=_of_section)
