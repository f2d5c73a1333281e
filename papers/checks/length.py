"""A section that is a word or two, or longer than a reader of a digest expects."""

from __future__ import annotations

import re

from django.utils.translation import gettext_noop

from papers import languages
from papers.checks.base import Finding, Level
from papers.checks.prose import prose

NAME = "length"

_SHORT = gettext_noop("The section is very short: %(letters)s letters.")
_LONG = gettext_noop("The section is very long: %(letters)s letters, %(limit)s at most are usual.")
_LETTER = re.compile(r"[^\W_]")


def check(markdown: str, language: str) -> list[Finding]:
    """A length that no section of its kind has: a warning. An empty one is for `structure`."""
    letters = len(_LETTER.findall(prose(markdown)))
    shortest, longest = languages.of(language).lengths
    if 0 < letters < shortest:
        return [Finding(NAME, Level.WARNING, "short", _SHORT, 0, 0, data={"letters": letters})]
    if letters > longest:
        data = {"letters": letters, "limit": longest}
        return [Finding(NAME, Level.WARNING, "long", _LONG, 0, 0, data=data)]
    return []
