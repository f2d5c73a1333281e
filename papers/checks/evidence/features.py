"""What speaks for each sentence of a paper as the one that a claim rests on.

Most telling are the word-translation chances of IBM Model 1 (Brown et al. 1993), read in both
directions against how often a word stands anywhere.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from papers.checks.evidence.model import SCALE, Model
from papers.checks.evidence.words import Words, words

ANYWHERE = 0.1
"""The share of words that may come from anywhere, so that one odd word rules nothing out."""
RARE = 1e-5
"""How often a word stands that the model does not know."""
SAME = 800
"""The chance, in thousandths, that a Latin word is taken over as it is."""
RARE_NAME = 8.0
_OPENING = 12  # Words of a sentence whose use tells what the sentence is for.
_LOWER = re.compile(r"[a-z]+")
_UNSUPPORTED = math.log(ANYWHERE)
_SOMEWHERE = (1 - ANYWHERE) / ANYWHERE


@dataclass(frozen=True, slots=True)
class IndexedPaper:
    """The sentences of a paper, indexed by their words."""

    sentences: Sequence[str]
    words: Sequence[Words]
    lengths: Sequence[int]
    """How many different words each sentence has."""
    having: dict[str, list[int]]
    """The numbers of the sentences that have a word."""
    naming: dict[str, list[int]]
    """The numbers of the sentences that have a name."""
    openings: Sequence[float]
    numbers: frozenset[Fraction]
    gained: dict[str, dict[int, float]] = field(default_factory=dict)
    """What `gains` found of a claim's word. The claims of one paper share many words."""


def index(
    sentences: Sequence[str], model: Model, read: Callable[[str], Words] = words
) -> IndexedPaper:
    found = [read(sentence) for sentence in sentences]
    return IndexedPaper(
        sentences,
        found,
        [len(each.terms) for each in found],
        _inverted(each.terms for each in found),
        _inverted(each.names for each in found),
        [_opening(each, model) for each in sentences],
        frozenset().union(*(each.numbers for each in found)),
    )


def _inverted(rows: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """Return, for each word, the numbers of the rows that have it."""
    having: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(rows):
        for word in each:
            having[word].append(number)
    return dict(having)


def _opening(sentence: str, model: Model) -> float:
    return math.fsum(model.openings.get(sign, 0) for sign in opening_signs(sentence))


def opening_signs(sentence: str) -> set[str]:
    """Return the first words of a sentence, their pairs, and the first four with a mark."""
    first = _LOWER.findall(sentence[:200].lower())[:_OPENING]
    pairs = (f"{one} {other}" for one, other in pairwise(first))
    return {*first, *pairs, *(f"^{word}" for word in first[:4])}


FEATURES = (
    "forward", "backward", "backward in all", "names", "numbers", "opening", "before", "after",
)  # fmt: skip
Row = list[float]


@dataclass(frozen=True, slots=True)
class Gain:
    """How much likelier sentences make a word of the claim than other texts do."""

    count: int
    """How often the claim has the word."""
    in_sentence: dict[int, float]
    """The logarithm for each sentence that may have brought it forth."""


def gains(claim: Words, paper: IndexedPaper, model: Model) -> list[Gain]:
    for term in claim.terms.keys() - paper.gained.keys():
        paper.gained[term] = _gained(term, paper, model)
    return [Gain(count, paper.gained[term]) for term, count in claim.terms.items()]


def _gained(term: str, paper: IndexedPaper, model: Model) -> dict[int, float]:
    chances: defaultdict[int, float] = defaultdict(float)
    lengths = paper.lengths
    for other, thousandths in _counterparts(term, model.forward).items():
        share = thousandths / SCALE
        for number in paper.having.get(other, ()):
            chances[number] += share / lengths[number]
    rarity = model.claimed.get(term) or model.stated.get(term, RARE)
    return {at: _gain(chance, rarity) for at, chance in chances.items()}


def features(claim: Words, gained: Sequence[Gain], paper: IndexedPaper, model: Model) -> list[Row]:
    """Return the features of each sentence, in the order of FEATURES."""
    forward = _forward(claim, gained, paper)
    backward = _backward(claim, paper, model)
    shared = _names(claim, paper, model)
    near = [f + (b + n) / 2 for f, b, n in zip(forward, backward, shared, strict=True)]
    near = [least := min(near, default=0), *near, least]
    return [
        [
            forward[at],
            backward[at],
            backward[at] * paper.lengths[at] / 10,
            shared[at],
            float(len(claim.numbers & each.numbers)),
            paper.openings[at] / 3,
            near[at],
            near[at + 2],
        ]
        for at, each in enumerate(paper.words)
    ]


def _forward(claim: Words, gained: Sequence[Gain], paper: IndexedPaper) -> list[float]:
    """Return for each sentence the mean logarithm of how much likelier it makes a claim's word."""
    sums = [0.0] * len(paper.sentences)
    for each in gained:
        for number, gain in each.in_sentence.items():
            sums[number] += each.count * gain
    total = sum(claim.terms.values()) or 1
    return [_UNSUPPORTED + each / total for each in sums]


def _backward(claim: Words, paper: IndexedPaper, model: Model) -> list[float]:
    """Return the same for the words of each sentence, given the claim."""
    chances: defaultdict[str, float] = defaultdict(float)
    for term in claim.terms:
        for other, thousandths in _counterparts(term, model.backward).items():
            chances[other] += thousandths / SCALE / len(claim.terms)
    sums = [0.0] * len(paper.sentences)
    for other, chance in chances.items():
        for number in paper.having.get(other, ()):
            sums[number] += _gain(chance, model.stated.get(other, RARE))
    pairs = zip(sums, paper.lengths, strict=True)
    return [_UNSUPPORTED + each / max(1, length) for each, length in pairs]


def _counterparts(term: str, table: Mapping[str, Mapping[str, int]]) -> Mapping[str, int]:
    """Return the words that a claim's word may stand for. A Latin word may stand for itself."""
    pairs = table.get(term, {})
    if term >= "ㄱ" or pairs.get(term, 0) >= SAME:
        return pairs
    return {**pairs, term: SAME}


def _gain(chance: float, rarity: float) -> float:
    return math.log1p(_SOMEWHERE * chance / rarity)


def _names(claim: Words, paper: IndexedPaper, model: Model) -> list[float]:
    """Return for each sentence how rare the names are that it shares with the claim."""
    rarities = [0.0] * len(paper.words)
    for at in {number for name in claim.names for number in paper.naming.get(name, ())}:
        rarities[at] = rarity(claim.names & paper.words[at].names, model)
    return rarities


def rarity(names: Iterable[str], model: Model) -> float:
    """Return how rare names are together, as a multiple of one that the model does not know."""
    # `fsum` knows no order, and sets have none.
    return math.fsum(model.names.get(name, RARE_NAME) for name in names) / RARE_NAME


def likelihood(terms: Iterable[str], paper: IndexedPaper, at: int, model: Model) -> float:
    """Return how much likelier one sentence makes any of these words, as a logarithm."""
    there = paper.words[at].terms
    thousandths = sum(
        chance
        for term in terms
        for other, chance in model.forward.get(term, {}).items()
        if other in there
    )
    usual = sum(model.claimed.get(term, 0.0) for term in terms) or RARE
    return _gain(thousandths / SCALE / max(1, len(there)), usual)
