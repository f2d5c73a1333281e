"""A section that is a word or two, or longer than a reader of a digest expects."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext_noop

from papers.checks import placeholders
from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.checks.prose import prose

NAME = "length"
VERSION = 1

# Letters and digits; a syllable or a character of these languages says more than a letter.
DENSE = frozenset({"ko", "ja", "zh"})
SHORTEST = {True: 15, False: 25}
LONGEST = {True: 2_400, False: 2_700}
"""Three times what 99 % of the longest sections stay below: 806 in 1,255 Korean summaries, 907 in
sections drafted from 1,850 abstracts. The shortest of them have 22 and 28."""

_SHORT = gettext_noop("The section is very short: %(letters)s letters.")
_LONG = gettext_noop("The section is very long: %(letters)s letters, %(limit)s at most are usual.")
_LETTER = re.compile(r"[^\W_]")


def check(markdown: str, language: str) -> list[Finding]:
    """A length that no section of its kind has: a warning. An empty one is for `structure`."""
    letters = len(_LETTER.findall(prose(markdown)))
    is_dense = language.partition("-")[0] in DENSE
    if 0 < letters < SHORTEST[is_dense]:
        return [Finding(NAME, Level.WARNING, "short", _SHORT, 0, 0, data={"letters": letters})]
    if letters > LONGEST[is_dense]:
        data = {"letters": letters, "limit": LONGEST[is_dense]}
        return [Finding(NAME, Level.WARNING, "long", _LONG, 0, 0, data=data)]
    return []


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    found = check(claim.markdown, claim.language)
    # A placeholder is short of itself.
    return [] if found and placeholders.check(claim.markdown) else found


CHECK = Check(NAME, VERSION, section=_of_section)
