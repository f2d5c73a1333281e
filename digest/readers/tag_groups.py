"""Arranges tags by their first letter, and finds those whose name has some words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize

from django.utils.translation import get_language
from taggit.models import Tag

from papers.languages import KOREAN
from papers.text.tags import MAX_LENGTH

OTHER = "#"
_CONSONANTS = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ"
"""The first letters of Hangul's syllables, in their order. A double one stands with the single."""
_FIRST, _PER_LETTER = ord("가"), 21 * 28
_LATIN = range(ord("A"), ord("Z") + 1)


@dataclass(frozen=True, slots=True)
class Group:
    """Tags with the same first letter, in alphabetical order."""

    letter: str
    number: int
    """It makes the group's place on the page: no letter is needed in a link."""
    tags: list[Tag]


def groups(tags: Iterable[Tag]) -> list[Group]:
    """Return tags by first letter, those in the script of the page's language first."""
    by_name = sorted(tags, key=lambda tag: (tag.name.casefold(), tag.pk))
    by_letter = defaultdict(list)
    for tag in by_name:
        by_letter[initial(tag.name)].append(tag)
    letters = sorted(by_letter, key=lambda letter: (_script(letter), letter))
    return [Group(letter, number, by_letter[letter]) for number, letter in enumerate(letters, 1)]


def initial(name: str) -> str:
    """Return the letter under which a name stands: of Hangul the consonant, of "É" the E."""
    first = name[:1]
    number = (ord(first) - _FIRST) // _PER_LETTER if first else -1
    if 0 <= number < len(_CONSONANTS):
        return _CONSONANTS[number]
    letter = normalize("NFKD", first).upper()[:1]
    return letter if letter and ord(letter) in _LATIN else OTHER


def _script(letter: str) -> int:
    """Return 0 for the script of the page's language, 1 for the other, 2 for digits and signs."""
    if letter == OTHER:
        return 2
    return int((letter in _CONSONANTS) != (get_language() == KOREAN))


def words_of(query: str) -> str:
    """Return what somebody looks for, as names are compared: at most as long as a name."""
    return " ".join(normalize("NFC", query[: 4 * MAX_LENGTH]).casefold().split())[:MAX_LENGTH]


def named(tags: Iterable[Tag], words: str) -> list[Tag]:
    return [tag for tag in tags if words in normalize("NFC", tag.name).casefold()]
