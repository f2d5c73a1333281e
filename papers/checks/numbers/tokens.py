"""Reads each number in a text by itself: digits or words, with their unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from string import ascii_letters

from papers.checks.numbers import implied, number_words
from papers.checks.numbers.context import (
    follows_factor,
    follows_name,
    follows_times,
    word_after,
    word_before,
)
from papers.checks.numbers.things import NONE, Kinds, counted, kinds_of
from papers.checks.numbers.units import BARE, NO_UNIT, ORDERS, RATIO, TIMES, Unit, unit_at


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands in a text. Its sign does not count."""

    start: int
    """Start of the number with its unit, in characters of the text."""
    end: int
    value: Fraction
    """With its magnitude, without its unit: 2 million ms is 2,000,000."""
    unit: Unit = NO_UNIT
    magnitude: int = 1
    """The factor written as "thousand", "B" or "억"."""
    before: str = ""
    """The Latin word before it, in lower case: "gpt" of GPT-4, "llama" of "Llama 3"."""
    after: str = ""
    """The word after it, in lower case: "p" of 480p, "dimensional" of "3-dimensional"."""
    ends_name: bool = False
    """Whether it is joined to the word before: GPT-4."""
    begins_name: bool = False
    """Whether it is joined to the word after: 480p."""
    decimal: bool = False
    """Whether it has decimal places, as scores do."""
    counts: bool = False
    """Whether it is a number of things: a counter or a known noun follows, or it is "both"."""
    things: Kinds = NONE
    """The kinds of what a small number counts."""
    ordinal: bool = False
    """Whether it says which one: "second", "(2)", "Llama 2"."""
    stated: bool = True
    """False if the number is only implied ("both", "first", the numbering of a list)."""


_NUMBER = r"(?:(?:\d{1,3}(?:,\d{3}){1,12}(?!\d)|\d{1,40})(?:\.\d{1,40})?|(?<![\w.])\.\d{1,40})"
# Where a number may begin. A run of letters or of Hangul is checked from its beginning only.
_START = re.compile(r"\d|\.(?=\d)|[A-Za-z]+|[가-힣]+|\((?=[a-z])")
_DIGITS = re.compile(
    rf"(?P<fraction>{implied.KOREAN_FRACTION})"
    r"|(?P<slash>(?<![\d./])(?P<above>\d{1,3})/(?P<below>\d{1,3})(?![\d./%A-Za-z]))"
    r"|(?P<power>(?P<radix>\d{1,4})\^(?P<exponent>-?\d{1,2})(?!\d))"
    rf"|(?P<digits>(?P<number>{_NUMBER})(?:[eE](?P<e>[+-]?\d{{1,2}})(?![\w.])"
    r"|\s?[×x]\s?10\^(?P<ten>-?\d{1,2})(?!\d))?)"
)
_ENGLISH = re.compile(
    rf"(?P<fraction>{implied.ENGLISH_FRACTION})|(?P<english>{number_words.ENGLISH})", re.IGNORECASE
)
_WORD = re.compile(r"(?P<word>[A-Za-z]+)")
_KOREAN = re.compile(rf"(?P<korean>{number_words.KOREAN})|(?P<word>{implied.KOREAN})")
_BRACKETS = re.compile(r"\((?:(?P<roman>i{1,3}|iv|vi{0,3})|(?P<letter>[a-h]))\)")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8}

SMALL = 10
"""Numbers above this seldom count two things in one paper, so that their things do not matter."""
# "GPT 4 모델" is one model, "4개 모델" are four.
_HANGUL_AFTER_DIGIT = re.compile(r"\d\s?[가-힣]")
_OF = re.compile(r"\sof\s")
# "Both of them" are two of whatever was named. "Both fast and small" counts nothing.
_BOTH_ALONE = re.compile(r"both(?:\sof\s(?:them|these|those|which)\b|\s?[.,;:)])", re.IGNORECASE)
_COUNTER = re.compile(rf"\s?{number_words.COUNTER}")


