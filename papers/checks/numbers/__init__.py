"""Finds numbers in a section that the paper's text does not state.

The paper supports a number if it states the same value with the same kind of unit, however both are
written: 30억 is 3 billion, 2.5배 is 2.5x, 여덟 is 8. A nearly equal number is no support, and an
approximate word ("약", "over") changes nothing. Signs do not count ("-3%" is "3% less").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import chain

from django.utils.translation import gettext_noop

from papers.checks.base import Check, Claim, Finding, Level, PaperText, Term
from papers.checks.numbers.lists import quantities
from papers.checks.numbers.normalise import normalise
from papers.checks.numbers.support import in_name, of_same_things, supports
from papers.checks.numbers.tokens import Quantity
from papers.checks.numbers.units import BARE

NAME = "numbers"
VERSION = 3
UNSUPPORTED_CODE = "unsupported"
NOT_IN_ABSTRACT = "not_in_abstract"
NOT_IN_PART = "not_in_part"
UNSUPPORTED = gettext_noop("The paper does not state %(number)s.")
DIFFERS = gettext_noop("The paper does not state %(number)s, but it states %(stated)s.")
_NOT_IN_ABSTRACT = gettext_noop(
    "The abstract does not state %(number)s; the full text, which might, was not read."
)
_NOT_IN_PART = gettext_noop(
    "What was read of the paper does not state %(number)s; the rest of its text, which might, is"
    " missing."
)
UNCHECKED = gettext_noop("There is no text of the paper to check the numbers against.")

LONGEST_NAME = 30  # characters shown on either side of a number in it
_NAME_BEFORE = re.compile(r"[A-Za-z0-9.-]+\Z")
_NAME_AFTER = re.compile(r"[A-Za-z0-9-]+")

MAX_WAYS = 100
"""Limit for the ways in which one value may stand in a text. Later ways are not looked at."""


def check(markdown: str, source: str) -> list[Finding]:
    """Return an error for each number of a section that `source`, the paper's text, lacks."""
    if not source.strip():
        return [Finding(NAME, Level.UNCHECKED, "unchecked", UNCHECKED, 0, 0)]
    stated = _stated(source)
    return [
        _finding(markdown, *span, claimed, stated) for span, claimed in _absent(markdown, stated)
    ]


def unsupported(claim: str, source: str) -> list[str]:
    """Return the numbers of a claim that `source` does not state, as the claim writes them."""
    return [claim[start:end] for (start, end), _ in _absent(claim, _stated(source))]


def _absent(claim: str, stated: Stated) -> Iterator[tuple[tuple[int, int], Quantity]]:
    normalised = normalise(claim)
    by_span: defaultdict[tuple[int, int], list[Quantity]] = defaultdict(list)
    for claimed in quantities(normalised.text):
        if claimed.stated:
            by_span[normalised.span(claimed.start, claimed.end)].append(claimed)
    for span, readings in by_span.items():
        if not any(map(stated.supports, readings)):
            yield span, readings[-1]


def _finding(markdown: str, start: int, end: int, claimed: Quantity, stated: Stated) -> Finding:
    text = markdown[start:end]
    shown = _word(markdown, start, end) if in_name(claimed) else text
    data: dict[str, str | int] = {"number": shown}
    if span := stated.alike(claimed):
        data["stated"] = stated.source[slice(*span)]
        return Finding(NAME, Level.ERROR, "differs", DIFFERS, start, end, text, data, span)
    return Finding(NAME, Level.ERROR, UNSUPPORTED_CODE, UNSUPPORTED, start, end, text, data)


class Stated:
    """The numbers that a text states. Numbers of other texts are checked against it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._normalised = normalise(source)
        self._measures: set[tuple[str, Fraction]] = set()
        # One number for each way in which the text has a value.
        self._by_value: defaultdict[Fraction, dict[Quantity, Quantity]] = defaultdict(dict)
        self._numbers_of: defaultdict[int, set[Fraction]] = defaultdict(set)
        """By kind of thing, how many of them there are."""
        for each in quantities(self._normalised.text):
            for thing in each.things if not each.ordinal else ():
                self._numbers_of[thing].add(each.value)
            self._measures.add((each.unit.kind, each.value * each.unit.factor))
            ways = self._by_value[each.value]
            if len(ways) < MAX_WAYS:
                ways.setdefault(replace(each, start=0, end=0), each)

    def supports(self, claimed: Quantity) -> bool:
        kind = claimed.unit.kind
        if kind != BARE and (kind, claimed.value * claimed.unit.factor) in self._measures:
            return True
        numbers = set[Fraction]().union(
            *(self._numbers_of.get(thing, ()) for thing in claimed.things)
        )
        if claimed.value in numbers:
            return True
        ways = self._by_value.get(claimed.value, ())
        found = (each for each in ways if supports(each, claimed))
        # Another number of the same things: a number of other things is no support any more.
        if numbers - {1}:
            return any(of_same_things(each, claimed) for each in found)
        return any(found)

    def alike(self, claimed: Quantity) -> tuple[int, int] | None:
        """Return where the same digits stand with another unit or magnitude."""
        if not _is_measure(claimed):  # 3 is no hint for 30
            return None
        each = self._measures_by_digits.get(_digits(claimed.value))
        return self._normalised.span(each.start, each.end) if each else None

    @cached_property
    def _measures_by_digits(self) -> dict[tuple[int, ...], Quantity]:
        ways = chain.from_iterable(each.values() for each in self._by_value.values())
        measures = [each for each in ways if each.stated and _is_measure(each)]
        measures.sort(key=lambda each: each.start, reverse=True)  # so that the first one stays
        return {_digits(each.value): each for each in measures}


# Every section of a paper is checked against the same text in turn.
_stated = lru_cache(maxsize=2)(Stated)


def _word(text: str, start: int, end: int) -> str:
    """Return the whole name that a number stands in."""
    before = _NAME_BEFORE.search(text, max(0, start - LONGEST_NAME), start)
    after = _NAME_AFTER.match(text, end, end + LONGEST_NAME)
    return text[before.start() if before else start : after.end() if after else end]


def _is_measure(each: Quantity) -> bool:
    return each.magnitude > 1 or each.unit.kind != BARE


def _digits(value: Fraction) -> tuple[int, ...]:
    """Return the significant digits: the same for 3, 30 and 0.3."""
    quotient = Decimal(value.numerator) / Decimal(value.denominator)
    return quotient.normalize().as_tuple().digits


def _of_section(claim: Claim, paper: PaperText, glossary: Sequence[Term]) -> list[Finding]:
    found = check(claim.markdown, paper.text)
    if paper.full_text and not paper.gap:
        return found
    return [_as_far_as_known(finding, paper) for finding in found]


def _as_far_as_known(finding: Finding, paper: PaperText) -> Finding:
    """Return the finding, softened: what the text lacks may be in what was not read of it."""
    if finding.code != UNSUPPORTED_CODE:
        return finding
    if paper.full_text:
        return replace(finding, code=NOT_IN_PART, message=_NOT_IN_PART)
    return replace(finding, code=NOT_IN_ABSTRACT, message=_NOT_IN_ABSTRACT)


CHECK = Check(NAME, VERSION, section=_of_section, compares=True)
