"""Where to look for the best matches first, so that common words are not ranked everywhere.

An entry has keys for the levels that the impact of a term reaches. A tier asks for high levels. The
first tier is one that some hundred entries are expected in; each next one is wider. This bounds the
entries that are ranked, whatever the words and the size of the collection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from digest.search.analysis.conditions import fewest, tsquery
from digest.search.analysis.document import LEVELS
from digest.search.analysis.query import Asked
from digest.search.counts import Counts

ENOUGH = 150
"""Entries that are expected in the first tier that is asked."""
FEW = 800
"""If so few entries are expected to match, all are ranked at once."""
WIDER = 3
"""How many times more entries are expected in the next tier that is asked."""

_RARE = 0.005  # The part of all entries up to which a word needs no level.
_TOGETHER = 3  # Words of one query stand together more often than by chance.
_TOP = len(LEVELS)

Levels = tuple[int, ...]
"""The level that each word must have at least."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A condition, and how many entries are expected to fulfil it."""

    condition: str
    expected: float
    is_whole: bool = False
    """Whether the condition is all that the query asks for."""


def tiers(
    words: Sequence[Asked], counts: Counts, few: int = FEW, enough: int = ENOUGH
) -> list[Tier]:
    """Return the conditions to ask in turn, the narrowest first. The last is the whole query."""
    ranked = sorted(words, key=lambda word: _size(word, 0, counts))
    sizes = [_size(word, 0, counts) for word in ranked]
    condition = _condition(ranked, [(0,) * len(ranked)]) if ranked else ""
    whole = Tier(condition, _expected(sizes, counts.entries), is_whole=True)
    if whole.expected <= few:
        return [whole]
    has_level = [size > _RARE * counts.entries for size in sizes]
    found: list[Tier] = []
    for alternatives in _patterns(len(ranked)):
        levels = {
            tuple(level * has for level, has in zip(each, has_level, strict=True))
            for each in alternatives
        }
        expected = sum(
            _expected(
                [_size(word, level, counts) for word, level in zip(ranked, each, strict=True)],
                counts.entries,
            )
            for each in levels
        )
        least = WIDER * found[-1].expected if found else enough
        if least <= expected < whole.expected:
            found.append(Tier(_condition(ranked, sorted(levels)), expected))
    return [*found, whole]


def _size(word: Asked, level: int, counts: Counts) -> int:
    return fewest(word.condition, lambda term: counts.of(term, level))


def _expected(sizes: Sequence[int], entries: int) -> float:
    if not (entries and sizes):
        return 0
    by_chance = entries * prod(size / entries for size in sizes)
    return min(by_chance * (_TOGETHER if sizes[1:] else 1), *sizes)


def _condition(words: Sequence[Asked], alternatives: Sequence[Levels]) -> str:
    """Return the condition that the words have the levels of one of the alternatives.

    What all of these ask for is said once. PostgreSQL checks each part of it for each entry, and
    eight words in eight alternatives would be 64 parts.
    """
    least = tuple(map(min, zip(*alternatives, strict=True)))
    condition = " & ".join(map(_at, words, least))
    beyond = [_above(words, levels, least) for levels in alternatives]
    return f"{condition} & ({' | '.join(beyond)})" if all(beyond) else condition


def _above(words: Sequence[Asked], levels: Levels, least: Levels) -> str:
    asked = zip(words, levels, least, strict=True)
    return " & ".join(_at(word, level) for word, level, low in asked if level > low)


def _at(word: Asked, level: int) -> str:
    return tsquery(word.condition, level)


def _patterns(words: int) -> Iterator[list[Levels]]:
    """Yield the levels that each tier allows to words, the rarest first, without the last tier."""
    if words <= 2:
        yield from (_of_sum(words, total) for total in range(_TOP * words, 1, -1))
        return
    for level in range(_TOP, 1, -1):
        yield [_one_more(words, at, level) for at in range(words)]
        yield [(level,) * words]
    rest = (0,) * (words - 2)
    yield [(3, 2, *rest)]
    yield [(2, 0, *rest)]


def _of_sum(words: int, total: int) -> list[Levels]:
    levels = range(_TOP + 1)
    if words == 1:
        return [(total,)]
    return [
        (one, total - one) for one in levels if total - one in levels and abs(total - 2 * one) < 3
    ]


def _one_more(words: int, at: int, level: int) -> Levels:
    return tuple(min(level + (other == at), _TOP) for other in range(words))
