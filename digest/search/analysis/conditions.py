"""Conditions over the terms of a document, as PostgreSQL's tsquery."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from digest.search.analysis.document import at_level, quoted


@dataclass(frozen=True, slots=True)
class AllOf:
    """Each part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = str | AllOf | AnyOf
"""A term, or parts."""


def all_of(parts: Iterable[Condition]) -> Condition:
    """Return the condition that each part holds, without repeating one."""
    flat: dict[Condition, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, AllOf) else (part,)))
    return next(iter(flat)) if len(flat) == 1 else AllOf(tuple(flat))


def any_of(parts: Iterable[Condition]) -> Condition:
    """Return the condition that a part holds, without repeating one."""
    flat: dict[Condition, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, AnyOf) else (part,)))
    return next(iter(flat)) if len(flat) == 1 else AnyOf(tuple(flat))


def tsquery(condition: Condition, level: int = 0) -> str:
    """Return a condition as a tsquery. With a level each term must have that impact at least."""
    if isinstance(condition, str):
        return quoted(at_level(condition, level))
    sign = " & " if isinstance(condition, AllOf) else " | "
    return f"({sign.join(tsquery(part, level) for part in condition.parts)})"


def leaves(condition: Condition) -> Iterator[str]:
    """Yield the terms of a condition."""
    if isinstance(condition, str):
        yield condition
        return
    for part in condition.parts:
        yield from leaves(part)


def fewest(condition: Condition, count: Callable[[str], int]) -> int:
    """Return the most documents that can fulfil a condition, by the `count` of each term."""
    if isinstance(condition, str):
        return count(condition)
    counts = [fewest(part, count) for part in condition.parts]
    return min(counts) if isinstance(condition, AllOf) else sum(counts)