def each_quantity(text: str) -> Iterator[Quantity]:
    """Yield the numbers of a text in order. A number that reads in two ways comes twice."""
    done = 0
    for start in _START.finditer(text):
        pattern = _pattern(start[0])
        if not pattern or start.start() < done or not (match := pattern.match(text, start.start())):
            continue
        done = match.end()
        for quantity in _READERS[match.lastgroup or ""](match):
            done = max(done, quantity.end)
            yield quantity


_LATIN = dict.fromkeys(number_words.BEGINNINGS, _ENGLISH) | dict.fromkeys(implied.LATIN, _WORD)


def _pattern(run: str) -> re.Pattern[str] | None:
    """Return how a number reads that begins with these letters, or with this character."""
    if run[0] in ascii_letters:
        return _LATIN.get(run) or _LATIN.get(run.lower())
    if run == "(":
        return _BRACKETS
    return _DIGITS if run[0] in ".0123456789" else _KOREAN


def _with_unit(
    match: re.Match[str],
    value: Fraction,
    magnitude: int = 1,
    end: int = 0,
    before: str = "",
    decimal: bool = False,
) -> Quantity:
    """Return the number of a match, which ends at `end` with its magnitude, and what follows it."""
    text, start, end = match.string, match.start(), end or match.end()
    unit, unit_end = unit_at(text, end)
    if unit.kind:
        return Quantity(start, unit_end, value, unit, magnitude, before, decimal=decimal)
    if follows_factor(text, start):
        return Quantity(start, end, value, Unit(TIMES), magnitude, before, decimal=decimal)
    after, joined = word_after(text, end)
    has_counter = bool(_COUNTER.match(text, end))
    things = NONE
    is_count = has_counter or not (joined or _HANGUL_AFTER_DIGIT.match(text, end - 1))
    if is_count and _is_small(value):
        things = counted(text, start, end, plural=value != 1)
    return Quantity(
        start,
        end,
        value,
        magnitude=magnitude,
        before=before,
        after=after,
        begins_name=joined and magnitude == 1,
        decimal=decimal,
        counts=has_counter or bool(things),
        things=things,
    )


def _is_small(value: Fraction) -> bool:
    return value.denominator == 1 and value.numerator <= SMALL


def _digits(match: re.Match[str]) -> Iterator[Quantity]:
    text, digits = match.string, match["number"].replace(",", "")
    number = Fraction(int(digits) if digits.isdecimal() else digits)
    if exponent := match["e"] or match["ten"]:
        number *= Fraction(10) ** int(exponent)
    before, joined = word_before(text, match.start())
    if (joined and before == "x") or follows_times(text, match.start()):
        yield Quantity(*match.span(), number, Unit(TIMES))
        return
    value, magnitude, end = number_words.magnified(text, number, match.end())
    # "GPT-4만" means "only GPT-4", "Grok-4조차" means "even Grok-4".
    if joined and (magnitude == 1 or not text[end - 1].isascii()):
        after, _ = word_after(text, match.end())
        yield Quantity(*match.span(), number, before=before, after=after, ends_name=True)
        return
    quantity = _with_unit(match, value, magnitude, end, before, decimal="." in digits)
    if _is_small(value) and not _COUNTER.match(text, end) and follows_name(text, match.start()):
        quantity = replace(quantity, ordinal=True, counts=False, things=NONE)
    yield quantity
    yield from _folds(text, quantity)
    if magnitude > 1 and text[end - 1] == "m":  # "m" may mean metres
        yield Quantity(match.start(), end, number)


def _power(match: re.Match[str]) -> Iterator[Quantity]:
    if radix := Fraction(match["radix"]):
        yield _with_unit(match, radix ** int(match["exponent"]))


