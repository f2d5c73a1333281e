"""Learns from days in order, and ranks a day by those before it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from digest.suggestions.learning import weights
from digest.suggestions.learning.features import Features
from digest.suggestions.learning.reasons import Reason, reasons, reasons_of_late
from digest.suggestions.learning.taste import Taste
from digest.suggestions.learning.weights import Choice, Weights

ENOUGH = 30
"""Picks that must be known before more than votes counts."""
SCORED_FROM = 10
"""Picks that a day's score must rest on to say anything about the weights."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A listed paper, as it was when the editors chose."""

    key: Any
    """What the caller knows it by."""
    features: Features
    votes: int | None
    rank: int
    """Its place in the source's list. Papers with as many votes stand in this order."""
    picked: bool = False
    late: bool = False
    """Whether it was listed when the editors had begun. Nobody knows if they saw it."""
    paper: Any = None
    """What it is known by on all days."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A paper in its place, with at most three reasons."""

    paper: Paper
    reasons: list[Reason]


@dataclass(slots=True)
class Learner:
    """What the days given so far say. Give them in order."""

    taste: Taste = field(default_factory=Taste)
    days: list[list[Choice]] = field(default_factory=list)
    """Days with picks, each scored by what was known before it."""
    known: set[Any] = field(default_factory=set)
    """The papers that were picked."""

    @property
    def picks(self) -> int:
        return self.taste.picks

    def learn(self, papers: Sequence[Paper], chosen: Mapping[Any, Features] | None = None) -> None:
        """Add a day. One without a pick says nothing: perhaps nobody was there.

        Of what was `chosen` otherwise, by `Paper.paper`, the names alone are learned: it had no
        rivals. What is known to be picked does not count again.
        """
        new = (chosen or {}).keys() - self.known
        self.taste.learn_names((chosen or {})[key] for key in new)
        self.known |= new
        papers = [paper for paper in papers if not paper.late]
        if not any(paper.picked for paper in papers):
            return
        self.known.update(paper.paper for paper in papers if paper.picked)
        if self.picks >= SCORED_FROM:
            self.days.append(self._choices(by_votes(papers)))
        self.taste.learn((paper.features, paper.picked) for paper in papers)

    def weights(self) -> Weights:
        """Return the weights of votes and taste. Taste has none while it would not help."""
        return weights.fit(self.days) if self.picks >= ENOUGH else weights.VOTES_ALONE

    def rank(self, papers: Sequence[Paper], given: Weights | None = None) -> list[Suggestion]:
        """Return a day's papers, the best first. Whether they are picked does not matter.

        Late ones follow the others, and move none of them.
        """
        given = given or self.weights()
        in_order = by_votes([paper for paper in papers if not paper.late])
        choices = self._choices(in_order)
        scores = [given.votes * one.votes + given.taste * one.taste for one in choices]
        taste = self.taste if given.taste else None
        suggestions = [
            Suggestion(
                paper := in_order[place],
                reasons(paper.features, paper.votes, place + 1, taste),
            )
            for place in sorted(range(len(scores)), key=lambda place: -scores[place])
        ]
        after = by_votes([paper for paper in papers if paper.late])
        return suggestions + [
            Suggestion(one, reasons_of_late(one.features, taste)) for one in after
        ]

    def _choices(self, in_order: Sequence[Paper]) -> list[Choice]:
        scores = self.taste.score(paper.features for paper in in_order)
        return [
            Choice(-math.log1p(place), score, paper.picked)
            for place, (paper, score) in enumerate(zip(in_order, scores, strict=True))
        ]


def by_votes(papers: Sequence[Paper]) -> list[Paper]:
    """Return papers, the one with most votes first. What nobody counts votes of comes last."""
    return sorted(papers, key=lambda one: (-1 if one.votes is None else one.votes, -one.rank))[::-1]
