"""What the index stores of one paper or post."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from zlib import crc32

from digest.search.analysis.terms import EXACTLY, terms_of

# The constants of BM25F (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"):
# how soon a repeated term says no more, and how much a long text is held against it.
_K1, _B, _USUAL_LENGTH = 1.2, 0.6, 170
LEVELS = (420, 550, 660, 770, 850)
"""An impact at or above the first is of level 1, above the last of level 5."""
MOST_TERMS = 20_000
"""Terms of a document that count. PostgreSQL takes 1 MiB of them, and no summary is so long."""
_GAP = 10  # Places between two fields, so that no phrase goes over a border.
_LAST_PLACE = 16_383  # PostgreSQL's, of a tsvector. What comes later shares it.


@dataclass(frozen=True, slots=True)
class Field:
    """A part of what readers see, and how much a word in it says of the whole."""

    text: str
    weight: float


@dataclass(frozen=True)
class Document:
    """The terms of some fields."""

    places: Mapping[str, list[int]]
    weights: Mapping[str, float]
    length: int

    @classmethod
    def of(cls, fields: Iterable[Field]) -> Document:
        places: defaultdict[str, list[int]] = defaultdict(list)
        weights: defaultdict[str, float] = defaultdict(float)
        at = length = 0
        for field in fields:
            last = at
            for term, place in islice(terms_of(field.text, at), MOST_TERMS - length):
                weights[term] += field.weight
                if not term.startswith(EXACTLY):
                    places[term].append(place)
                    length, last = length + 1, place
            at = last + _GAP
        return cls(places, weights, length)

    @cached_property
    def by_term(self) -> dict[str, int]:
        """The impact of each term, in thousandths.

        The impact is what BM25F's score has of the document: how often, in which fields, and in
        how long a text.
        """
        shortness = _K1 * (1 - _B + _B * self.length / _USUAL_LENGTH)
        return {term: round(1000 * tf / (tf + shortness)) for term, tf in self.weights.items()}

    @cached_property
    def by_number(self) -> dict[int, int]:
        """The impact of each term by its number, in the order of the numbers."""
        impacts = {FIRST: 0}
        for term, impact in self.by_term.items():
            impacts[number(term)] = max(impact, impacts.get(number(term), 0))
        return dict(sorted(impacts.items()))

    @property
    def terms(self) -> list[int]:
        """The numbers of the terms, in order, so that PostgreSQL can bisect them."""
        return list(self.by_number)

    @property
    def impacts(self) -> list[int]:
        """The impacts in the order of `terms`, in thousandths."""
        return list(self.by_number.values())

    @property
    def keys(self) -> list[str]:
        """Each term, and with each level from the second on that its impact reaches: model^2."""
        return [
            at_level(term, level)
            for term, impact in self.by_term.items()
            if term in self.places
            for level in (0, *range(2, level_of(impact) + 1))
        ]


def level_of(impact: int) -> int:
    """Return the level of an impact in thousandths: 0 to 5."""
    return sum(lowest <= impact for lowest in LEVELS)


def at_level(term: str, level: int) -> str:
    """Return the key of a term with an impact of at least a level."""
    return f"{term}^{level}" if level > 1 else term


def number(term: str) -> int:
    """Return a term as a number of 32 bits, with a sign as PostgreSQL's integers have one."""
    value = crc32(term.encode())
    return value - (1 << 32) if value >> 31 else value


EVERY = number("")
"""The number of no term, under which all documents are counted."""
FIRST = -(1 << 31)
"""What `terms` begin with if they are in order. Entries of the release before do not have it."""


def vector(places: Mapping[str, Iterable[int]]) -> str:
    """Return terms with their places as PostgreSQL reads a tsvector."""
    return " ".join(
        f"{quoted(term)}:{','.join(str(min(place + 1, _LAST_PLACE)) for place in where)}"
        for term, where in places.items()
    )


def quoted(term: str) -> str:
    """Return a term as PostgreSQL reads it in a tsvector and a tsquery."""
    return "'{}'".format(term.replace("\\", "\\\\").replace("'", "''"))
