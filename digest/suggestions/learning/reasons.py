"""Why a paper stands where it does, as data. Faces put it into words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from digest.suggestions.learning.features import Features
from digest.suggestions.learning.taste import Counts, Lifts, Taste

MOST = 3
"""Reasons of a suggestion, and words that one of them names."""
OFTEN = 3
"""Picked papers that have a word, and titles that do, before it is named."""
TWICE = 2
"""Picked papers that have an author or an organization, before it is named."""
CLEAR = 0.15
"""The lift, up or down, of a word that is named: picked a sixth oftener, or less often."""
TOPICAL = 0.1
"""The share of papers with a word that have it in their title, from which on the word is named. All
words count, but "agent" says what a paper is about, and "extensive" does not."""

Reason = dict[str, Any]
"""`kind`, and what it is about. All values are plain JSON:

- `votes`: `votes` (or None), `place` among the day's papers by votes;
- `late`: it was listed after the first pick of the day;
- `author`, `organization`: `name`, `picked` of `listed` papers;
- `often`, `seldom`: `words` that picked papers have oftener, or less often, than others;
- `strangers`: none of the authors is among the picks that were learned;
- `unknown`: neither words nor names say anything.
"""


def reasons(paper: Features, votes: int | None, place: int, taste: Taste | None) -> list[Reason]:
    """Return at most three reasons, votes first. Without `taste` votes are the only one."""
    return _with({"kind": "votes", "votes": votes, "place": place}, paper, taste)


def reasons_of_late(paper: Features, taste: Taste | None) -> list[Reason]:
    """Return the same for a paper that was listed when the editors had begun.

    Its votes have no place among those of the others, which are earlier ones.
    """
    return _with({"kind": "late"}, paper, taste)


def _with(first: Reason, paper: Features, taste: Taste | None) -> list[Reason]:
    if taste is None:
        return [first]
    said = [
        _often(paper, taste),
        _name("author", taste, taste.authors, paper.authors),
        _name("organization", taste, taste.organizations, (paper.organization,)),
        _seldom(paper, taste),
        _strangers(paper, taste),
    ]
    found = [reason for reason in said if reason] or [{"kind": "unknown"}]
    return [first, *found][:MOST]


def _often(paper: Features, taste: Taste) -> Reason | None:
    lifts, picked = taste.lifts(taste.words), taste.words.picked
    liked = [
        word for word in _topics(paper, taste) if lifts[word] > CLEAR and picked[word] >= OFTEN
    ]
    return _named("often", paper, _telling(liked, lifts, picked))


def _seldom(paper: Features, taste: Taste) -> Reason | None:
    lifts = taste.lifts(taste.words)
    disliked = [word for word in _topics(paper, taste) if lifts[word] < -CLEAR]
    return _named("seldom", paper, _telling(disliked, lifts, taste.words.listed))


def _strangers(paper: Features, taste: Taste) -> Reason | None:
    if not paper.authors or any(taste.authors.picked[name] for name in paper.authors):
        return None
    return {"kind": "strangers"}


def _topics(paper: Features, taste: Taste) -> Iterator[str]:
    seen, titles = taste.words.listed, taste.titles
    return (word for word in paper.words if titles[word] >= max(OFTEN, TOPICAL * seen[word]))


def _telling(words: list[str], lifts: Lifts, seen: Counter[str]) -> list[str]:
    """Return the words that say most. Of two with one lift it is the one that was seen oftener."""
    return sorted(words, key=lambda word: (-abs(lifts[word]) * math.sqrt(seen[word]), word))[:MOST]


def _named(kind: str, paper: Features, words: list[str]) -> Reason | None:
    return {"kind": kind, "words": paper.written(words)} if words else None


def _name(kind: str, taste: Taste, counts: Counts, names: Iterable[str]) -> Reason | None:
    """Return the name that speaks most for the paper, if any does."""
    lifts = taste.lifts(counts)
    liked = [name for name in names if lifts[name] > CLEAR and counts.picked[name] >= TWICE]
    if not liked:
        return None
    best = max(liked, key=lifts.__getitem__)
    picked, listed = counts.picked[best], counts.listed[best]
    return {"kind": kind, "name": best, "picked": picked, "listed": listed}
