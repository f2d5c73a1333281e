"""Makes the model file of `papers/drafting/extract/roles.py` from CSAbstruct's training abstracts.

    python -m tests.benchmarks.quality.roles_training CSABSTRUCT/train.jsonl.gz FILE

It needs NumPy and SciPy, which are not part of the site's environment. Install them into a separate
environment (the file was made with numpy 2.4 and scipy 1.17). Training is deterministic: the same
versions make the same file. It takes one minute on one core, and 400 MB.
"""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import logsumexp

from papers.drafting.extract.role_features import features
from papers.drafting.extract.roles import Role

# Chosen by five-fold cross-validation on the training abstracts. Scores hardly change around them.
L2 = 20.0
RARE = 3  # A feature of fewer sentences is not learnt.
ITERATIONS = 60
FOLDS = 5
BIASES = np.arange(-1, 1.55, 0.1)
K = len(Role)


class Abstract(NamedTuple):
    features: list[set[str]]
    roles: list[int]
    agreement: list[float]
    """The share of annotators who chose each role."""


class Weights(NamedTuple):
    names: dict[str, int]
    unary: np.ndarray
    transitions: np.ndarray


def read(path: Path) -> list[Abstract]:
    rows = map(json.loads, gzip.decompress(path.read_bytes()).decode().splitlines())
    order = list(Role)
    return [
        Abstract(
            features(row["sentences"]),
            [order.index(label) for label in row["labels"]],
            row["confs"],
        )
        for row in rows
    ]


def train(abstracts: Sequence[Abstract]) -> Weights:
    """Return the maximum-likelihood weights, with L2 regularisation."""
    counts = Counter(chain.from_iterable(chain.from_iterable(a.features for a in abstracts)))
    known = sorted(name for name, count in counts.items() if count >= RARE)
    names = {name: at for at, name in enumerate(known)}
    problem = _Problem(_matrix(abstracts, names), _targets(abstracts), _places(abstracts))
    start = np.zeros((len(names) + K) * K)
    options = {"maxiter": ITERATIONS}
    found = minimize(problem, start, jac=True, method="L-BFGS-B", options=options)
    return Weights(names, *problem.split(found.x))


def chances(weights: Weights, abstracts: Sequence[Abstract]) -> np.ndarray:
    """Return the probability of each role, with a row for each sentence."""
    scores = _matrix(abstracts, weights.names) @ weights.unary
    return _forward_backward(scores, weights.transitions, _places(abstracts))[1]


def _matrix(abstracts: Sequence[Abstract], names: dict[str, int]) -> sparse.csr_matrix:
    rows = [
        sorted(names[each] for each in present if each in names)
        for present in chain.from_iterable(a.features for a in abstracts)
    ]
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter(chain.from_iterable(rows), dtype=np.int64)
    return sparse.csr_matrix((np.ones(ends[-1]), columns, ends), shape=(len(rows), len(names)))


def _targets(abstracts: Sequence[Abstract]) -> np.ndarray:
    """Return soft targets.

    Half of the annotators' disagreement goes to the other roles, in proportion to their frequency.
    """
    roles = np.concatenate([a.roles for a in abstracts])
    agreement = np.clip(np.concatenate([a.agreement for a in abstracts]), 0.3, 1)
    certain = np.eye(K)[roles]
    others = certain.mean(0) * (1 - certain)
    kept = 0.5 + 0.5 * agreement[:, None]
    return kept * certain + (1 - kept) * others / others.sum(1, keepdims=True)


def _places(abstracts: Sequence[Abstract]) -> np.ndarray:
    """Return a row for each abstract: the rows of its sentences, then -1."""
    lengths = [len(a.roles) for a in abstracts]
    places = np.full((len(lengths), max(lengths)), -1)
    places[np.arange(places.shape[1]) < np.array(lengths)[:, None]] = np.arange(sum(lengths))
    return places


