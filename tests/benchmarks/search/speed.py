"""Prints how long searches take among many documents, and what indexing costs.

.venv/bin/python -m tests.benchmarks.search.speed index --documents 200000
.venv/bin/python -m tests.benchmarks.search.speed page --documents 36000

Documents are recombined from recorded papers: titles of two, sentences of several. So common words
are as common as in life, and each Korean sentence comes back more often. `index` fills the index
alone and measures the CPU of PostgreSQL's process; `page` fills the site and asks it over HTTP.
"""

from __future__ import annotations

import argparse
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import httpx2

from tests.benchmarks.database import own_database
from tests.benchmarks.search.collection import Recorded, publish, recorded

FIVE = ("models", "absorb", "diffusion transformer", "추론", '"large language models"')
"""The queries of the figures that search engines were compared by."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")


def recombined(papers: list[Recorded], documents: int, korean: int = 8) -> Iterator[Recorded]:
    """Yield the real papers first, then mixtures of them."""
    random = Random(3)
    english = [text for paper in papers for text in _SENTENCE.split(paper.abstract) if text]
    texts = [
        text.strip("- ")
        for paper in papers
        for kind, part in paper.korean.items()
        if kind != "gist"
        for text in _SENTENCE.split(part)
        if text.strip("- ")
    ]
    gists = [paper.korean["gist"] for paper in papers if "gist" in paper.korean]
    yield from papers[:documents]
    for number in range(len(papers), documents):
        one, other = random.choice(papers), random.choice(papers)
        words, more = one.title.split(), other.title.split()
        said = random.choices(texts, k=korean)
        third = max(1, korean // 3)
        yield Recorded(
            f"{number // 90_000 + 30}{number // 9_000 % 10 + 1:02}.{number % 90_000 + 10_000:05}",
            date(2020, 1, 1) + timedelta(number % 2_000),
            " ".join([*words[: len(words) // 2], *more[len(more) // 2 :]]),
            " ".join(random.choices(english, k=7)),
            one.authors,
            other.keywords,
            {
                "gist": random.choice(gists),
                "introduction": "\n\n".join(said[:third]),
                "method": "\n\n".join(said[third : 2 * third]),
                "results": "\n\n".join(random.choices(texts, k=2)),
                "limitations": random.choice(texts),
                "conclusion": "\n\n".join(said[2 * third :]),
            },
        )


def common_queries(papers: list[Recorded], number: int = 300) -> list[str]:
    """Return queries of one to eight of the commonest words."""
    random = Random(5)
    latin: Counter[str] = Counter()
    hangul: Counter[str] = Counter()
    for paper in papers:
        # Sorted, so that of equally common words the same ones are taken in each run.
        latin.update(sorted({w.lower() for w in re.findall(r"[A-Za-z]{4,}", paper.abstract)}))
        hangul.update(sorted(set(re.findall("[가-힣]{2,}", " ".join(paper.korean.values())))))
    words = [w for w, _ in latin.most_common(150)] + [w for w, _ in hangul.most_common(150)]
    return [" ".join(random.sample(words, random.randint(1, 8))) for _ in range(number)]


def index_only(documents: int) -> None:
    """Fill the index alone, and print its size and how long searches take."""
    from digest.search import index

    papers = recorded()
    batch: dict[int, Recorded] = {}
    index.MAKERS["paper"] = lambda ids: (_entry(pk, batch[pk]) for pk in ids)
    began = time.perf_counter()
    for pk, paper in enumerate(recombined(papers, documents), start=1):
        batch[pk] = paper
        if len(batch) == 1_000 or pk == documents:
            index.make_entries("paper", sorted(batch))
            batch.clear()
    print(f"{1000 * (time.perf_counter() - began) / documents:.1f} ms a document to index")
    _measure(papers)


def _entry(pk: int, paper: Recorded) -> Any:
    from digest.search import entries
    from digest.search.analysis.document import Document, Field

    fields = [
        Field(paper.title, entries.TITLE),
        *(Field(text, entries.WORD) for text in paper.keywords),
        *(
            Field(text, entries.GIST if kind == "gist" else entries.TEXT)
            for kind, text in paper.korean.items()
        ),
        Field(paper.abstract, entries.ABSTRACT),
    ]
    return entries.Indexed(pk, paper.day, Document.of(fields), frozenset(), frozenset())


def _measure(papers: list[Recorded]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE digest_searchentry")
        cursor.execute("VACUUM ANALYZE digest_searchterm")
        cursor.execute(
            "SELECT pg_total_relation_size('digest_searchentry') / 1e6,"
            " pg_relation_size('search_entry_keys') / 1e6,"
            " pg_total_relation_size('digest_searchterm') / 1e6, pg_backend_pid()"
        )
        table, keys, terms, pid = cursor.fetchone() or (0, 0, 0, 0)
    print(f"GIN {keys:.0f} MB, table with it {table:.0f} MB, terms {terms:.0f} MB")
    for query in FIVE:
        print(f"  {query}: {min(_cpu(pid, query) for _ in range(5)):.1f} ms")
    queries = common_queries(papers)
    _print_cpu("commonest words", pid, queries)
    _print_cpu("phrases of them", pid, [f'"{q}"' for q in queries if 2 <= len(q.split()) <= 4])


def _print_cpu(name: str, pid: int, queries: list[str]) -> None:
    times = sorted(_cpu(pid, query) for query in queries)
    p50, p95 = (times[int(len(times) * part)] for part in (0.5, 0.95))
    print(f"{name}: p50 {p50:.1f}, p95 {p95:.1f}, worst {times[-1]:.1f} ms of CPU")


def _cpu(pid: int, query: str) -> float:
    """Return the milliseconds of CPU that PostgreSQL's process uses for a query."""
    from digest.search import ranking
    from digest.search.analysis.query import parse

    parsed, before = parse(query), _used(pid)
    ranking.find(parsed)
    return (_used(pid) - before) / 1e6


