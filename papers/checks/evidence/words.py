"""The words of a sentence that can be compared between Korean and English.

Korean is compared by pairs of neighbouring syllables, because its words end in particles. Latin
words are compared by their stems, names as they are written, and numbers by their values.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from unicodedata import normalize

from papers.checks.numbers.lists import quantities
from papers.checks.numbers.normalise import normalise

LONGEST = 2_000
"""Characters of a sentence that are compared. The rest of a longer one is not read."""
_HANGUL = re.compile(r"[가-힣]+")
LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9]*(?:[-+.'’][A-Za-z0-9]+)*")
_JOINT = re.compile(r"[-+.'’]")
_ENDING = re.compile(
    r"(?:at(?:e[sd]?|ing|ors?)|ational|ization|isation|ations?|ments?|ness|it(?:y|ies)|ings?|edly"
    r"|ed|ively|ive|ally|al|ly|[eo]rs?|ies|ied|es|s|e|y|ic|ical|ous|[ai]ble|[ae]nce|[ae]nt)\Z"
)
_STEM = 4  # Letters that an ending leaves at least.
_LONGEST_STEM = 9
_STOP = """
    a an the of to in on for and or with by as is are was were be been being that this these those
    it its their our we they which from at into can has have had not also such both via than while
    where when how more most other using used use based between across through over under but
    however thus
"""
STOP = frozenset(_STOP.split())


@dataclass(frozen=True, slots=True)
class Words:
    terms: Counter[str]
    """Pairs of syllables and stems, with how often they stand there."""
    names: frozenset[str]
    """Latin words in lower case, and the parts of those that are joined."""
    numbers: frozenset[Fraction]


def words(sentence: str) -> Words:
    text = normalize("NFKC", sentence[:LONGEST])
    terms = _syllables(text)
    names: set[str] = set()
    for word in LATIN.findall(text):
        stems, forms = _latin(word)
        terms += stems
        names.update(forms)
    stated = (each.value for each in quantities(normalise(sentence[:LONGEST]).text) if each.stated)
    return Words(Counter(terms), frozenset(names), frozenset(stated))


@lru_cache(maxsize=4_096)
def _latin(word: str) -> tuple[list[str], frozenset[str]]:
    """Return the stems of a word's parts, and what it may be named by."""
    parts = [part for part in _JOINT.split(word.lower()) if part not in STOP]
    stems = [stem(part) for part in parts if len(part) > 1]
    return stems, frozenset({word.lower(), *parts} - STOP - {""})


def _syllables(text: str) -> list[str]:
    """Return the pairs of syllables that follow each other. A lone syllable is one, too."""
    runs = _HANGUL.findall(text)
    return [run[at : at + 2] for run in runs for at in range(max(1, len(run) - 1))]


def stem(word: str) -> str:
    """Return the beginning that a word shares with its inflections, in lower case."""
    for _ in range(2):
        shorter = _ENDING.sub("", word)
        if len(shorter) < _STEM:
            break
        word = shorter
    return word[:_LONGEST_STEM]
