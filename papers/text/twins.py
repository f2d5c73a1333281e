"""Which names of tags are probably one name, spelt twice: `hugginface` and `hugging-face`.

Only spelling counts: blanks, hyphens and case, the s of a plural, and one wrong letter of a long
name. Names with other numbers, as GPT-3 and GPT-4, are never one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from rapidfuzz.distance import OSA

LONG = 8
"""Letters of a name that may have one wrong letter. In a shorter one it makes another word."""
_MOST_ALIKE = 20  # Names that are compared with each other because one letter is left out.
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")
_SINGULAR = ("ss", "us", "is")  # Ends of words whose s is no plural's.


def twins(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of names that look like one, each once, in the order of the names."""
    spelt: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        if key := spelling(name):
            spelt[key].append(name)
    for same in spelt.values():
        yield from combinations(same, 2)
    for one, other in _one_letter_apart(spelt):
        for first in spelt[one]:
            for second in spelt[other]:
                yield first, second


def spelling(name: str) -> str:
    """Return a name without what may differ between spellings, in letters of which one may."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    joined = "".join(map(_singular, _WORD.findall(folded)))
    # A syllable of Hangul is two or three letters, of which only one may be wrong.
    return unicodedata.normalize("NFD", joined)


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.isascii() and word.endswith("s")
    return word[:-1] if plural and not word.endswith(_SINGULAR) else word


def _one_letter_apart(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs that differ in one letter, or in the order of two.

    Such a pair is the same once a letter is left out of each. So only names that meet there are
    compared, and not all with all.
    """
    meeting: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for key in keys:
        if len(key) >= LONG:
            for rest in (key, *(key[:at] + key[at + 1 :] for at in range(len(key)))):
                meeting[rest][key] = None
    seen: set[tuple[str, str]] = set()
    for found in meeting.values():
        for pair in combinations(list(found)[:_MOST_ALIKE], 2):
            if pair not in seen and _alike(*pair):
                seen.add(pair)
                yield pair


def _alike(one: str, other: str) -> bool:
    # The first letter makes another word (encoder, decoder), as a number does.
    return (
        one[0] == other[0]
        and _NUMBER.findall(one) == _NUMBER.findall(other)
        and OSA.distance(one, other, score_cutoff=1) <= 1
    )
