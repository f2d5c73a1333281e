"""Measures suggested picks against the order of votes, on what real curators picked of real days.

    python -m tests.benchmarks.quality.suggestions PICKS.json HF_DAILY

PICKS.json has, by curator, a list of [day, arXiv id]; HF_DAILY is a folder of recorded days. A day
is ranked by earlier days alone, as soon as 30 earlier picks are known: words, weights and all. With
`--frozen YYYY-MM` nothing from that month on is learned from, and only what follows is counted.
The figure is the share of the picks among the first eight of their day. A site learns from the
picks of all its editors together: so do the rows of `pooled` curators, which are what an editor
gets. The others learn from one curator alone. Beside them stand two made-up editors, one who picks
the two papers with most votes, and one who picks two at random.
`--rows` stores the days in a database of its own, and measures what the worker does there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

from digest.suggestions.learning.features import features
from digest.suggestions.learning.learner import ENOUGH, Learner, Paper, by_votes
from papers.sources import huggingface
from papers.sources.base import FoundPaper

FIRST = 8
Answers = dict[str, Sequence[FoundPaper]]
Days = dict[str, list[Paper]]
Picks = set[tuple[str, str]]
Months = dict[str, Counter[str]]
HEAD = "{:<18} {:<8} {:>5}  {:>6}  {:>9}  {:>7}"
LINE = "{:<18} {:<8} {:>5}  {:>6.3f}  {:>9.3f}  {:>+7.3f}"


def read(folder: Path, until: str = "9999") -> Answers:
    """Return what was listed by day, before the day `until`."""
    return {
        file.name[:10]: huggingface.parse(json.loads(gzip.decompress(file.read_bytes()))).papers
        for file in sorted(folder.glob("*.json.gz"))
        if file.name < until
    }


def papers_of(found: Sequence[FoundPaper]) -> list[Paper]:
    return [
        Paper(
            one.arxiv_id,
            features(one.title, one.abstract, one.authors, one.organization),
            one.upvotes,
            one.rank,
        )
        for one in found
    ]


def judged(day: str, papers: list[Paper], picks: Picks) -> list[Paper]:
    """Return papers as the editor with these picks left them."""
    return [replace(one, picked=(day, str(one.key)) in picks) for one in papers]


def results(days: Days, picks: Picks, frozen: str = "", learned: Picks | None = None) -> Months:
    """Return, by month, the picks, and how many of them each order has among its first eight.

    What is learned from is those picks, or `learned`.
    """
    known, months = Learner(), defaultdict(Counter)
    for day, listed in days.items():
        papers = judged(day, listed, picks)
        if known.picks >= ENOUGH and day >= frozen:
            months[day[:7]].update(_hits(known, papers))
        if not frozen or day < frozen:
            known.learn(papers if learned is None else judged(day, listed, learned))
    return {month: counts for month, counts in months.items() if counts["picks"]}


def _hits(known: Learner, papers: list[Paper]) -> dict[str, int]:
    if not any(one.picked for one in papers):
        return {}
    return {
        "picks": sum(one.picked for one in papers),
        "votes": sum(one.picked for one in by_votes(papers)[:FIRST]),
        "suggested": sum(one.paper.picked for one in known.rank(papers)[:FIRST]),
    }


def report(name: str, months: Months) -> Counter[str]:
    total: Counter[str] = Counter()
    for month, counts in months.items():
        _line(name, month, counts)
        total.update(counts)
    _line(name, "all", total)
    return total


def pooled(days: Days, curators: dict[str, Picks], frozen: str = "") -> dict[str, Months]:
    """Return the results of each curator, of a site where all of them pick."""
    together = set().union(*curators.values())
    return {name: results(days, mine, frozen, together) for name, mine in curators.items()}


def _line(name: str, month: str, counts: Counter[str]) -> None:
    if picks := counts["picks"]:
        votes, suggested = counts["votes"] / picks, counts["suggested"] / picks
        print(LINE.format(name, month, picks, votes, suggested, suggested - votes))


def made_up(days: Days) -> dict[str, Picks]:
    numbers = Random(1)
    big = {day: papers for day, papers in days.items() if len(papers) > FIRST}
    return {
        "(most votes)": _two_of(big, lambda papers: by_votes(papers)[:2]),
        "(at random)": _two_of(big, lambda papers: numbers.sample(papers, 2)),
    }


def _two_of(days: Days, choose: Callable[[list[Paper]], list[Paper]]) -> Picks:
    return {(day, str(one.key)) for day, papers in days.items() for one in choose(papers)}


def seconds(answers: Answers, picks: Picks) -> Iterator[tuple[str, float]]:
    """Yield the CPU that learning takes: from the recorded days, and from twice as many papers."""
    for times in (1, 2):
        begin, known, count = time.process_time(), Learner(), 0
        for day, found in answers.items():
            papers = judged(day, papers_of([*found] * times), picks)
            known.learn(papers)
            count += len(papers)
        known.rank(papers)
        yield f"learning from {count} papers", time.process_time() - begin


def rows(folder: Path, picks: Picks) -> Iterator[tuple[str, float]]:
    """Yield what a worker takes: the CPU of its process, and the time with PostgreSQL."""
    from tests.benchmarks.database import own_database

    with own_database():
        from digest.suggestions import making
        from papers.models import Choice, Listing
        from papers.models import Paper as Row
        from tests.benchmarks.ingest_days import store

        for file in sorted(folder.glob("*.json.gz")):
            store(date.fromisoformat(file.name[:10]), gzip.decompress(file.read_bytes()).decode())
        keys = dict(Row.objects.values_list("arxiv_id", "pk"))
        for day, arxiv_id in picks:
            Listing.objects.filter(day=day, paper=keys[arxiv_id]).update(choice=Choice.PICKED)
        newest = Listing.objects.order_by("day").last().day
        Listing.objects.filter(day=newest).update(choice=Choice.PENDING)  # Not begun.
        while making.refresh():
            pass
        one = Listing.objects.filter(day=newest, rank=1)
        for what, run in (
            ("a day from rows", lambda: making.ranked([newest])),
            ("a run that finds nothing to do", making.refresh),
            ("a run after a vote", lambda: one.update(upvotes=10_000) and making.refresh()),
        ):
            begin, worked = time.perf_counter(), time.process_time()
            run()
            yield f"{what}, process", time.process_time() - worked
            yield f"{what}, with PostgreSQL", time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picks", type=Path, metavar="PICKS")
    parser.add_argument("days", type=Path, metavar="HF_DAILY")
    parser.add_argument("--frozen", default="", metavar="YYYY-MM")
    parser.add_argument("--rows", action="store_true")
    options = parser.parse_args()
    given = json.loads(options.picks.read_text())
    curators = {name: {(day, key) for day, key in rows} for name, rows in given.items()}
    answers = read(options.days)
    days = {day: papers_of(found) for day, found in answers.items()}
    print(HEAD.format("curator", "month", "picks", "votes", "suggested", "gain"))
    totals = [report(name, results(days, mine, options.frozen)) for name, mine in curators.items()]
    _line("each alone", "all", sum(totals, Counter()))
    both = pooled(days, curators, options.frozen)
    totals = [report(f"pooled {name}", months) for name, months in both.items()]
    _line("pooled", "all", sum(totals, Counter()))
    invented = made_up(days)
    for name, mine in invented.items():
        report(name, results(days, mine, options.frozen))
    every_day = invented["(at random)"]
    measured = [*seconds(answers, every_day)]
    if options.rows:
        measured += rows(options.days, every_day)
    for what, taken in measured:
        print(f"{taken:6.2f} s  {what}")


if __name__ == "__main__":
    main()
