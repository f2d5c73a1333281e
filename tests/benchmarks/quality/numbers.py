"""Measures the numbers check on claims whose numbers are known to be in the abstract or not.

It prints recall by kind of alteration, false alarms on true claims, and claims per second on one
core. It does so for each half of the papers too, because rules of language should not depend on the
papers they were written with. `--show` prints the claims that the check got wrong.
"""

import argparse
import gzip
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from papers.checks.numbers import unsupported

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"


def measure(rows: list[dict[str, Any]], *, show: bool) -> None:
    flagged: Counter[str] = Counter()
    known = Counter(kind(row) for row in rows)
    begin = time.process_time()
    answers = [unsupported(row["claim"], row["source"]) for row in rows]
    seconds = time.process_time() - begin
    for row, answer in zip(rows, answers, strict=True):
        flagged[kind(row)] += bool(answer)
        if show and bool(answer) == (row["label"] == "supported"):
            print(f"  {row['id']} {kind(row)} {answer}: {row['claim']}")
    absent = [name for name in known if name != "supported"]
    for name in absent:
        print(f"  {name:16} recall {share(flagged[name], known[name])}")
    total = sum(flagged[name] for name in absent), sum(known[name] for name in absent)
    print(f"  {'all absent':16} recall {share(*total)}")
    print(f"  {'supported':16} false alarms {share(flagged['supported'], known['supported'])}")
    print(f"  {len(rows) / seconds:,.0f} claims/s on one core")


def kind(row: dict[str, Any]) -> str:
    return row["kind"] or row["label"]


def share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print the claims it got wrong")
    show = parser.parse_args().show
    with gzip.open(CORPUS / "grounding_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    papers = sorted({row["paper"] for row in rows})
    for name, chosen in {"one half": papers[::2], "the other": papers[1::2]}.items():
        print(f"{name} of the papers:")
        measure([row for row in rows if row["paper"] in set(chosen)], show=False)
    print("all papers:")
    measure(rows, show=show)


if __name__ == "__main__":
    main()
