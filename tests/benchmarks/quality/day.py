"""Drafts a whole day extractively, checks and matches it: seconds for 50 papers with full texts.

`ANSWER` is a file with Hugging Face's answer for a day (`YYYY-MM-DD.json.gz`) of 50 papers or more.
Each paper gets a made-up full text of 60,000 characters that is full of numbers, or one of the
recorded ones with `--full-texts`. With `--summaries KO_SUMMARIES.jsonl.gz` each also has a recorded
Korean summary: quotations are their own evidence, and these sentences are matched.
"""

import argparse
import gzip
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from tests.benchmarks.database import own_database
from tests.benchmarks.ingest_days import store
from tests.benchmarks.quality import drafted

PAPERS = 50
SENTENCE = "We train model {n} with {n} billion parameters on {n}k samples, a gain of {n}.5%. "


def made_up(number: int) -> list[dict[str, Any]]:
    """Return the parts of a full text."""
    text = "".join(SENTENCE.format(n=number * 1_000 + n) for n in range(720))
    return [
        {"kind": kind, "heading": kind.title(), "text": text[start : start + 15_000]}
        for kind, start in zip(
            ("method", "results", "limitations", "conclusion"),
            range(0, 60_000, 15_000),
            strict=True,
        )
    ]


def give_full_texts(recorded: list[list[dict[str, Any]]]) -> None:
    from papers.clock import now
    from papers.models import FullText, Paper

    for number, paper in enumerate(Paper.objects.all()):
        Paper.objects.filter(pk=paper.pk).update(version=1)
        parts = recorded[number % len(recorded)] if recorded else made_up(number)
        FullText.objects.create(paper=paper, version=1, format="html", parts=parts, parsed_at=now())


def timed(what: str, work: Callable[[], object]) -> None:
    begin, cpu = time.perf_counter(), time.process_time()
    said = work()
    spent, of_cpu = time.perf_counter() - begin, time.process_time() - cpu
    print(f"  {what}: {spent:.2f} s, {of_cpu:.2f} of CPU, {said}")


def report(options: argparse.Namespace) -> None:
    from papers.models import Evidence, Paper, Section
    from papers.pipeline import checking, extractive_drafts

    day, answer = date.fromisoformat(options.answer.name[:10]), options.answer.read_bytes()
    store(day, gzip.decompress(answer).decode())
    give_full_texts(drafted.parsed(options.full_texts) if options.full_texts else [])
    papers = list(Paper.objects.order_by("pk")[:PAPERS])
    rows = drafted.recorded(options.summaries) if options.summaries else []
    for paper, row in zip(papers, rows, strict=False):
        drafted.summarise(paper, row)
    timed("drafted, checked and matched", lambda: extractive_drafts.draft(papers))
    timed("checked again", lambda: dict(checking.check(papers)))
    rows = Evidence.objects.values_list("found", flat=True)
    print(f"{len(papers)} papers, {Section.objects.count()} sections, {dict(Counter(rows))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("answer", type=Path, metavar="ANSWER")
    parser.add_argument("--full-texts", type=Path, metavar="FOLDER")
    parser.add_argument("--summaries", type=Path, metavar="KO_SUMMARIES")
    with own_database():
        report(parser.parse_args())


if __name__ == "__main__":
    main()
