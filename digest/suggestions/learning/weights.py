"""The weights of votes and of taste, learned from days whose picks are known.

It is a conditional logit (McFadden 1974): of a day's papers each pick falls on one with a chance
proportional to exp(its score). So days of all sizes count by their picks, and nothing has to be
said about how many papers an editor picks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

ROUNDS = 30
CLOSE = 1e-6
SURE = 1.64
"""Standard errors above 0 that the weight of taste must lie, or it is 0. Picks that follow nothing
but votes, or chance, come so far in one of twenty cases."""
SPREAD = 2.0
"""How far weights may lie from those of votes alone without much evidence."""


class Weights(NamedTuple):
    votes: float
    taste: float


VOTES_ALONE = Weights(1.0, 0.0)


class Choice(NamedTuple):
    """One paper of a day as the days before it saw it."""

    votes: float
    taste: float
    picked: bool


def fit(days: Iterable[Sequence[Choice]]) -> Weights:
    """Return the weights under which the picks are most likely. In doubt they are VOTES_ALONE."""
    votes, taste = VOTES_ALONE
    known = [day for day in days if len(day) > 1]
    for _ in range(ROUNDS):
        slope, bend = _at(known, votes, taste)
        step = _solved(bend, slope)
        votes, taste = votes + step[0], taste + step[1]
        if max(map(abs, step)) < CLOSE:
            break
    _, (a, b, c) = _at(known, votes, taste)
    error = math.sqrt(a / (a * c - b * b))
    return Weights(max(votes, 0.0), taste) if taste > SURE * error else VOTES_ALONE


def _at(
    days: Iterable[Sequence[Choice]], votes: float, taste: float
) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """Return slope and curvature (negated) of the logarithm of the likelihood, with the prior's."""
    prior = 1 / SPREAD**2
    slope = [(VOTES_ALONE.votes - votes) * prior, (VOTES_ALONE.taste - taste) * prior]
    bend = [prior, 0.0, prior]
    for day in days:
        picks = sum(one.picked for one in day)
        scores = [votes * one.votes + taste * one.taste for one in day]
        top = max(scores)
        chances = [math.exp(score - top) for score in scores]
        total = sum(chances)
        v = t = vv = vt = tt = 0.0
        for chance, one in zip(chances, day, strict=True):
            v += chance * one.votes
            t += chance * one.taste
            vv += chance * one.votes * one.votes
            vt += chance * one.votes * one.taste
            tt += chance * one.taste * one.taste
        v, t, vv, vt, tt = v / total, t / total, vv / total, vt / total, tt / total
        slope[0] += sum(one.votes for one in day if one.picked) - picks * v
        slope[1] += sum(one.taste for one in day if one.picked) - picks * t
        bend[0] += picks * (vv - v * v)
        bend[1] += picks * (vt - v * t)
        bend[2] += picks * (tt - t * t)
    return (slope[0], slope[1]), (bend[0], bend[1], bend[2])


def _solved(bend: tuple[float, float, float], slope: tuple[float, float]) -> tuple[float, float]:
    """Return the step of Newton's method: the solution of two linear equations."""
    a, b, c = bend
    determinant = a * c - b * b
    return (c * slope[0] - b * slope[1]) / determinant, (a * slope[1] - b * slope[0]) / determinant
