"""Stores a day of 100 papers, then days read from `--days`, against COPY of the same rows.

Parsing the answers (JSON to papers) is counted. Nothing is requested over the network. `--days` is
a folder of Hugging Face's answers, each `YYYY-MM-DD.json.gz`. Without it only the day of 100 papers
is stored, which is made up here.
"""

import argparse
import gzip
import json
import time
from datetime import UTC, date, datetime
from pathlib import Path

from tests.benchmarks.database import copy_rows, own_database

TABLES = ("papers_paper", "papers_historicalpaper", "papers_listing", "papers_sourceanswer")
DAY = date(2024, 1, 2)
SENTENCE = "We propose a model that is {n} times as fast as $O(n^2)$ attention, in **{n}** steps. "


def made_up(papers: int) -> str:
    """Return one page of an answer, with abstracts of the usual 1,300 characters."""
    items = [
        {
            "title": f"Paper {n}: on $O(n^{n})$ attention\n  and its friends",
            "paper": {
                "id": f"2401.{n:05}",
                "summary": SENTENCE.format(n=n) * 16,
                "authors": [{"name": f"Author {n}.{k}"} for k in range(12)],
                "publishedAt": "2024-01-01T00:00:00.000Z",
                "upvotes": n,
                "ai_keywords": ["attention", "diffusion", f"keyword {n}"],
            },
        }
        for n in range(papers)
    ]
    return json.dumps(items)


def store(day: date, page: str) -> None:
    from papers.pipeline import ingest
    from papers.sources import huggingface
    from papers.sources.base import DayAnswer

    reading = huggingface.parse(json.loads(page))
    ingest.store(
        DayAnswer(
            reading.papers,
            reading.refusals,
            reading.notices,
            source=huggingface.NAME,
            day=day,
            fetched_at=datetime.now(UTC),
            pages=(page, "[]"),
        )
    )


def stored(days: dict[date, str]) -> float:
    """Store these days, and return the seconds it took."""
    begin = time.perf_counter()
    for day, page in days.items():
        store(day, page)
    return time.perf_counter() - begin


def report(days: dict[date, str]) -> None:
    from django.core.management import call_command

    from papers.models import Listing, Paper

    call_command("flush", interactive=False, verbosity=0)
    first, again = stored(days), stored(days)
    copied = copy_rows(*TABLES)
    papers, listings = Paper.objects.count(), Listing.objects.count()
    print(f"{len(days)} days, {papers} papers, {listings} listings")
    print(f"  stored {first:.2f} s ({first / papers * 1000:.1f} ms a paper); again {again:.2f} s")
    print(f"  COPY of the same rows {copied:.3f} s: {first / copied:.0f} times that")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    with own_database():
        report({DAY: made_up(100)})
        if options.days:
            files = sorted(options.days.glob("*.json.gz"))
            texts = {file.name[:10]: gzip.decompress(file.read_bytes()).decode() for file in files}
            report({date.fromisoformat(name): text for name, text in texts.items()})
            report_ledger()


def report_ledger() -> None:
    from digest import ledger

    begin = time.perf_counter()
    days = ledger.days(date.min, date.max)
    print(f"  the ledger of {len(days)} days {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    main()