class _Problem:
    """The negative log-likelihood and its gradient, for a minimiser."""

    def __init__(self, matrix: sparse.csr_matrix, targets: np.ndarray, places: np.ndarray) -> None:
        self.matrix, self.targets, self.places = matrix, targets, places
        self.transposed = matrix.T.tocsr()
        self.seen = self.transposed @ targets
        before, after = places[:, :-1][places[:, 1:] >= 0], places[:, 1:][places[:, 1:] >= 0]
        self.seen_pairs = targets[before].T @ targets[after]

    def split(self, point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return point[: -K * K].reshape(-1, K), point[-K * K :].reshape(K, K)

    def __call__(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        unary, transitions = self.split(point)
        scores = self.matrix @ unary
        total, found, pairs = _forward_backward(scores, transitions, self.places)
        fit = (scores * self.targets).sum() + (self.seen_pairs * transitions).sum() - total
        gradient = np.vstack([self.seen - self.transposed @ found, self.seen_pairs - pairs]).ravel()
        return L2 / 2 * point @ point - fit, L2 * point - gradient


def _forward_backward(
    scores: np.ndarray, transitions: np.ndarray, places: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the log partition function, each sentence's probabilities, the expected transitions.

    The partition function is the sum over all sequences of roles.
    """
    there, score = places >= 0, scores[places]
    forward, backward = np.zeros_like(score), np.zeros_like(score)
    forward[:, 0] = score[:, 0]
    for t in range(1, places.shape[1]):
        new = logsumexp(forward[:, t - 1, :, None] + transitions, axis=1) + score[:, t]
        forward[:, t] = np.where(there[:, t, None], new, forward[:, t - 1])
    pairs = np.zeros((K, K))
    totals = logsumexp(forward[:, -1], axis=1)
    for t in range(places.shape[1] - 1, 0, -1):
        ahead = transitions + (score[:, t] + backward[:, t])[:, None, :]
        backward[:, t - 1] = np.where(there[:, t, None], logsumexp(ahead, axis=2), 0)
        both = np.exp(forward[:, t - 1, :, None] + ahead - totals[:, None, None])
        pairs += both[there[:, t]].sum(0)
    found = np.exp(forward + backward - totals[:, None, None])
    return totals.sum(), found[there], pairs


def macro_f1(roles: np.ndarray, found: np.ndarray) -> float:
    """Return the mean of the roles' F1 scores."""
    table = np.zeros((K, K))
    np.add.at(table, (roles, found), 1)
    return float((2 * table.diagonal() / (table.sum(0) + table.sum(1))).mean())


def choose_bias(abstracts: Sequence[Abstract]) -> np.ndarray:
    """Return what to add to each role's log probability for the best macro F1.

    It is measured on held-out abstracts.
    """
    logs, roles = [], []
    for fold in range(FOLDS):
        held_out = abstracts[fold::FOLDS]
        weights = train([a for at, a in enumerate(abstracts) if at % FOLDS != fold])
        logs.append(np.log(chances(weights, held_out) + 1e-9))
        roles += chain.from_iterable(a.roles for a in held_out)
    log, role, bias = np.vstack(logs), np.array(roles), np.zeros(K)
    for _ in range(2):
        for column in (4, 1, 3, 2):  # `other` and `objective` first, because they are the rarest.
            tries = [np.where(np.arange(K) == column, value, bias) for value in BIASES]
            bias = max(tries, key=lambda each: macro_f1(role, (log + each).argmax(1)))
    print(f"held out: macro F1 {macro_f1(role, (log + bias).argmax(1)):.3f}, bias {bias.round(1)}")
    return bias


def as_file(weights: Weights, bias: np.ndarray) -> bytes:
    """Return the weights as whole numbers from -127 to 127, without features that become 0."""
    scale = round(float(np.abs(weights.unary).max()) / 127, 6)
    steps = np.rint(weights.unary / scale).astype(int)
    model: dict[str, Any] = {
        "scale": scale,
        "transitions": weights.transitions.round(4).tolist(),
        "bias": bias.round(1).tolist(),
        "weights": {
            name: steps[at].tolist() for name, at in weights.names.items() if steps[at].any()
        },
    }
    text = json.dumps(model, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("abstracts", type=Path)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    abstracts = read(options.abstracts)
    bias = choose_bias(abstracts)
    options.file.write_bytes(as_file(train(abstracts), bias))
    print(f"{options.file}: {options.file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
