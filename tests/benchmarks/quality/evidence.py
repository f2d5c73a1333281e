"""Measures how well the sentences that a claim rests on are found, in five folds over papers.

    python -m tests.benchmarks.quality.evidence EVIDENCE.jsonl.gz

It needs NumPy and SciPy (see `evidence_training`), for a model is trained for each fold.
"""

import argparse
from pathlib import Path
from random import Random

from tests.benchmarks.quality import evidence_training as training

from papers.checks.evidence.matching import Match, match  # isort: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("evidence", type=Path)
    parser.add_argument("--folds", type=int, default=training.FOLDS, help="do so many of the folds")
    options = parser.parse_args()
    own = training.read(options.evidence, "own")
    foreign = {each.text: each for each in training.read(options.evidence, "foreign")}
    counts = dict.fromkeys(
        (
            "claims",
            "first",
            "two",
            "alarms",
            "foreign",
            "many",
            "first of many",
            "alarms of many",
            "foreign of many",
        ),
        0,
    )
    random = Random(2)
    supports: dict[str, list[float]] = {
        "own": [],
        "foreign": [],
        "own of many": [],
        "foreign of many": [],
    }
    for number in range(options.folds):
        model = training.train([each for each in own if training.fold(each.paper) != number])
        tested = [each for each in own if training.fold(each.paper) == number]

        def found(text: str, sentences: tuple[str, ...], model=model) -> Match:
            return match(text, training.index(sentences, model), model)

        for at, each in enumerate(tested):
            here = found(each.text, each.sentences)
            counts["claims"] += 1
            counts["first"] += here.best[0] == each.gold
            counts["two"] += each.gold in here.best[:2]
            counts["alarms"] += not here.is_supported
            there = found(each.text, foreign[each.text].sentences)
            counts["foreign"] += not there.is_supported
            supports["own"].append(here.support)
            supports["foreign"].append(there.support)
            if at % 3 == 0:
                many = training.others(own, each.paper, training.MANY, random)
                among = found(each.text, (*each.sentences, *many)[: training.MANY])
                counts["many"] += 1
                counts["first of many"] += among.best[0] == each.gold
                counts["alarms of many"] += not among.is_supported
                nothing = found(each.text, many)
                counts["foreign of many"] += not nothing.is_supported
                supports["own of many"].append(among.support)
                supports["foreign of many"].append(nothing.support)
        print(
            f"fold {number}: "
            + ", ".join(
                f"{name} {count / counts['many' if 'many' in name else 'claims']:.4f}"
                for name, count in counts.items()
            ),
            flush=True,
        )
        for kind in ("", " of many"):
            for alarms in (0.005, 0.01, 0.015, 0.02):
                right = sorted(supports["own" + kind])
                least = right[int(alarms * len(right))]
                caught = sum(each < least for each in supports["foreign" + kind]) / len(right)
                print(f"  {alarms:.3f} false alarms{kind}: {caught:.3f} caught")


if __name__ == "__main__":
    main()
