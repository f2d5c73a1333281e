"""Which names of tags are probably one name, spelt twice: `hugginface` and `hugging-face`.

Only spelling counts: blanks, hyphens and case, the s of a plural, and one wrong letter of a long
name. Names with other numbers, as GPT-3 and GPT-4 or GPT-4.1 and GPT-41, are never one, and neither
are C, C++ and C#.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from rapidfuzz.distance import OSA

LONG = 8
"""Letters of a name that may have one wrong letter. In a shorter one it makes another word."""
_MOST_ALIKE = 20  # Names that are compared with each other because one letter is left out.
_WORD = re.compile(r"(?<![^\W_])[^\W_]{1,2}[+#*]+|[^\W_]+")  # Marks make another short word.
_NUMBER = re.compile(r"\d+")
_SINGULAR = ("ss", "us", "is")  # Ends of words whose s is no plural's.

Fixed = tuple[str, ...]
"""The numbers and marks of a name, as they stand apart. Twins have the same."""


def twins(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of names that look like one, each once, those first that differ least."""
    spelt: defaultdict[tuple[Fixed, str], list[str]] = defaultdict(list)
    for name in names:
        words = _words(name)
        if key := _spelling(words):
            spelt[_fixed(words), key].append(name)
    for same in spelt.values():
        yield from combinations(same, 2)
    for one, other in _one_letter_apart(spelt):
        for first in spelt[one]:
            for second in spelt[other]:
                yield first, second


def _words(name: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", name).casefold())


def _fixed(words: list[str]) -> Fixed:
    return tuple(found for word in words for found in re.findall(r"\d+|[+#*]", word))


def _spelling(words: list[str]) -> str:
    """Return a name without what may differ between spellings, in letters of which one may."""
    # A syllable of Hangul is two or three letters, of which only one may be wrong.
    return unicodedata.normalize("NFD", "".join(map(_singular, words)))


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.isascii() and word.endswith("s")
    return word[:-1] if plural and not word.endswith(_SINGULAR) else word


def _one_letter_apart(keys: Iterable[tuple[Fixed, str]]) -> Iterator[tuple[Any, Any]]:
    """Yield the pairs that differ in one letter, or in the order of two.

    The first letter makes another word (encoder, decoder), so names are compared by it: few at once
    take little memory.
    """
    beginning: defaultdict[tuple[Fixed, str], list[str]] = defaultdict(list)
    for fixed, key in keys:
        if len(key) >= LONG:
            beginning[fixed, key[0]].append(key)
    for (fixed, _first), alike in beginning.items():
        for one, other in _meeting(alike):
            yield (fixed, one), (fixed, other)


def _meeting(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs that are the same once a letter is left out of each.

    So only names that meet there are compared, and not all with all.
    """
    meeting: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for key in keys:
        for rest in (key, *(key[:at] + key[at + 1 :] for at in range(len(key)))):
            meeting[rest][key] = None
    seen: set[tuple[str, str]] = set()
    for found in meeting.values():
        for pair in combinations(list(found)[:_MOST_ALIKE], 2):
            if pair not in seen and _alike(*pair):
                seen.add(pair)
                yield pair


def _alike(one: str, other: str) -> bool:
    same_numbers = _NUMBER.findall(one) == _NUMBER.findall(other)
    return same_numbers and OSA.distance(one, other, score_cutoff=1) <= 1
