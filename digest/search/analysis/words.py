"""The words of a text, in order: runs of Hangul, Latin words, numbers, other scripts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from threading import Lock

import snowballstemmer  # type: ignore[import-untyped]

from digest.search.analysis import hangul


class Script(Enum):
    HANGUL = auto()
    LATIN = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in a text, in lower case and NFKC. Its terms are made from it."""

    text: str
    script: Script
    parts: tuple[str, ...] = ()
    """The parts of a word with hyphens, or of a name with a number: ("qwen", "2.5", "vl")."""


_STOP_WORDS = """
    a an and are as at be by for from has have in is it its of on or our that the their these this
    to was we were with
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that stand in every text. They take a place in phrases, and nothing is found by them."""

_ACCENTS = re.compile("[\u0300-\u036f]")
_HANGUL = "가-힣"
_PIECE = r"(?:[a-z]|\d+(?:\.\d+)*%?)+"
_WORD = re.compile(
    rf"""(?P<hangul>[{_HANGUL}]+)
    | (?P<id>(?<![\d.])\d{{4}}\.\d{{4,5}}(?:v\d+)?(?![\d.]))
    | (?P<latin>{_PIECE}(?:[-‐‑_]{_PIECE})*)
    | (?P<other>[^\W_a-z\d{_HANGUL}]+)""",
    re.VERBOSE,
)
_PARTS = re.compile(r"[a-z]{3,}(?=\d)|[\d.]+(?=[a-z]{3,})|[^-‐‑_]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_POSSESSIVE = re.compile(r"(?<=[a-z])['’]s\b")
LONGEST = 60
"""Characters of a word that count. What is longer is no word."""


def normalised(text: str) -> str:
    """Return text as words are compared: NFKC, lower case, Latin without accents, 1000 for 1,000.

    Hangul stays composed.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    if not text.isascii():
        decomposed = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", decomposed)
    return _THOUSANDS.sub("", _POSSESSIVE.sub("", text))


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a text in order.

    Particles at a word of another script (LLM의) are no words.
    """
    text = normalised(text)
    for found in _WORD.finditer(text):
        word = found[0][:LONGEST]
        if found["hangul"]:
            if not (_is_glued(text, found.start()) and hangul.is_ending(word)):
                yield Word(word, Script.HANGUL)
        elif found["id"]:
            yield Word(word.partition("v")[0], Script.OTHER)
        elif found["latin"]:
            parts = tuple(_PARTS.findall(word))
            yield Word("".join(parts), Script.LATIN, parts if parts[1:] else ())
        else:
            yield Word(word, Script.OTHER)


def _is_glued(text: str, at: int) -> bool:
    """Return whether a particle at this place belongs to the word before it: LLM의, (LLMs)은."""
    return at > 0 and (text[at - 1].isalnum() or text[at - 1] in _CLOSING)


_CLOSING = "%)]}>”’»」』\"'*`"


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the stem of an English word of more than three letters, else the word."""
    if len(word) > 3 and word.isascii() and word.isalpha():
        with _stemming:
            return str(_stemmer.stemWord(word))
    return word


_stemmer = snowballstemmer.stemmer("english")
_stemming = Lock()  # A stemmer keeps the word that it works on.


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of texts that somebody may mistype: of two syllables or four letters."""
    words = (word for text in texts for word in words_of(text))
    return frozenset(word.text for word in words if len(word.text) >= _FEWEST[word.script])


_FEWEST = {Script.HANGUL: 2, Script.LATIN: 4, Script.OTHER: 4}
