"""A backup and a restore of a large site: seconds each way, beside pg_dump and pg_restore alone.

The restore is the whole of it: loading beside the site, comparing, ANALYZE, the switch. While it
runs another connection asks for a page's rows, as readers do; the longest answer is told.
"""

import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.database import own_database

GOAL_S = 60


PAPERS, DIGESTS, SECTIONS = 36_000, 1_500, 6


# --- A large site ---------------------------------------------------------------------------------
def text(words: int, seed: int = 1) -> str:
    """Return SQL of a text of so many words, out of 20,000, in an order that no other row has."""
    word = f"'wort' || abs(hashint4(n * 1000 + k * {seed})) % 20000"
    return f"(SELECT string_agg({word}, ' ') FROM generate_series(1, {words}) k WHERE n > 0)"


def clone(table: str, times: int, **values: str) -> None:
    """Add copies of a table's first row, whose columns in `values` are SQL of their number `n`."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = current_schema() AND is_generated = 'NEVER'"
            " AND is_identity = 'NO' AND column_name <> 'feed_id'",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
        values = {name: f'first."{name}"' for name in names} | values
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())}"
            f" FROM (SELECT * FROM {table} LIMIT 1) first, generate_series(1, {times}) n"
        )


def make_site() -> None:
    """Fill the database by SQL: papers with their sections, versions, evidence, index, digests."""
    from django.db import connection

    from digest.search import index
    from tests import addresses

    addresses.make_site()
    list(index.refresh_all())
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # No trigger and no check runs.
    arxiv_id = "'26' || lpad((1 + n / 90000)::text, 2, '0') || '.' || lpad(n::text, 5, '0')"
    posts = f"(SELECT min(id) FROM digest_post) + 1 + n % {DIGESTS}"
    paper = "(SELECT min(id) FROM papers_paper) + n"
    of_section = f"(SELECT min(id) FROM papers_paper) + 1 + (n - 1) / {SECTIONS}"
    kind = "(ARRAY['gist','introduction','method','results','limitations','conclusion'])[1 + n % 6]"
    words = {name: text(60) for name in ("markdown", "html", "public_markdown", "public_html")}
    clone("papers_paper", PAPERS, arxiv_id=arxiv_id, title=text(8), abstract=text(150),
          abstract_html=text(150), raw_abstract=text(150))  # fmt: skip
    clone("papers_section", PAPERS * SECTIONS, paper_id=of_section, kind=kind, **words)
    clone("digest_post", DIGESTS, slug="'digest-' || n", intro=text(60),
          feed_id="'urn:uuid:' || gen_random_uuid()")  # fmt: skip
    clone("digest_entry", PAPERS, post_id=posts, paper_id=paper)
    clone("papers_listing", PAPERS, paper_id=paper, day="DATE '2020-01-01' + n / 24")
    section = "(SELECT min(id) FROM papers_section) + n"
    clone("papers_evidence", PAPERS * SECTIONS, section_id=section,
          quotes=f"jsonb_build_array({text(40)})", public_quotes="'[]'")  # fmt: skip
    clone("papers_historicalpaper", PAPERS, id=paper, title=text(8), abstract=text(150))
    clone("papers_historicalsection", PAPERS * SECTIONS, paper_id=of_section, markdown=text(60))
    clone("digest_searchentry", PAPERS, paper_id=paper, post_id="NULL",
          keys=f"to_tsvector('simple', {text(120)})",
          places=f"to_tsvector('simple', {text(250)})")  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")


# --- There and back -------------------------------------------------------------------------------
def plainly(chunks: Any, total: int | None) -> Any:
    return chunks


def seconds(what: str, work: Callable[[], object]) -> None:
    begin = time.perf_counter()
    work()
    print(f"{what:40} {time.perf_counter() - begin:6.1f} s", flush=True)


class Reader(threading.Thread):
    """Asks for the newest digest again and again, and remembers the longest answer."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.longest, self.asked, self.over = 0.0, 0, threading.Event()

    def run(self) -> None:
        from django.db import connection

        from digest.models import Post

        while not self.over.is_set():
            begin = time.perf_counter()
            list(Post.objects.published().with_public_entries()[:1])
            self.longest = max(self.longest, time.perf_counter() - begin)
            self.asked += 1
            time.sleep(0.02)
        connection.close()


def tools_alone(folder: Path) -> None:
    """Dump the database with PostgreSQL's tool, and nothing else."""
    from digest.backups import tools

    address, env = tools.address()
    command = [tools.program("pg_dump", tools.server_major()), *address, "--format=custom"]
    command += ["--compress=1", f"--file={folder / 'plain.dump'}"]
    seconds("pg_dump alone", lambda: subprocess.run(command, env=env, check=True))


def restored_alone(folder: Path) -> None:
    """Restore the plain dump into an empty database with PostgreSQL's tool, and nothing else."""
    from django.db import connection

    from digest.backups import tools

    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE plainly_restored")
    try:
        address, env = tools.address()
        command = [tools.program("pg_restore", tools.server_major()), *address[:-1]]
        command += ["--dbname=plainly_restored", str(folder / "plain.dump")]
        seconds("pg_restore alone", lambda: subprocess.run(command, env=env, check=True))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE plainly_restored WITH (FORCE)")


def sizes() -> None:
    """Print what the database takes on the disk, and the largest of its tables."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_total_relation_size(oid) / 1e6 FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            " ORDER BY 2 DESC"
        )
        tables = cursor.fetchall()
    print(f"the database: {sum(size for _, size in tables):.0f} MB", end="")
    print("".join(f", {name} {size:.0f}" for name, size in tables[:6]))


def drill(folder: Path) -> None:
    from digest.backups import files, loading, making, switching

    path = folder / "large.backup"
    tools_alone(folder)
    seconds("backup", lambda: making.make(path, plainly))
    backup = files.read(path)
    rows = backup.record.rows
    print(
        f"{rows['papers_paper']} papers, {rows['digest_post']} posts, {sum(rows.values())} rows,"
        f" {path.stat().st_size / 1e6:.0f} MB"
    )
    restored_alone(folder)
    reader = Reader()
    reader.start()
    begin = time.perf_counter()
    seconds("restore: loading", lambda: loading.load(backup, plainly))
    seconds("restore: the switch", lambda: switching.switch(lambda step: None))
    print(f"{'restore, all of it':40} {time.perf_counter() - begin:6.1f} s (goal: {GOAL_S} s)")
    seconds("back", lambda: switching.back(lambda step: None))
    reader.over.set()
    reader.join()
    print(f"{reader.asked} pages read meanwhile, the longest in {reader.longest:.2f} s")


def main() -> None:
    with own_database(), tempfile.TemporaryDirectory() as folder:
        seconds("making the site", make_site)
        sizes()
        drill(Path(folder))


if __name__ == "__main__":
    main()
