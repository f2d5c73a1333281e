"""Hangul: pairs of syllables, and words without the particles that they end in."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

ALONE = "_"
"""What a syllable that is a word by itself ends in, as a term: 뇌_."""

# Particles (조사). Of several in a row each is taken off in turn, so few here consist of others.
# 지 and 서 are not among them: too many nouns end so.
_PARTICLES = """
    은 는 이 가 을 를 의 에 와 과 도 만 로 나 며 고 랑 야 께 뿐 씩 든 란 여 들
    으로 에서 에게 에게서 한테 한테서 께서 부터 까지 마저 조차 밖에 처럼 같이 만큼 보다 대로 마다
    라도 이라도 이나 나마 이나마 라고 이라고 라는 이라는 이란 이랑 이야 야말로 이야말로
    든지 이든 이든지 로서 으로서 로써 으로써 라면 이라면 라서 이라서
"""
# What makes a verb or an adjective of a noun, and how such a verb ends.
_VERBS = """하 되 시키 이"""
_VERB_ENDINGS = """
    다 는 는데 고 며 면 면서 지 지만 기 므로 도록 게 고자 자 어 여 어서 여서
    었다 였다 었고 였고 었으며 였으며
"""
_CONTRACTED = """
    하고 한 한다 할 함 해 해서 했다 했고 했으며 했던 합니다 했습니다
    된 된다 될 됨 돼 돼서 됐다 됩니다 되었습니다 시킨 시킨다 시킬 시킴 시켜 시켜서 시켰다
    인 입니다 적 적인 적으로
"""
_ENDINGS = frozenset(
    [
        *_PARTICLES.split(),
        *map("".join, product(_VERBS.split(), _VERB_ENDINGS.split())),
        *_CONTRACTED.split(),
    ]
)
_LONGEST = max(map(len, _ENDINGS))


def pairs(run: str) -> list[str]:
    """Return the pairs of neighbouring syllables, in order. A single syllable has none."""
    return [run[at : at + 2] for at in range(len(run) - 1)]


def is_ending(run: str) -> bool:
    """Return whether a run consists of particles and endings only, as 에서는 does."""
    return "" in _stripped(run)


def alone(run: str) -> str:
    """Return the syllable that is the whole word, without its particles, else ""."""
    return next((word for word in (run, *_stripped(run)) if len(word) == 1), "")


def readings(run: str) -> list[str]:
    """Return the words that a run may be, the longest first: itself, and without its endings.

    차이 only looks as if it ended in a particle, so both readings stay. Each has two syllables at
    least.
    """
    found = {run, *_stripped(run)}
    return sorted((word for word in found if len(word) > 1), key=len, reverse=True)


@lru_cache(maxsize=50_000)
def _stripped(run: str) -> frozenset[str]:
    """Return what remains of a run after each number of its endings was taken off."""
    ends, found = [len(run)], set[int]()
    while ends:
        end = ends.pop()
        begins = {
            end - n for n in range(1, min(_LONGEST, end) + 1) if run[end - n : end] in _ENDINGS
        }
        ends += begins - found
        found |= begins
    return frozenset(run[:end] for end in found)
