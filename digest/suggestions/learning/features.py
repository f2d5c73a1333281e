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
    a across all also among an and any are as at based be between both but by can do does each
    for from has have how if in into is it its more most new not novel of on one ones only or
    other our over paper propose proposes show so such than that the their them then there these
    they this through to towards under used using via was we were what when where whether which
    while who why with
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
    title: frozenset[str]
    """Those of them that stand in the title."""
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
    return Features(text, words(text), words(title[:CHARACTERS]), some, organization)


def words(text: str) -> frozenset[str]:
    """Return the words of a text as they are compared."""
    found = set(_WORD.findall(text.lower())) - STOP_WORDS
    return frozenset(singular(word) for word in found if len(word) <= LONGEST)


@lru_cache(maxsize=50_000)
def singular(word: str) -> str:
    """Return an English word without the ending of its plural, where that is plain to see."""
    if not word.endswith("s") or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]
