"""Finds where a Korean claim says the opposite of the sentences that it rests on.

The words of both sides are compared. What a claim denies or turns round, its evidence has to deny
or turn round as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from papers.checks.evidence.features import IndexedPaper, likelihood
from papers.checks.evidence.model import Model


class Contrast(StrEnum):
    DENIED = "denied"
    """The claim denies what its evidence says."""
    TURNED = "turned"
    """The claim turns the direction round: what rose, falls."""


# --- Denial ---------------------------------------------------------------------------------------
# "잘못" (wrong) and "못지않" (no less) deny nothing.
_DENIAL = re.compile(r"[않없]|(?<!잘)못(?!지)|아니[다며라한함]|아님")
_DENIED_AT_END = re.compile(rf"(?:{_DENIAL.pattern})[^\s]{{0,3}}[\s.]*\Z")
_NOT = re.compile(
    r"""\b(?:not|no|nor|never|neither|none|without|cannot|unable|hardly|rarely|impossible|free
        |regardless|irrespective|agnostic|missing|unlike
        |(?:fail|lack|absen|avoid|eliminat|overlook|ignor|neglect|struggl|remov|discard|prevent
        |bypass|obviat|insufficien|inadequa|inabilit|incapab|unse)\w*)\b
    |n['’]t\b | \w-free\b""",
    re.VERBOSE | re.IGNORECASE,
)
# A part of a sentence may also be denied by the beginning or the end of a word: "unsafe".
_WITHIN_WORD = re.compile(
    r"\b(?:un|non-?|in|im|ir|il|dis|mis)[a-z]{4}|less(?:ly)?\b|\b(?:rather|instead|only)\b",
    re.IGNORECASE,
)


def is_denied(claim: str, best: Sequence[str]) -> bool:
    """Return whether a claim denies what none of its evidence denies.

    If the claim denies as a whole, at its end, the best sentence has to. Else some part is denied,
    which either of the two best may do in any way.
    """
    if _DENIED_AT_END.search(claim):
        return not _NOT.search(best[0])
    if not _DENIAL.search(claim):
        return False
    return not any(_NOT.search(each) or _WITHIN_WORD.search(each) for each in best[:2])


# --- Direction ------------------------------------------------------------------------------------
class Side(NamedTuple):
    """Words of one direction: Korean ones of two syllables, and the beginnings of English ones."""

    korean: tuple[str, ...]
    english: re.Pattern[str]


def _side(korean: str, english: str) -> Side:
    return Side(tuple(korean.split()), re.compile(rf"\b(?:{english})", re.IGNORECASE))


_RISING = (
    "improv|enhanc|increas|high|better|boost|outperform|superior|strong|strength|rais|maxim|gain"
    "|surpass|more|excel|robust|advanc|best|grow|effective|impress|exceed|rich|ampl|elevat|great"
    "|remarkab|signific|efficien|state-of-the-art|augment|promot|reinforc|refin|scal|fast|quick"
    "|rapid|accelerat|speed"
)
_FALLING = (
    "reduc|decreas|low|degrad|drop|declin|wors|minimi|less|small|few|weak|mitigat|cut|shrink"
    "|compress|sav|lightweight|deteriorat|undermin|fall|hinder|hurt|suffer|limit|inferior|impair"
    "|collaps|losing|diminish|alleviat|exacerbat|compromis|lag|poor|fail|struggl|shorten"
    "|slow"
)
_OPPOSITES = tuple(
    (_side(rising, _RISING), _side(falling, _FALLING))
    for rising, falling in (
        ("향상 개선 강화 우수", "저하 악화 약화 열등 떨어"),
        (
            "증가 늘리 늘어 늘려 높은 높이 높아 높여",
            "감소 줄이 줄여 줄어 줄인 낮은 낮추 낮아 낮춰 절감",
        ),
        ("빠른 빠르", "느린 느리"),
    )
)
_LEARNING = re.compile(r"강화\s?학습")  # Reinforcement learning reinforces nothing.
_LEAST = 0.5
"""By how much, as a logarithm, the other direction has to be likelier."""


def is_turned(claim: str, paper: IndexedPaper, best: Sequence[int], model: Model) -> bool:
    """Return whether a claim says a direction whose opposite its evidence says."""
    said, first = _LEARNING.sub("", claim), paper.sentences[best[0]]
    return any(
        other.english.search(first)
        and not side.english.search(first)
        and _likelihood(other, best, paper, model) > _likelihood(side, best, paper, model) + _LEAST
        for one, two in _OPPOSITES
        for side, other in ((one, two), (two, one))
        if any(word in said for word in side.korean)
    )


def _likelihood(side: Side, best: Sequence[int], paper: IndexedPaper, model: Model) -> float:
    """Return how much likelier the evidence makes the words of a side than other texts do."""
    return max(likelihood(side.korean, paper, at, model) for at in best[:2])


def contrasts(claim: str, paper: IndexedPaper, best: Sequence[int], model: Model) -> list[Contrast]:
    found = []
    if is_denied(claim, [paper.sentences[at] for at in best[:2]]):
        found.append(Contrast.DENIED)
    if is_turned(claim, paper, best, model):
        found.append(Contrast.TURNED)
    return found
