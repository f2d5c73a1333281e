"""The numbers of a whole text, with what a list says about them: its numbering and its unit."""

import re
from dataclasses import replace

from papers.checks.numbers.tokens import Quantity, each_quantity

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


def quantities(text: str) -> list[Quantity]:
    """Return the numbers of a normalised text, in order.

    A number that can be read in two ways, such as 2 in "2 and 3 million", comes twice.
    """
    numbering = _numbering(text)
    found = [
        replace(each, stated=False) if each.start in numbering else each
        for each in each_quantity(text)
    ]
    return _with_shared_units(text, found)


def _numbering(text: str) -> set[int]:
    """Return the positions of characters that only number a list or a heading."""
    positions: set[int] = set()
    expected = 1
    for match in _NUMBERING.finditer(text):
        if inline := match["inline"]:
            if int(inline) not in {1, expected}:
                continue
            expected = int(inline) + 1
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


def _joined(text: str, one: Quantity, other: Quantity) -> re.Match[str] | None:
    return _LISTED.fullmatch(text, one.end, other.start)


def _is_plain(each: Quantity) -> bool:
    has_unit = each.magnitude > 1 or each.unit.kind
    return not (has_unit or each.ends_name or each.begins_name or each.counts)
