"""The words that somebody searches for."""

from __future__ import annotations

from django.utils.text import smart_split, unescape_string_literal

from papers.text.cleaning import fold

LONGEST = 300
MOST_WORDS = 12


def words(text: str) -> list[str]:
    """Return the words, in NFC as texts are stored. What stands in quotes is one of them."""
    found = list(map(_unquoted, smart_split(fold(text[:LONGEST]))))
    return [word for word in found if word][:MOST_WORDS]


def _unquoted(word: str) -> str:
    quoted = len(word) > 1 and word[0] in "\"'" and word[0] == word[-1]
    return unescape_string_literal(word) if quoted else word
