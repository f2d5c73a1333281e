"""What editors like: how much oftener they picked papers with a feature than papers at large.

The model is linear. The score of a paper is the sum of its features' *lifts*: natural logarithms of
that ratio, drawn towards 0 where a feature was seen seldom. Counting is all that learning takes, so
a year is learned day by day in one pass, and each day can be scored by the days before it alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from digest.suggestions.learning.features import Features

DOUBT = 50
"""A lift counts as if the feature had been seen so often more, and picked as papers at large."""
LEAST_SEEN = 3
"""What was seen less often has no lift."""
AUTHORS = 3
"""Of a paper, that count: those with the most telling lifts. Else one team of thirty who always
write together would outvote all words."""


@dataclass(slots=True)
class Counts:
    """How many papers had each feature of one kind, and how many of them were picked."""

    listed: Counter[str] = field(default_factory=Counter)
    picked: Counter[str] = field(default_factory=Counter)

    def add(self, names: Iterable[str], *, picked: bool) -> None:
        names = list(names)
        self.listed.update(names)
        if picked:
            self.picked.update(names)


@dataclass(slots=True)
class Taste:
    """What was learned from some days."""

    papers: int = 0
    picks: int = 0
    words: Counts = field(default_factory=Counts)
    titles: Counter[str] = field(default_factory=Counter)
    """How many papers have each word in their title."""
    authors: Counts = field(default_factory=Counts)
    organizations: Counts = field(default_factory=Counts)

    def learn(self, day: Iterable[tuple[Features, bool]]) -> None:
        """Add a day: each of its papers, and whether it was picked."""
        for paper, picked in day:
            self.papers += 1
            self.picks += picked
            self.words.add(paper.words, picked=picked)
            self.titles.update(paper.title)
            self._add_names(paper, picked=picked)

    def learn_names(self, picked: Iterable[Features]) -> None:
        """Add papers that were picked without rivals: their authors and organizations."""
        for paper in picked:
            self._add_names(paper, picked=True)

    def score(self, papers: Iterable[Features]) -> list[float]:
        """Return the score of each paper. Before anything is picked all are 0."""
        words = self.lifts(self.words)
        authors = self.lifts(self.authors)
        organizations = self.lifts(self.organizations)
        return [
            sum(map(words.__getitem__, paper.words))
            + sum(sorted(map(authors.__getitem__, paper.authors), key=abs)[-AUTHORS:])
            + organizations[paper.organization]
            for paper in papers
        ]

    def _add_names(self, paper: Features, *, picked: bool) -> None:
        self.authors.add(paper.authors, picked=picked)
        self.organizations.add(filter(None, [paper.organization]), picked=picked)

    def lifts(self, counts: Counts) -> Lifts:
        """Return the lifts of one kind of features."""
        return Lifts(counts, self.picks / self.papers if self.papers else 0.0)


class Lifts(dict[str, float]):
    """The lift of each feature that is looked up. One that says nothing has 0."""

    def __init__(self, counts: Counts, share: float) -> None:
        super().__init__()
        self.counts, self.share = counts, share

    def __missing__(self, name: str) -> float:
        seen, expected = self.counts.listed[name], DOUBT * self.share
        if seen < LEAST_SEEN or not self.share:
            value = 0.0
        else:
            picked = self.counts.picked[name] + expected
            value = math.log(picked / (seen * self.share + expected))
        self[name] = value
        return value
