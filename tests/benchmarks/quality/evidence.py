"""Measures how well the sentences that a claim rests on are found, in five folds over papers.

    python -m tests.benchmarks.quality.evidence EVIDENCE.jsonl.gz

It needs NumPy and SciPy (see `evidence_training`), because a model is trained for each fold. The
planted errors are those of the file: claims of other papers, and claims whose direction, polarity
or name was exchanged.
"""

import argparse
import os
import re
from collections import Counter
from pathlib import Path
from random import Random

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from papers import languages
from papers.checks import names
from papers.checks.evidence.matching import Match, match
from papers.checks.evidence.model import Model
from tests.benchmarks.quality import evidence_training as training

PLANTED = ("foreign", "direction", "negation", "name")
OWN, MANY_OWN, MANY_FOREIGN = "own", "own of 300", "foreign of 300"
_DENIES = re.compile("[않없못]")


def matched(text: str, sentences: tuple[str, ...], model: Model) -> tuple[Match, bool]:
    """Return what fits a claim, and whether it is doubted as `find_evidence` doubts it."""
    found = match(text, training.index(sentences, model), model)
    unknown = names.check(text, languages.KOREAN, "\n".join(sentences))
    return found, bool(unknown) or not found.is_supported


class Counts:
    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self.doubted: Counter[str] = Counter()
        self.first: Counter[str] = Counter()
        self.two: Counter[str] = Counter()

    def add(self, kind: str, found: Match, doubted: bool, gold: int = -1) -> None:
        self.rows[kind] += 1
        self.doubted[kind] += doubted
        self.first[kind] += found.best[0] == gold
        self.two[kind] += gold in found.best[:2]

    def show(self) -> None:
        for kind, rows in self.rows.items():
            doubted, first, two = (
                count[kind] / rows for count in (self.doubted, self.first, self.two)
            )
            ranked = f", first {first:.4f}, within two {two:.4f}" if first else ""
            print(f"  {kind}: {rows} claims, doubted {doubted:.4f}{ranked}", flush=True)


def measure(model: Model, rows: dict[str, list[training.Claim]], counts: Counts) -> None:
    random = Random(2)
    for at, each in enumerate(rows[OWN]):
        found, doubted = matched(each.text, each.sentences, model)
        counts.add(OWN, found, doubted, each.gold)
        if _DENIES.search(each.text):
            counts.add("own that deny", found, doubted, each.gold)
        if at % 3 == 0:
            many = training.others(rows[OWN], each.paper, training.MANY, random)
            among = (*each.sentences, *many)[: training.MANY]
            counts.add(MANY_OWN, *matched(each.text, among, model), each.gold)
            counts.add(MANY_FOREIGN, *matched(each.text, many, model))
    for kind in PLANTED:
        for each in rows[kind]:
            counts.add(kind, *matched(each.text, each.sentences, model))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("evidence", type=Path)
    parser.add_argument("--folds", type=int, default=training.FOLDS, help="do so many of the folds")
    options = parser.parse_args()
    rows = {kind: training.read(options.evidence, kind) for kind in (OWN, *PLANTED)}
    counts = Counts()
    for number in range(options.folds):
        model = training.train([row for row in rows[OWN] if training.fold(row.paper) != number])
        tested = {
            kind: [row for row in of_kind if training.fold(row.paper) == number]
            for kind, of_kind in rows.items()
        }
        measure(model, tested, counts)
        print(f"after {number + 1} folds")
        counts.show()


if __name__ == "__main__":
    main()
