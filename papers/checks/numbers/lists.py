"""The numbers of a whole text, with what a list says about them: its numbering and its unit."""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from papers.checks.numbers.things import NONE
from papers.checks.numbers.tokens import Quantity, each_quantity
from papers.checks.numbers.units import NO_UNIT, ORDERS, RATIO, TIMES, Unit

# A list's own numbering is not a number of the paper: "2. ", "## 3.1 ", "(1) … (2) …".
_NUMBERING = re.compile(
    r"(?m:^)[ \t>]{0,20}(?:#{1,6}[ \t]{1,5})?(?:[-+][ \t]{1,5})?"
    r"(?:\d{1,3}\.){0,4}\d{1,9}[.)](?=[ \t])"
    r"|(?m:^)[ \t]{0,3}#{1,6}[ \t]{1,5}(?:\d{1,3}\.){1,4}\d{1,3}(?=[ \t])"
    r"|(?<![\w.,()])\(?(?P<inline>[1-9]\d?)\)(?=[\s가-힣A-Za-z])"
)
# In "2.5 to 3x" and "10, 20 및 30%" the unit is written once.
_LISTED = re.compile(
    r"(?P<range>-{1,3}|~)"
    r"|\s{0,2}(?:-{1,3}|[~/&,→]|->|,?\s?(?:and|or)|to|vs\.?|versus"
    r"|및|와|과|또는|혹은|에서|부터)\s{0,2}"
)

MOST_ORDERS = 30


def quantities(text: str) -> list[Quantity]:
    """Return the numbers of a normalised text, in order.

    A number that can be read in two ways, such as 2 in "2 and 3 million", comes twice.
    """
    numbering = _numbering(text)
    found = [
        replace(each, stated=False, ordinal=True) if each.start in numbering else each
        for each in each_quantity(text)
    ]
    found = [*_with_shared_units(text, found), *_lengths(text, found)]
    return [reading for each in found for reading in _readings(text, each)]


def _numbering(text: str) -> set[int]:
    """Return the positions of characters that only number a list or a heading."""
    positions: set[int] = set()
    expected = 1
    for match in _NUMBERING.finditer(text):
        number = int(match["inline"] or match[0].rstrip(".)").rpartition(".")[2].split()[-1])
        if match["inline"] and number not in {1, expected}:
            continue
        expected = number + 1
        positions.update(range(*match.span()))
    return positions


def _with_shared_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """Return each number also with the magnitude and unit at the end of its list or range."""
    readings: list[Quantity] = []
    following: Quantity | None = None
    for each in reversed(found):
        joined = following and _is_plain(each) and _joined(text, each, following)
        if following and joined:
            value, magnitude = each.value * following.magnitude, following.magnitude
            shared = replace(each, value=value, magnitude=magnitude, unit=following.unit)
            # 2 in "2-3 million" is two million. In "2, 3 million" it may be two.
            readings += [shared, replace(each, stated=each.stated and not joined["range"])]
            following = shared
        else:
            readings.append(each)
            following = None if _is_plain(each) else each
    return readings[::-1]


def _lengths(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Yield how many items each list has: 3 for "(i), (ii), (iii)" and for "First, Second, Third".

    A list of one item is none.
    """
    last: dict[str, Quantity] = {}
    for each in (each for each in found if each.ordinal and not each.stated):
        style = _style(text[each.start : each.start + 2])
        if each.value == 1:
            yield from _length(last.get(style))
            last[style] = each
        elif style in last and each.value == last[style].value + 1:
            last[style] = each
    for each in last.values():
        yield from _length(each)


def _length(last: Quantity | None) -> Iterator[Quantity]:
    if last and last.value > 1:
        yield replace(last, stated=False, ordinal=False, things=NONE)


def _style(begins: str) -> str:
    """Return how the items of a list are numbered, by the first two characters of a number."""
    if begins[0] == "(":
        return "roman" if begins[1] in "iv" else "letter"
    return "digits" if begins[0].isdigit() else "words"


def _readings(text: str, each: Quantity) -> Iterator[Quantity]:
    """Yield the number, with orders of magnitude as how many times they are."""
    if each.unit.kind != ORDERS or each.value not in range(1, MOST_ORDERS + 1):
        yield each
        return
    times = Fraction(10) ** int(each.value)
    yield replace(each, value=times, unit=Unit(TIMES))
    yield replace(each, value=1 / times, unit=Unit(RATIO), stated=False)
    if not text[each.end - 1].isascii():  # "한 자릿수" is a single digit, too
        yield replace(each, unit=NO_UNIT, after="digit", begins_name=True)


def _joined(text: str, one: Quantity, other: Quantity) -> re.Match[str] | None:
    return _LISTED.fullmatch(text, one.end, other.start)


def _is_plain(each: Quantity) -> bool:
    has_unit = each.magnitude > 1 or each.unit.kind
    return not (has_unit or each.ends_name or each.begins_name or each.counts)