def _slash(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield 1/2 as two numbers, which may also be a half."""
    above, below = int(match["above"]), int(match["below"])
    yield Quantity(*match.span("above"), Fraction(above))
    yield Quantity(*match.span("below"), Fraction(below))
    if below:
        yield Quantity(*match.span(), Fraction(above, below), Unit(RATIO), stated=False)


def _fraction(match: re.Match[str]) -> Iterator[Quantity]:
    if ratio := implied.fraction(match[0]):
        yield from _ratio(match, *ratio)


def _ratio(match: re.Match[str], above: int, below: int) -> Iterator[Quantity]:
    yield Quantity(*match.span(), Fraction(above, below), Unit(RATIO))
    for part in (above, below):  # so that "a third" supports "1/3"
        yield Quantity(*match.span(), Fraction(part), stated=False)


def _word(match: re.Match[str]) -> Iterator[Quantity]:
    held = implied.holding(match["word"])
    if held is None:
        return
    if held.kind == RATIO:
        yield from _ratio(match, *held.value.as_integer_ratio())
        return
    if held.kind != BARE:
        yield Quantity(*match.span(), held.value, Unit(held.kind), stated=held.stated)
    if held.kind in {BARE, TIMES}:
        yield _counting(match, held)


def _counting(match: re.Match[str], held: implied.Held) -> Quantity:
    """Return the number that a word holds, as one that counts or says which one."""
    after, _ = word_after(match.string, match.end())
    return Quantity(
        *match.span(),
        held.value,
        after=after,
        counts=bool(_BOTH_ALONE.match(match.string, match.start())),
        things=_things(match, held),
        ordinal=held.ordinal,
        stated=False,
    )


def _things(match: re.Match[str], held: implied.Held) -> Kinds:
    beside = counted(match.string, *match.span(), plural=match[0].lower() == "both")
    if not held.counts:
        return beside
    # "A pair of models" is a pair and two models, "pairs" are only pairs.
    return kinds_of(held.counts) | (beside if _OF.match(match.string, match.end()) else NONE)


def _english(match: re.Match[str]) -> Iterator[Quantity]:
    value = Fraction(number_words.english(match[0]))
    before, _ = word_before(match.string, match.start())
    quantity = _with_unit(match, value)
    yield replace(quantity, before=before, begins_name=False, stated=_is_stated(quantity))
    yield from _folds(match.string, quantity)


def _is_stated(quantity: Quantity) -> bool:
    """Return whether a number in words is more than an article, which "one" and "한" often are."""
    return quantity.value != 1 or quantity.unit.kind == ORDERS


def _folds(text: str, quantity: Quantity) -> Iterator[Quantity]:
    """Yield the number in "threefold" once more: contributions may be threefold."""
    if quantity.unit.kind == TIMES and "fold" in text[quantity.end - 5 : quantity.end]:
        yield replace(quantity, before="", unit=NO_UNIT, decimal=False, stated=False)


def _korean(match: re.Match[str]) -> Iterator[Quantity]:
    if value := number_words.korean(match[0]):
        quantity = _with_unit(match, Fraction(value))
        # "두 축" may sum up what the paper does not count. A counter says that somebody counted.
        counts = bool(_COUNTER.match(match.string, match.end()))
        yield replace(quantity, after="", counts=counts, stated=_is_stated(quantity))


def _roman(match: re.Match[str]) -> Iterator[Quantity]:
    yield _item(match, _ROMAN[match["roman"]])


def _letter(match: re.Match[str]) -> Iterator[Quantity]:
    yield _item(match, ord(match["letter"]) - ord("a") + 1)


def _item(match: re.Match[str], value: int) -> Quantity:
    return Quantity(*match.span(), Fraction(value), stated=False, ordinal=True)


_READERS: dict[str, Callable[[re.Match[str]], Iterator[Quantity]]] = {
    "digits": _digits,
    "power": _power,
    "slash": _slash,
    "fraction": _fraction,
    "word": _word,
    "english": _english,
    "korean": _korean,
    "roman": _roman,
    "letter": _letter,
}
