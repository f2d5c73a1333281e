"""Prints the papers related to some recorded ones, how many have none, and how long it takes.

.venv/bin/python -m tests.benchmarks.search.related [--papers 200] [--shown 30] [--seed 5]

Read the first relation of each: is it about the same thing? It needs the recorded papers beside the
project.
"""

from __future__ import annotations

import argparse
import time
from random import Random

import psutil

from tests.benchmarks.database import own_database
from tests.benchmarks.search.collection import publish, recorded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=200)
    parser.add_argument("--shown", type=int, default=30)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    with own_database():
        from digest.search import index

        publish(recorded())
        for _ in index.refresh_all():
            pass
        measure(options.papers, options.shown, options.seed)


def measure(papers: int, shown: int, seed: int) -> None:
    """Relate some papers of the database, chosen at random, and print what was found."""
    from django.db import connection

    from digest.search import related
    from papers.models import Paper

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE digest_searchentry")
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    titles = dict(Paper.objects.values_list("pk", "title_plain"))
    processes = [psutil.Process(), psutil.Process(pid)]
    before = [sum(each.cpu_times()[:2]) for each in processes]
    began = time.perf_counter()
    chosen = Random(seed).sample(sorted(titles), papers)
    found = {pk: related.relations(pk) for pk in chosen}
    took = 1000 * (time.perf_counter() - began) / papers
    ours, theirs = (
        1000 * (sum(each.cpu_times()[:2]) - was) / papers
        for each, was in zip(processes, before, strict=True)
    )
    with_some = [pk for pk in chosen if found[pk]]
    for pk in with_some[:shown]:
        print(titles[pk])
        for each in found[pk]:
            print(f"    {titles[each.other]} ({', '.join(each.words)})")
    print(f"{len(titles)} papers; {papers - len(with_some)} of {papers} have no relation")
    print(f"a paper takes {took:.0f} ms: {ours:.0f} ms of CPU here, {theirs:.0f} in PostgreSQL")


if __name__ == "__main__":
    main()