def _used(pid: int) -> int:
    """Return the nanoseconds of CPU that a process has used, as Linux counts them."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])


def pages(documents: int, rate: int = 20, seconds: int = 30) -> None:
    """Ask the site for pages of results at a rate, and print how long they take."""
    from digest.search import index
    from tests.benchmarks.search.known_items import Texts, items
    from tests.benchmarks.serving import SITE_PORT, site

    papers = recorded()
    publish(list(recombined(papers, documents)))
    began = time.perf_counter()
    for _ in index.refresh_all():
        pass
    print(f"{1000 * (time.perf_counter() - began) / documents:.1f} ms a paper to index")
    queries = [item.query for item in items(Texts(papers), 0, 30, seed=9)]
    queries += common_queries(papers, 100)
    random = Random(1)
    times: list[float] = []
    wrong: list[int] = []

    def ask(query: str) -> None:
        begin = time.perf_counter()
        response = httpx2.get(f"http://127.0.0.1:{SITE_PORT}/search/?q={quote(query)}", timeout=10)
        times.append(time.perf_counter() - begin)
        if response.status_code not in {200, 302}:
            wrong.append(response.status_code)

    with site():
        for query in queries[:50]:
            ask(query)
        times.clear()
        threads = []
        for _ in range(rate * seconds):
            thread = threading.Thread(target=ask, args=[random.choice(queries)])
            thread.start()
            threads.append(thread)
            time.sleep(1 / rate)
        for thread in threads:
            thread.join()
    times.sort()
    p50, p95 = (1000 * times[int(len(times) * part)] for part in (0.5, 0.95))
    print(f"{rate} pages a second: p50 {p50:.0f}, p95 {p95:.0f}, worst {1000 * times[-1]:.0f} ms")
    print(f"{len(wrong)} errors")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["index", "page"])
    parser.add_argument("--documents", type=int, default=36_000)
    options = parser.parse_args()
    with own_database():
        (index_only if options.what == "index" else pages)(options.documents)


if __name__ == "__main__":
    main()
