"""Words that hold a number: half, doubles, both, first, bilingual, October."""

import re
from fractions import Fraction
from typing import NamedTuple

from papers.checks.numbers.units import BARE, MONTH, RATIO, TIMES

_STATING = {
    (Fraction(1, 2), RATIO): "half halves halved halving 절반",
    (Fraction(2), TIMES): "twice double doubles doubled doubling",
    (Fraction(3), TIMES): "thrice triple triples tripled tripling",
    (Fraction(4), TIMES): "quadruple quadruples quadrupled",
}
_IMPLYING = {
    0: "zero",
    1: "single sole once uni mono 하나 단일",
    2: "both dual twin binary bi 이중 둘 양쪽",
    3: "trio ternary tri 삼중 셋",
    4: "quad quartet",
    10**2: "hundred",
    10**3: "thousand",
    10**6: "million",
    10**9: "billion",
    10**12: "trillion",
}
_ORDINALS = {
    1: "first 첫",
    2: "second secondary quadratic quadratically",
    3: "third tertiary cubic cubically",
    4: "fourth quartic",
    5: "fifth",
    6: "sixth",
    7: "seventh",
    8: "eighth",
    9: "ninth",
    10: "tenth",
}
_PREFIXES = {"uni": 1, "mono": 1, "bi": 2, "tri": 3, "quadri": 4, "quadru": 4}
# What the rest of a word counts, as a noun.
_STEMS = {
    "lingual": "language", "modal": "modality", "directional": "direction", "level": "level",
    "partite": "part", "plane": "plane", "lateral": "side", "manual": "hand", "variate": "variable",
    "gram": "word", "ped": "leg", "peds": "leg", "pedal": "leg",
}  # fmt: skip
_SETS = {2: "pair pairs paired pairwise couple couples", 3: "triplet triplets"}
_MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
]  # fmt: skip


class Held(NamedTuple):
    """The number that a word holds."""

    value: Fraction
    kind: str
    """The kind of its unit."""
    stated: bool = False
    """False if the word only supports a number stated elsewhere."""
    ordinal: bool = False
    """Whether it says which one."""
    counts: str = ""
    """The noun in the same word that it counts: "language" in "bilingual"."""


_HELD = (
    {word: Held(*held, True) for held, words in _STATING.items() for word in words.split()}
    | {
        word: Held(Fraction(value), BARE)
        for value, words in _IMPLYING.items()
        for word in words.split()
    }
    | {
        word: Held(Fraction(value), BARE, ordinal=True)
        for value, words in _ORDINALS.items()
        for word in words.split()
    }
    | {
        word: Held(Fraction(value), BARE, counts="pair")
        for value, words in _SETS.items()
        for word in words.split()
    }
    | {
        prefix + stem: Held(Fraction(value), BARE, counts=noun)
        for prefix, value in _PREFIXES.items()
        for stem, noun in _STEMS.items()
    }
    # Capitalised, because "may" and "march" are verbs.
    | {month: Held(Fraction(number), MONTH) for number, month in enumerate(_MONTHS, 1)}
)
KOREAN = "|".join(word for word in _HELD if not word.isascii())
"""The words in Hangul. Match them where a word begins."""
LATIN = frozenset(word for word in _HELD if word.isascii())
"""The words in Latin letters. Of a word in capitals compare the lower case, too."""


def holding(word: str) -> Held | None:
    """Return what a word holds, if anything."""
    return _HELD.get(word) or _HELD.get(word.lower())


_PARTS = {"third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "tenth": 10}
_ABOVE = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}
ENGLISH_FRACTION = (
    rf"(?:one|two|three|four)[\s-](?:{'|'.join(_PARTS)})s?(?![A-Za-z]|-[a-z])"
    rf"|a[\s-](?:{'|'.join(_PARTS)})(?=\sof\s)"
)
"""Matches "two-thirds" and "a quarter of"."""
KOREAN_FRACTION = r"\d{1,9}\s?분의\s?\d{1,9}"
"""3분의 1: the denominator comes first."""


def fraction(words: str) -> tuple[int, int] | None:
    """Return numerator and denominator of a fraction in words, or None if it divides by zero."""
    if digits := re.findall(r"\d+", words):
        below, above = map(int, digits)
    else:
        first, second = re.split(r"[\s-]", words.lower())
        above, below = _ABOVE[first], _PARTS[second.removesuffix("s")]
    return (above, below) if below else None
