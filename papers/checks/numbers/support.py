"""Says whether a number of the paper's text supports a claimed number of the same value."""

import re

from papers.checks.numbers.context import DIMENSION
from papers.checks.numbers.tokens import Quantity
from papers.checks.numbers.units import BARE, BITS, RATIO, TIMES, TIMES_OR_COUNT

_MAY_BE_ORDINAL = frozenset({"단계", "번", "회", "층", "장", "차"})
"""Counters of both: "2단계" is two stages or the second."""
_FORMATS = re.compile(r"(?:int|fp|bf|nf|tf|float)\Z|\A(?:w|a|kv)\Z")
"""Names of numeric formats, which end in their bits: INT8, NVFP4, and the two of W4A8."""


def supports(stated: Quantity, claimed: Quantity) -> bool:
    """Return whether a stated number of the same value supports the claimed one."""
    kind = claimed.unit.kind
    if in_name(claimed):
        return _same_name(stated, claimed)
    if kind == TIMES:
        return stated.unit.kind == TIMES_OR_COUNT
    if kind == TIMES_OR_COUNT:
        return stated.unit.kind in {TIMES, BARE} and not stated.ordinal
    if kind == RATIO:
        # Readers take "a score of 51.1" as 51.1%.
        return stated.decimal and stated.unit.kind == BARE and not in_name(stated)
    if kind == BITS and _FORMATS.search(stated.before):
        return stated.ends_name
    if kind != BARE:
        return _is_count(stated) and stated.stated and not stated.things
    return _supports_count(stated, claimed)


def _supports_count(stated: Quantity, claimed: Quantity) -> bool:
    """Return whether a stated number supports one without a unit."""
    if claimed.after == DIMENSION:
        return stated.after == DIMENSION or bool(stated.things & claimed.things)
    if not claimed.counts:
        return True
    if stated.ordinal:
        return claimed.after in _MAY_BE_ORDINAL
    return _is_count(stated) and not _counts_others(stated, claimed)


def of_same_things(stated: Quantity, claimed: Quantity) -> bool:
    """Return whether the numbers count the same, as far as is known."""
    if stated.things:
        return bool(stated.things & claimed.things)
    return (stated.stated or stated.counts) and not stated.decimal


def in_name(each: Quantity) -> bool:
    return each.ends_name or each.begins_name


def _same_name(stated: Quantity, claimed: Quantity) -> bool:
    if claimed.ends_name:
        one, other = stated.before, claimed.before
        same = bool(one) and (one.endswith(other) or other.endswith(one))
        return same or (bool(claimed.after) and stated.after == claimed.after)
    if len(claimed.after) == 1:
        return stated.after == claimed.after
    return stated.after.startswith(claimed.after)  # "4bit" is "4 bits"


def _is_count(each: Quantity) -> bool:
    has_no_unit = each.unit.kind in {BARE, TIMES_OR_COUNT}
    return has_no_unit and not in_name(each) and not each.ordinal


def _counts_others(stated: Quantity, claimed: Quantity) -> bool:
    """Return whether a word like "bilingual" or "both" holds a number of other things."""
    if stated.stated or not (stated.things and claimed.things):
        return False
    return stated.things.isdisjoint(claimed.things)
