"""Makes the model file of `papers/checks/evidence/` from sentences with their known evidence.

    python -m tests.benchmarks.quality.evidence_training EVIDENCE.jsonl.gz FILE

It needs NumPy and SciPy, which are not part of the site's environment. Install them into a separate
environment. Training is deterministic: the same versions make the same file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from papers.checks.evidence import features, matching
from papers.checks.evidence.model import SCALE, Model
from papers.checks.evidence.words import Words, words

PAPERS = 3  # A pair of words of fewer papers is not learnt.
ITERATIONS = 9
FOLDS = 5
RARE_SIGN = 20
NOTHING = ""  # The word from which all that has no counterpart comes.
MANY = 300
FEW = math.log(50)
FALSE_ALARMS = 0.017  # The final tables know more words: fewer are doubted on new papers.
L2 = 1e-3


class Claim(NamedTuple):
    paper: str
    text: str
    sentences: tuple[str, ...]
    gold: int


def read(path: Path, label: str) -> list[Claim]:
    rows = map(json.loads, gzip.decompress(path.read_bytes()).decode().splitlines())
    return [
        Claim(row["paper"], row["claim"], tuple(row["sentences"]), row.get("gold", -1))
        for row in rows
        if row["label"] == label
    ]


def fold(paper: str, folds: int = FOLDS, salt: str = "") -> int:
    return zlib.crc32((salt + paper).encode()) % folds


_words: dict[str, Words] = {}


def read_words(text: str) -> Words:
    if text not in _words:
        _words[text] = words(text)
    return _words[text]


# --- Translation ----------------------------------------------------------------------------------
Chances = dict[tuple[str, str], float]


def chances(pairs: Sequence[tuple[Counter[str], Counter[str]]]) -> Chances:
    """Return the chance that the second's word brings forth the first's: IBM Model 1 by EM."""
    firsts: dict[str, int] = {}
    seconds: dict[str, int] = {NOTHING: 0}
    first, second, place, count = [], [], [], []
    places = 0
    for ours, theirs in pairs:
        origins = [0, *(seconds.setdefault(word, len(seconds)) for word in theirs)]
        for word, times in ours.items():
            number = firsts.setdefault(word, len(firsts))
            first += [number] * len(origins)
            second += origins
            place += [places] * len(origins)
            count += [float(times)] * len(origins)
            places += 1
    keys = np.array(first, np.int64) * len(seconds) + np.array(second)
    known, which = np.unique(keys, return_inverse=True)
    origin = known % len(seconds)
    at, counts = np.array(place), np.array(count)
    table = np.ones(len(known))
    for _ in range(ITERATIONS):
        table /= np.bincount(origin, table)[origin]
        share = table[which]
        share = share / np.bincount(at, share)[at] * counts
        table = np.bincount(which, share, len(known))
    table /= np.bincount(origin, table)[origin]
    ours, theirs = list(firsts), list(seconds)
    return {
        (ours[key // len(seconds)], theirs[key % len(seconds)]): float(chance)
        for key, chance in zip(known.tolist(), table, strict=True)
        if chance > 0.5 / SCALE
    }


def shares(counts: Counter[str]) -> dict[str, float]:
    total = sum(counts.values())
    return {
        word: float(f"{count / total:.3g}") for word, count in counts.items() if count >= PAPERS
    }


def tables(claims: Sequence[Claim]) -> Model:
    """Return the model without its weights."""
    pairs = [
        (each.paper, read_words(each.text).terms, read_words(each.sentences[each.gold]).terms)
        for each in claims
    ]
    papers_of: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for paper, ours, theirs in pairs:
        for one in ours:
            for other in theirs:
                papers_of[one, other].add(paper)
    common = {pair for pair, papers in papers_of.items() if len(papers) >= PAPERS}
    theirs_once = [(ours, Counter(sorted(theirs))) for _, ours, theirs in pairs]
    forward = chances(theirs_once)
    backward = chances([(theirs, Counter(sorted(ours))) for ours, theirs in theirs_once])
    sentences = {each.paper: each.sentences for each in claims}
    stated = Counter(
        term for each in sentences.values() for text in each for term in read_words(text).terms
    )
    return Model(
        forward=_nested(forward, common),
        backward=_nested({(one, other): c for (other, one), c in backward.items()}, common),
        claimed=shares(Counter(chain.from_iterable(ours.elements() for _, ours, _ in pairs))),
        stated=shares(stated),
        names=_rarity(sentences.values()),
        openings=_openings(claims),
        ranking=[],
        support=[],
    )


def _nested(found: Chances, common: set[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (one, other), chance in sorted(found.items()):
        if (one, other) in common and (whole := round(chance * SCALE)):
            nested[one][other] = whole
    return dict(nested)


def _rarity(papers: Iterable[Sequence[str]]) -> dict[str, float]:
    papers = list(papers)
    counts = Counter(
        name for each in papers for name in {n for text in each for n in read_words(text).names}
    )
    return {
        name: round(math.log(len(papers) / count), 2)
        for name, count in sorted(counts.items())
        if count >= PAPERS
    }


def _openings(claims: Sequence[Claim]) -> dict[str, float]:
    quoted, others = Counter[str](), Counter[str]()
    for each in claims:
        for at, text in enumerate(each.sentences):
            (quoted if at == each.gold else others).update(features.opening_signs(text))
    rest = sum(len(each.sentences) - 1 for each in claims)
    return {
        sign: round(
            math.log((quoted[sign] + 1) / (len(claims) + 2))
            - math.log((others[sign] + 1) / (rest + 2)),
            2,
        )
        for sign in sorted({*quoted, *others})
        if quoted[sign] + others[sign] >= RARE_SIGN
    }


# --- Weights --------------------------------------------------------------------------------------
Rows = tuple[np.ndarray, int]  # The features of a claim's sentences, and which is the right one.


def ranking(examples: Sequence[Rows]) -> list[float]:
    """Return the weights with which the right sentences are likeliest (softmax over a claim's)."""
    rows = np.vstack([each for each, _ in examples])
    spread = rows.std(0) + 1e-9
    scaled = [(each / spread, gold) for each, gold in examples]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = L2 * len(scaled) * weights @ weights, 2 * L2 * len(scaled) * weights
        for each, gold in scaled:
            scores = each @ weights
            chance = np.exp(scores - logsumexp(scores))
            total -= math.log(chance[gold] + 1e-300)
            slope = slope + each.T @ chance - each[gold]
        return total, slope

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
    return [round(float(each), 4) for each in found.x / spread]


def support(right: np.ndarray, wrong: np.ndarray) -> list[float]:
    """Return the weights that tell a claim's paper from others.

    The share of claims that are doubted on their own paper is FALSE_ALARMS, among few sentences
    as among many.
    """
    rows = np.vstack([right, wrong])
    labels = np.array([1.0] * len(right) + [0.0] * len(wrong))
    spread = rows.std(0) + 1e-9
    spread[-1] = 1
    scaled = rows / spread

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = scaled @ weights
        total = np.logaddexp(0, -np.where(labels == 1, scores, -scores)).sum() + weights @ weights
        return total, scaled.T @ (expit(scores) - labels) + 2 * weights

    weights = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x / spread
    candidates = right[:, -2]
    sizes, least = [], []
    for part in (right[candidates < FEW], right[candidates >= FEW]):
        sizes.append(part[:, -2].mean())
        least.append(np.quantile(part @ weights, FALSE_ALARMS))
    slope = (least[1] - least[0]) / (sizes[1] - sizes[0])
    weights[-2] -= slope
    weights[-1] -= least[0] - slope * sizes[0]
    return [round(float(each), 4) for each in weights]


def train(claims: Sequence[Claim], folds: int = 3) -> Model:
    """Return a model. Its weights are learnt from claims whose papers its tables do not know."""
    examples: list[Rows] = []
    seen: list[tuple[Claim, Model]] = []
    for number in range(folds):
        inside = [each for each in claims if fold(each.paper, folds, "inner") != number]
        partial = tables(inside)
        for each in claims:
            if fold(each.paper, folds, "inner") == number:
                seen.append((each, partial))
                examples.append((np.array(_rows(each.text, each.sentences, partial)), each.gold))
    weights = ranking(examples)
    right, wrong = [], []
    random = Random(1)
    for at, (each, partial) in enumerate(seen):
        weighed = partial._replace(ranking=weights)
        few = random.choice(seen)[0].sentences
        right.append(_signs(each.text, each.sentences, weighed))
        wrong.append(_signs(each.text, few, weighed))
        if at % 4 == 0:
            many = others(claims, each.paper, MANY, random)
            right.append(_signs(each.text, (*each.sentences, *many)[:MANY], weighed))
            wrong.append(_signs(each.text, many, weighed))
    return tables(claims)._replace(
        ranking=weights, support=support(np.array(right), np.array(wrong))
    )


def others(claims: Sequence[Claim], paper: str, count: int, random: Random) -> tuple[str, ...]:
    """Return so many sentences of other papers, those of one paper beside each other."""
    found: list[str] = []
    while len(found) < count:
        each = random.choice(claims)
        if each.paper != paper:
            found += each.sentences
    return tuple(found[:count])


def _rows(text: str, sentences: Sequence[str], model: Model) -> list[list[float]]:
    said, paper = read_words(text), index(sentences, model)
    return features.features(said, features.gains(said, paper, model), paper, model)


def _signs(text: str, sentences: Sequence[str], model: Model) -> list[float]:
    said, paper = read_words(text), index(sentences, model)
    gained = features.gains(said, paper, model)
    rows = features.features(said, gained, paper, model)
    scores = [matching.weighed(row, model.ranking) for row in rows]
    return matching.signs(said, gained, paper, rows, scores, model)


def index(sentences: Sequence[str], model: Model) -> features.IndexedPaper:
    return features.index(sentences, model, read=read_words)


def write(model: Model, path: Path) -> None:
    text = json.dumps(model._asdict(), ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("evidence", type=Path)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    write(train(read(options.evidence, "own")), options.file)


if __name__ == "__main__":
    main()
