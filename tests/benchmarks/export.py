"""The site as files: what an export costs, and whether it stays what a new one would write.

`time` compares it with plain processes that write the same bytes, in the same run. One has them in
memory, the other reads the stored pages from PostgreSQL, as an export must. All pages are stored
before, as a site has them that was read: one of each kind is made, and the others are copies with
their address in it. `acts` compares the files with a new export after random acts.
"""

import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from tests.benchmarks.database import own_database
from tests.benchmarks.serving import fill

PLAIN = """
import os, pickle, sys, time, zlib
import psycopg
files = dict(pickle.load(open(sys.argv[1], "rb")))
begin, cpu = time.perf_counter(), time.process_time()
made = set()
def write(name, data):
    path = os.path.join(sys.argv[2], name)
    folder = os.path.dirname(path)
    if folder not in made:
        os.makedirs(folder, exist_ok=True)
        made.add(folder)
    with open(path, "wb") as file:
        file.write(data)
if len(sys.argv) > 3:
    with psycopg.connect(sys.argv[3]) as connection, connection.cursor(binary=True) as cursor:
        for path, body in cursor.execute("SELECT path, body FROM digest_storedpage"):
            name = path[1:] + ("index.html" if path.endswith("/") else "")
            if files.pop(name, None):
                write(name, zlib.decompress(body, 31))
for name, data in files.items():
    write(name, data)
print(time.perf_counter() - begin, time.process_time() - cpu)
"""
ROUNDS = 3


def seconds(work: Callable[[], object]) -> list[float]:
    """Return the seconds that something takes, and those of this process's CPU."""
    begin, cpu = time.perf_counter(), time.process_time()
    work()
    return [time.perf_counter() - begin, time.process_time() - cpu]


def ratio(spent: dict[str, list[list[float]]], name: str) -> list[float]:
    """Return the medians of the rounds' ratios, of time and of CPU."""
    rounds = zip(spent["ours"], spent[name], strict=True)
    ratios = [[ours / plain for ours, plain in zip(*each, strict=True)] for each in rounds]
    return [statistics.median(each) for each in zip(*ratios, strict=True)]


def told(spent: list[float]) -> str:
    return "{:.2f} s ({:.2f} of CPU)".format(*spent)


def plainly(files: Path, folder: Path, database: str = "") -> list[float]:
    """Return the seconds, and those of CPU, in which a process of its own writes the files.

    With a database it reads the stored pages there, all at once, and asks of none if it counts.
    """
    said = subprocess.run(
        [sys.executable, "-c", PLAIN, str(files), str(folder), *filter(None, [database])],
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(each) for each in said.stdout.split()]


def database() -> str:
    from django.db import connection
    from psycopg.conninfo import make_conninfo

    params = connection.get_connection_params()
    return make_conninfo(**{each: params.get(each) for each in ("host", "port", "user", "dbname")})


def run(folder: Path) -> Any:
    from digest.readers.export import export

    outcome = export(folder, lambda what, of, total=None: of)
    assert not outcome.refused, outcome.refused
    return outcome


def pickled(folder: Path, into: Path) -> int:
    import pickle

    files = [
        (each.relative_to(folder).as_posix(), each.read_bytes())
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    ]
    into.write_bytes(pickle.dumps(files))
    return len(files)


# --- Stored as if they had been read --------------------------------------------------------------
def kind_of(path: str) -> tuple[str, str]:
    """Return what pages of one kind share: their beginning and their end."""
    first = path.removeprefix("/en").split("/")[1]
    return ("day" if first.isdigit() else first), path.rpartition("/")[2].rpartition(".")[2]


def store_all(number: int = 0, only: str = "") -> None:
    """Store each page that does not count now and has `only` in its path."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    from digest.readers.export import addresses, plan
    from digest.readers.export.site import Site
    from digest.readers.pages import making, rows
    from papers.clock import now

    handler, site = get_wsgi_application().get_response, Site()
    samples: dict[tuple[str, str], bytes] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        (snapshot,) = cursor.fetchone()
    for path in plan.stored(site, addresses.Rows.read()):
        if path in site.etags or only not in path:
            continue
        kind = kind_of(path)
        if kind not in samples:
            samples[kind] = making.make(path, handler).page.body
        body = samples[kind] + f"\n<!-- {path} {number} -->".encode()
        page = rows.Page(200, (), gzip.compress(body, 1), rows.etag_of(body), now())
        rows.store(path, page, ["all", f"page:{path}"], snapshot, now())


def change(number: int) -> None:
    """Have another stored page for one digest, its papers, and what shows them."""
    from django.db import connection

    from digest.models import Post

    post = Post.objects.published()[5]
    paper = post.entries.first().paper
    changed = [post.get_absolute_url()[1:-1], f"papers/{paper.arxiv_id}", "feed", "sitemap"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM digest_storedpage WHERE path ~ %s", ["|".join(changed)])
    store_all(number + 1)


# --- Timed ----------------------------------------------------------------------------------------
def time_all(digests: int) -> None:
    memory = Path("/dev/shm")  # A disk that writes behind makes either a multiple of the other.
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        folder = Path(made)
        fill(digests, 24)
        store_all()
        run(folder / "site")
        count = pickled(folder / "site", folder / "files")
        size = (folder / "files").stat().st_size / 1e6
        print(f"{digests} digests of 24 papers: {count} files, {size:.0f} MB", flush=True)
        spent: dict[str, list[list[float]]] = {"plain": [], "rows": [], "ours": []}
        ways: dict[str, Callable[[Path], list[float]]] = {
            "plain": partial(plainly, folder / "files"),
            "rows": partial(plainly, folder / "files", database=database()),
            "ours": lambda into: seconds(lambda: run(into)),
        }
        for _ in range(ROUNDS):
            for name, way in ways.items():
                spent[name].append(way(folder / name))
                shutil.rmtree(folder / name)
            plain, rows, ours = (told(each[-1]) for each in spent.values())
            load = f"load {os.getloadavg()[0]:.1f}"
            print(f"plain {plain}, from rows {rows}, export {ours}, {load}", flush=True)
        for name, what in (("plain", "a plain process"), ("rows", "one that reads the rows")):
            print("ratio to {}: {:.2f}, of CPU {:.2f}".format(what, *ratio(spent, name)))
        print(f"nothing changed: {told(seconds(lambda: run(folder / 'site')))}", flush=True)
        for number in range(ROUNDS):
            change(number)
            changed = seconds(lambda: run(folder / "site"))
            print(f"one digest changed: {told(changed)}", flush=True)


# --- Random acts ----------------------------------------------------------------------------------
def acts(number: int, seed: int) -> None:
    from tests.digest.readers.pages.acts import Acts, make_site

    random = Random(seed)
    make_site(random, digests=5)
    doing, wrong, written = Acts(random), 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in range(1, number + 1):
            act = doing.do()
            written += run(folder / "site").written
            if count % 20 == 0:
                run(folder / "new")
                said = subprocess.run(
                    ["diff", "-rq", folder / "site", folder / "new"], capture_output=True, text=True
                ).stdout
                wrong += bool(said)
                shutil.rmtree(folder / "new")
                print(f"{count} acts, the last {act}: {written} written {said}", flush=True)
    print(f"{number} acts: {wrong} comparisons differ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["time", "acts"])
    parser.add_argument("--digests", type=int, default=60)
    parser.add_argument("--acts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with own_database():
        if options.what == "time":
            time_all(options.digests)
        else:
            acts(options.acts, options.seed)


if __name__ == "__main__":
    main()
