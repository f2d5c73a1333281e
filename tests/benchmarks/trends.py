"""Trends of a recorded year, repeated until it has as many papers as wanted, all of them published.

It prints what making each page costs, and what rises.
"""

import argparse
import gzip
import json
import os
import re
from collections import Counter
from datetime import date
from itertools import count, cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

from papers.clock import now
from tests.benchmarks.database import own_database
from tests.benchmarks.serving import median_of

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "hf_daily"
IN_A_DIGEST = 24
TAGS = 200
TIMES = 3
PAGES = (
    "/trends/",
    "/trends/52-weeks/",
    "/trends.csv",
    "/trends/topics/reinforcement-learning/",
    "/trends/topics/reinforcement-learning/52-weeks/",
)


def recorded() -> list[tuple[date, list[dict]]]:
    days = []
    for file in sorted(CORPUS.glob("*.json.gz")):
        items = json.loads(gzip.decompress(file.read_bytes()))
        if found := [item["paper"] for item in items]:
            days.append((date.fromisoformat(file.name[:10]), found))
    return days


def fill(wanted: int) -> None:
    """Store the recorded year, each paper as often as needed under another id."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection, transaction
    from taggit.models import Tag, TaggedItem

    from digest.models import Entry, Post, State
    from papers.models import Listing, Paper, SourceAnswer
    from papers.text.tags import tag_slug

    year = recorded()
    times = -(-wanted // sum(len(found) for _, found in year))
    rows: dict[type, list] = {each: [] for each in (Paper, Listing, SourceAnswer, Post, Entry)}
    number = count(1)
    for day, found in year:
        listed = [_paper(each, next(number)) for each in islice(cycle(found), times * len(found))]
        rows[Paper] += listed
        for rank, (paper, each) in enumerate(zip(listed, cycle(found), strict=False), 1):
            listing = Listing(paper=paper, day=day, rank=rank, upvotes=each.get("upvotes"))
            listing.source = "huggingface"
            rows[Listing].append(listing)
        ids = [paper.arxiv_id for paper in listed]
        rows[SourceAnswer].append(
            SourceAnswer(source="huggingface", day=day, fetched_at=now(), pages=[], listed_ids=ids)
        )
        for place in range(0, len(listed), IN_A_DIGEST):
            post = Post(date=day, slug=f"digest-{place}", title="x", public_title="x")
            post.state, post.published_at, post.updated_at = State.PUBLISHED, now(), now()
            rows[Post].append(post)
            rows[Entry] += [
                Entry(post=post, paper=paper, position=n, public_position=n)
                for n, paper in enumerate(listed[place : place + IN_A_DIGEST], 1)
            ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # No trigger.
        for model, some in rows.items():
            model.objects.bulk_create(some, batch_size=2000)
        words = Counter(word for paper in rows[Paper] for word in {*map(str.lower, paper.keywords)})
        names = {tag_slug(name): name for name, _ in words.most_common(TAGS)}
        tags = Tag.objects.bulk_create(Tag(name=name, slug=slug) for slug, name in names.items())
        tag_of = {tag.name: tag for tag in tags}
        kind = ContentType.objects.get_for_model(Paper)
        TaggedItem.objects.bulk_create(
            (
                TaggedItem(content_type=kind, object_id=paper.pk, tag=tag_of[word])
                for paper in rows[Paper]
                for word in {*map(str.lower, paper.keywords)} & tag_of.keys()
            ),
            batch_size=2000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _paper(found: dict, number: int) -> Any:
    from papers.models import Paper

    title = " ".join(found["title"].split())[:300]
    return Paper(
        arxiv_id=f"{10 + number // 100_000}01.{number % 100_000:05}",
        title=title,
        title_html="x",
        title_plain=title,
        keywords=found.get("ai_keywords", []),
    )


def measure() -> None:
    """Print the milliseconds of CPU, which other work of the machine changes least."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    from digest.models import Post
    from digest.readers.pages import making, rows
    from papers.models import Paper

    print(f"{Paper.objects.count()} papers, {Post.objects.count()} digests")
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")  # Their CPU is not counted.
    handler = get_wsgi_application().get_response
    for path in PAGES:
        page = making.make(path, handler).page
        before, began = _cpu_of_postgres(), perf_counter()
        own = median_of(TIMES, lambda path=path: making.make(path, handler))
        wall = (perf_counter() - began) / TIMES * 1000
        postgres = (_cpu_of_postgres() - before) / TIMES
        read = median_of(100, lambda path=path: rows.read(path, now()).headers_plain)
        print(
            f"{path}: made in {own:.0f} ms of CPU and {postgres:.0f} ms of PostgreSQL's"
            f" ({wall:.0f} ms of time); from its row {read:.2f} ms;"
            f" {len(page.body)} bytes, gzip {len(page.compressed)}"
        )
        names = re.findall(r"<h3[^>]*>\s*<a[^>]*>([^<]+)", page.body.decode())
        print("   ", "; ".join(names[:12]))


def _cpu_of_postgres() -> float:
    """Return the milliseconds of CPU that the connection's own process has spent."""
    from django.db import connection

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=36_000)
    options = parser.parse_args()
    if not CORPUS.is_dir():
        raise SystemExit(f"{CORPUS}: the recorded days are needed")
    with own_database():
        begin = perf_counter()
        fill(options.papers)
        print(f"filled in {perf_counter() - begin:.0f} s")
        measure()


if __name__ == "__main__":
    main()
