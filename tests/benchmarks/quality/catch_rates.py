"""Measures how many planted errors the checks catch, by kind, and how often they doubt truth.

    python -m tests.benchmarks.quality.catch_rates EVIDENCE.jsonl.gz GROUNDING.jsonl.gz [--write]

True sentences are recorded Korean ones whose source sentence is known. In each some error is
planted. An error is caught if any check says something of the sentence that it does not say of the
true one. What is learnt is trained on other papers (see `evidence_training`, which needs NumPy and
SciPy). `--write` stores the figures where the site and the documents show them from.
"""

import argparse
import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from papers import languages
from papers.checks import catch_rates, evidence, suite
from papers.checks.base import Claim, Finding, PaperText
from papers.checks.catch_rates import Kind
from papers.checks.evidence.model import Model
from papers.checks.names import names
from tests.benchmarks.quality import evidence_training as training

RECORDED = {
    "name": Kind.NAME,
    "negation": Kind.DENIAL,
    "direction": Kind.DIRECTION,
    "foreign": Kind.OTHER_PAPER,
}
NUMBERS = {
    "off_by_one": Kind.NUMBER,
    "digit": Kind.NUMBER,
    "decimal_shift": Kind.NUMBER,
    "unit_scale": Kind.UNIT,
    "percent_swap": Kind.UNIT,
}
_RESULT = re.compile(r"\d|향상|우수|능가|달성|개선|높|빠르|줄")


class Planted(NamedTuple):
    kind: Kind
    true: str
    wrong: str
    paper: PaperText


def planted(file: Path, held_back: int) -> Iterator[Planted]:
    """Yield the errors of the evidence file, of papers that no model was trained on."""
    own = {row.text: row for row in _rows(file, "own", held_back)}
    for label, kind in RECORDED.items():
        for row in _rows(file, label, held_back):
            true = row.text if kind == Kind.OTHER_PAPER else _true(row, own)
            yield Planted(kind, true, row.text, _paper(row.sentences))
    random = Random(1)
    for row in own.values():
        if other := _of_another_method(row, random):
            yield Planted(Kind.OTHER_METHOD, row.text, other, _paper(row.sentences))


def _rows(file: Path, label: str, held_back: int) -> list[training.Claim]:
    return [row for row in training.read(file, label) if training.fold(row.paper) == held_back]


def _true(row: training.Claim, own: dict[str, training.Claim]) -> str:
    """Return the sentence that an error was planted in: that of the paper it shares most with."""
    letters = Counter(row.text)
    of_paper = [text for text, each in own.items() if each.paper == row.paper]
    return max(of_paper, key=lambda text: (letters & Counter(text)).total(), default=row.text)


def _of_another_method(row: training.Claim, random: Random) -> str | None:
    """Return a result with its method's name exchanged for another that the paper names."""
    said = {row.text[start:end] for start, end in names(row.text, languages.KOREAN)}
    text = "\n".join(row.sentences)
    stated = {text[start:end] for start, end in names(text, languages.ENGLISH)}
    others = sorted(each for each in stated - said if not any(each in one for one in said))
    own = sorted(each for each in said & stated if len(each) > 2)
    if not own or not others or not _RESULT.search(row.text):
        return None
    return row.text.replace(random.choice(own), random.choice(others))


def numbers(file: Path) -> Iterator[Planted]:
    """Yield the errors of the grounding file."""
    rows = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    true = {row["pair"]: row["claim"] for row in rows if row["label"] == "supported"}
    for row in rows:
        if row["label"] == "unsupported":
            title, _, abstract = row["source"].partition("\n\n")
            kind = NUMBERS[row["kind"]]
            yield Planted(kind, true.get(row["pair"], ""), row["claim"], PaperText(title, abstract))


def _paper(sentences: tuple[str, ...]) -> PaperText:
    return PaperText("", " ".join(sentences))


def findings(text: str, paper: PaperText) -> list[Finding]:
    return suite.of_section(Claim("results", languages.KOREAN, text), paper, ())


def _said(found: list[Finding]) -> set[tuple[str, str, str]]:
    about_whole = {"support"}  # Its text is the sentence, which differs by what was planted.
    return {
        (each.check, each.code, "" if each.check in about_whole else each.text) for each in found
    }


def measure(rows: list[Planted], true: list[training.Claim]) -> dict[str, dict[str, int]]:
    """Return, by kind, how many errors there are and how many are caught, and the same of truth."""
    counts = {kind.value: Counter() for kind in Kind}
    for row in rows:
        before = findings(row.true, row.paper) if row.kind != Kind.OTHER_PAPER else []
        caught = _said(findings(row.wrong, row.paper)) - _said(before)
        counts[row.kind] += Counter(planted=1, caught=bool(caught))
    doubted = sum(bool(findings(row.text, _paper(row.sentences))) for row in true)
    of_truth = {"sentences": len(true), "doubted": doubted}
    return {kind: dict(count) for kind, count in counts.items()} | {"true": of_truth}


def use(model: Model) -> None:
    """Let the checks use a model that was trained on other papers."""
    evidence.model = lambda: model  # type: ignore[assignment]
    evidence._indexed.cache_clear()
    evidence._found.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("evidence", type=Path)
    parser.add_argument("grounding", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    own = training.read(options.evidence, "own")
    use(training.train([row for row in own if training.fold(row.paper) != 0]))
    held_back = [row for row in own if training.fold(row.paper) == 0]
    rows = [*planted(options.evidence, 0), *numbers(options.grounding)]
    counts = measure(rows, held_back)
    for name, count in counts.items():
        print(f"{name}: {count}")
    if options.write:
        measured = {"measured_on": date.today().isoformat(), "counts": counts}
        catch_rates.FILE.write_text(json.dumps(measured, indent=1) + "\n")


if __name__ == "__main__":
    main()
