"""Drafts a whole day extractively and checks it: seconds for 50 papers with full texts.

`ANSWER` is a file with Hugging Face's answer for a day (`YYYY-MM-DD.json.gz`) of 50 papers or more.
Each paper gets a made-up full text of 60,000 characters for the drafter and the checks.
"""

import argparse
import gzip
import time
from datetime import date
from pathlib import Path

from tests.benchmarks.database import own_database
from tests.benchmarks.ingest_days import store

PAPERS = 50
SENTENCE = "We train model {n} with {n} billion parameters on {n}k samples, a gain of {n}.5%. "


def give_full_texts() -> None:
    from papers.clock import now
    from papers.models import FullText, Paper

    for number, paper in enumerate(Paper.objects.all()):
        Paper.objects.filter(pk=paper.pk).update(version=1)
        text = "".join(SENTENCE.format(n=number * 1_000 + n) for n in range(720))
        parts = [
            {"kind": kind, "heading": kind.title(), "text": text[start : start + 15_000]}
            for kind, start in zip(
                ("method", "results", "limitations", "conclusion"),
                range(0, 60_000, 15_000),
                strict=True,
            )
        ]
        FullText.objects.create(paper=paper, version=1, format="html", parts=parts, parsed_at=now())


def report(answer: Path) -> None:
    from papers.models import Paper, Section
    from papers.pipeline import checking, extractive_drafts

    store(date.fromisoformat(answer.name[:10]), gzip.decompress(answer.read_bytes()).decode())
    give_full_texts()
    papers = list(Paper.objects.order_by("pk")[:PAPERS])
    begin = time.perf_counter()
    extractive_drafts.draft(papers)
    drafted = time.perf_counter()
    counts = checking.check(papers)
    checked = time.perf_counter()
    again = checking.check(papers)
    print(f"{len(papers)} papers, {Section.objects.count()} sections")
    print(f"  drafted {drafted - begin:.2f} s, checked {checked - drafted:.2f} s: {dict(counts)}")
    print(f"  checked again {time.perf_counter() - checked:.2f} s: {dict(again)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("answer", type=Path, metavar="ANSWER")
    with own_database():
        report(parser.parse_args().answer)


if __name__ == "__main__":
    main()
