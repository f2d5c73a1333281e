"""What a paper is recognised by: the words of its title and abstract, authors, organization."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

CHARACTERS = 4_000
"""Of a title and an abstract that are read."""
LONGEST = 40
"""Characters of a word. What is longer is none."""
MOST_AUTHORS = 100
"""Of a paper, that are looked at."""

_STOP_WORDS = """
    a across all also an and are as at based be between both but by can each for from has have how
    in into is it its more most new not novel of on only or other our over paper propose show such
    than that the their these they this to under used using via was we were which while with
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# A letter comes first, so numbers are no words.
_WORD = re.compile(r"[^\W\d_][^\W_]+")


@dataclass(frozen=True, slots=True)
class Features:
    """What one paper has. No feature says how often."""

    text: str
    words: frozenset[str]
    """The words of the text as they are compared."""
    authors: tuple[str, ...] = ()
    organization: str = ""

    def written(self, words: Sequence[str]) -> list[str]:
        """Return words as the text writes them where they come first."""
        forms: dict[str, str] = {}
        for form in _WORD.findall(self.text):
            forms.setdefault(singular(form.lower()), form)
        return [forms.get(word, word) for word in words]


def features(
    title: str, abstract: str, authors: Sequence[str] = (), organization: str = ""
) -> Features:
    text = f"{title}\n{abstract}"[:CHARACTERS]
    some = tuple(dict.fromkeys(authors[:MOST_AUTHORS]))
    return Features(text, frozenset(words(text)), some, organization)


def words(text: str) -> set[str]:
    """Return the words of a text as they are compared."""
    found = set(_WORD.findall(text.lower())) - STOP_WORDS
    return {singular(word) for word in found if len(word) <= LONGEST}


@lru_cache(maxsize=50_000)
def singular(word: str) -> str:
    """Return an English word without the ending of its plural, where that is plain to see."""
    if not word.endswith("s") or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]
