"""Measures how well the roles of an abstract's sentences are found, on CSAbstruct's `dev`.

    python -m tests.benchmarks.quality.roles CSABSTRUCT

If scikit-learn is installed, the shipped model is compared with a plain baseline, trained on
`train` (tf-idf of the sentence and its neighbours, position, logistic regression). scikit-learn is
not part of the site's environment.
"""

import argparse
import gzip
import importlib.util
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from papers.drafting.extract import roles
from papers.drafting.extract.roles import Role

AGREED = 0.7  # The share of annotators from which on they count as agreed.


class Labelled(NamedTuple):
    sentences: list[str]
    roles: list[str]
    agreement: list[float]
    """The share of annotators who chose each role."""


class Figures(NamedTuple):
    precision: dict[Role, float]
    recall: dict[Role, float]
    f1: dict[Role, float]
    macro_f1: float
    accuracy: float
    accuracy_where_agreed: float


def read(path: Path) -> list[Labelled]:
    rows = map(json.loads, gzip.decompress(path.read_bytes()).decode().splitlines())
    return [Labelled(row["sentences"], row["labels"], row["confs"]) for row in rows]


def shipped(abstracts: Iterable[Labelled]) -> list[str]:
    """Return the role of every sentence by the site's own model, one abstract after the other."""
    return [role for each in abstracts for role in roles.roles(each.sentences)]


def figures(abstracts: list[Labelled], found: list[str]) -> Figures:
    wanted = [role for each in abstracts for role in each.roles]
    agreement = [share for each in abstracts for share in each.agreement]
    right = [a == b for a, b in zip(wanted, found, strict=True)]
    agreed = [hit for hit, share in zip(right, agreement, strict=True) if share >= AGREED]
    hits = {
        role: sum(hit for hit, one in zip(right, wanted, strict=True) if one == role)
        for role in Role
    }
    f1 = {role: 2 * hits[role] / (wanted.count(role) + found.count(role)) for role in Role}
    return Figures(
        {role: hits[role] / max(found.count(role), 1) for role in Role},
        {role: hits[role] / wanted.count(role) for role in Role},
        f1,
        sum(f1.values()) / len(Role),
        sum(right) / len(right),
        sum(agreed) / len(agreed),
    )


def report(name: str, found: Figures) -> None:
    print(f"{name}\n{'':12}{'precision':>10}{'recall':>8}{'F1':>8}")
    for role in Role:
        row = found.precision[role], found.recall[role], found.f1[role]
        print(f"  {role:10}{row[0]:10.3f}{row[1]:8.3f}{row[2]:8.3f}")
    print(
        f"  macro F1 {found.macro_f1:.3f}, accuracy {found.accuracy:.3f},"
        f" where {AGREED:.0%} or more agree {found.accuracy_where_agreed:.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="CSABSTRUCT")
    folder = parser.parse_args().folder
    begin = time.perf_counter()
    roles.model()
    print(
        f"{roles.MODEL.name}: {roles.MODEL.stat().st_size:,} bytes,"
        f" read in {time.perf_counter() - begin:.3f} s"
    )
    dev = read(folder / "dev.jsonl.gz")
    begin = time.perf_counter()
    found = shipped(dev)
    print(f"{len(found) / (time.perf_counter() - begin):,.0f} sentences/s")
    report("the shipped model", figures(dev, found))
    if importlib.util.find_spec("sklearn"):
        from tests.benchmarks.quality.roles_baseline import baseline

        for weight in (None, "balanced"):
            found = baseline(read(folder / "train.jsonl.gz"), dev, weight)
            report(f"the baseline, class weight {weight}", figures(dev, found))


if __name__ == "__main__":
    main()
