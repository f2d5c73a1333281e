"""Stored pages: how fast they are served, what making them costs, and what a change drops.

`serve` needs nginx and wrk (Debian has packages of both). nginx serves the same bytes in the same
run, with as many workers.
"""

import argparse
import io
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx2

from tests.benchmarks.database import own_database
from tests.benchmarks.import_digests import write_digests

SITE_PORT, NGINX_PORT = 8461, 8462
WORKERS, CONNECTIONS = 2, 16
NGINX = """
worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    types {{ text/html html; }}
    charset utf-8;
    gzip_static on;
    etag on;
    server {{ listen 127.0.0.1:{port}; root {folder}/site; }}
}}
"""


def median_of(times: int, function: Callable[[], object]) -> float:
    """Return the median milliseconds of CPU that this process spends in the function."""
    spent = []
    for _ in range(times):
        begin = time.process_time()
        function()
        spent.append(1000 * (time.process_time() - begin))
    return statistics.median(spent)


def fill(digests: int, papers: int) -> None:
    from django.core.management import call_command

    with tempfile.TemporaryDirectory() as name:
        write_digests(Path(name), digests, papers)
        call_command("import_jekyll", name, stdout=io.StringIO(), stderr=io.StringIO())


def vary() -> None:
    """Give each public text other words, so that a page shrinks as much as a real one."""
    from papers.models import Section

    random = Random(1)
    sections = list(Section.objects.only("public_html"))
    for section in sections:
        text = "".join(
            random.choice("가나다라마바사아자차카타파하고노도로모보소오조초 ") for _ in range(110)
        )
        section.public_html = f"<p>{text}</p>"
    Section.objects.bulk_update(sections, ["public_html"], batch_size=500)


# --- Served ---------------------------------------------------------------------------------------
@contextmanager
def running(*command: str, **environment: str) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        command,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def site(port: int = SITE_PORT, workers: int = WORKERS) -> Iterator[subprocess.Popen]:
    """Serve the benchmark's database, started as the README says."""
    from django.conf import settings
    from django.db import connection

    params = connection.get_connection_params()
    user, name = params.get("user", ""), params["dbname"]
    at = f"host={params.get('host', '')}&port={params.get('port', '')}"
    granian = (sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port))
    options = ("--workers", str(workers), "--blocking-threads", "4", "--log-level", "critical")
    with running(
        *(*granian, *options, "digest.wsgi:application"),
        DJANGO_SETTINGS_MODULE="digest.settings",
        DATABASE_URL=f"postgresql://{user}@/{name}?{at}",
        SITE_URL=settings.SITE_URL,
    ) as process:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield process


def wait_for(address: str) -> None:
    for _ in range(600):
        try:
            if httpx2.get(address).status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise SystemExit(f"{address} does not answer")


@contextmanager
def nginx(folder: Path, body: bytes, compressed: bytes) -> Iterator[None]:
    (folder / "site").mkdir()
    (folder / "site" / "page.html").write_bytes(body)
    (folder / "site" / "page.html.gz").write_bytes(compressed)
    conf = NGINX.format(workers=WORKERS, folder=folder, port=NGINX_PORT)
    (folder / "nginx.conf").write_text(conf)
    folder.chmod(0o755)
    with running("nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")):
        wait_for(f"http://127.0.0.1:{NGINX_PORT}/page.html")
        yield


def requests_a_second(address: str, *headers: str, seconds: int = 4) -> float:
    asked = [part for header in headers for part in ("-H", header)]
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", *asked, address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if found is None or "Socket errors" in said:
        raise SystemExit(said)
    return float(found[1])


def resident_mb(process: subprocess.Popen) -> float:
    """Return the resident MiB of the largest child of a process."""
    children = subprocess.run(
        ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    sizes = [Path(f"/proc/{child}/status").read_text() for child in children]
    return max(int(re.search(r"VmRSS:\s+(\d+)", each)[1]) for each in sizes) / 1024


def serve() -> None:
    from digest.models import Post

    fill(60, 24)
    vary()
    path = Post.objects.published().first().get_absolute_url()
    ours, theirs = f"http://127.0.0.1:{SITE_PORT}{path}", f"http://127.0.0.1:{NGINX_PORT}/page.html"
    with site() as process, tempfile.TemporaryDirectory() as name, httpx2.Client() as client:
        plain = client.get(ours, headers={"accept-encoding": "identity"})
        with client.stream("GET", ours, headers={"accept-encoding": "gzip"}) as packed:
            compressed = b"".join(packed.iter_raw())
        before = resident_mb(process)
        print(f"one digest of 24 papers: {len(plain.content)} bytes, gzip {len(compressed)}")
        with nginx(Path(name), plain.content, compressed):
            known = client.get(theirs, headers={"accept-encoding": "identity"}).headers["etag"]
            for what, our, their in (
                ("plain", [], []),
                ("gzip", ["Accept-Encoding: gzip"], ["Accept-Encoding: gzip"]),
                (
                    "304",
                    [f"If-None-Match: {plain.headers['etag']}"],
                    [f"If-None-Match: {known}"],
                ),
            ):
                rounds = [
                    (requests_a_second(ours, *our), requests_a_second(theirs, *their))
                    for _ in range(3)
                ]
                ratio = statistics.median(mine / nginxs for mine, nginxs in rounds)
                mine, nginxs = rounds[1]
                print(f"{what}: {mine:.0f} requests/s, nginx {nginxs:.0f}, ratio {ratio:.2f}")
        for post in Post.objects.published():
            for suffix in ("/", ".md", ".json"):
                for _ in range(2 * WORKERS):
                    client.get(ours.replace(path, post.get_absolute_url()[:-1] + suffix))
        print(f"a worker's memory: {before:.0f} MiB, with its pages {resident_mb(process):.0f}")
        poll(f"http://127.0.0.1:{SITE_PORT}")


MIXED = """
local count = 0
request = function()
    count = count + 1
    return wrk.format("GET", nil, count % 10 > 0 and {{["If-None-Match"] = '{etag}'}} or {{}})
end
done = function(summary, latency)
    local errors = summary.errors
    io.write("p95 " .. latency:percentile(95) / 1000 .. " errors " .. errors.status + errors.read
        + errors.write + errors.connect + errors.timeout .. "\\n")
end
"""


def poll(address: str, readers: int = 200) -> None:
    """Let feed readers ask without pause, 90 % with validators, and look at /healthz meanwhile."""
    feed = f"{address}/feed.xml"
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(MIXED.format(etag=httpx2.get(feed).headers["etag"].replace('"', '\\"')))
        script.flush()
        command = ["wrk", "-t1", f"-c{readers}", "-d5s", "-s", script.name, feed]
        polling = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        health = []
        with httpx2.Client() as client:
            while polling.poll() is None:
                begin = time.perf_counter()
                client.get(f"{address}/healthz").raise_for_status()
                health.append(1000 * (time.perf_counter() - begin))
                time.sleep(0.05)
        said = polling.communicate()[0]
    p95, errors = re.search(r"p95 ([\d.]+) errors (\d+)", said).groups()
    print(
        f"{readers} feed readers at once: p95 {float(p95):.1f} ms, errors {errors};"
        f" /healthz median {statistics.median(health):.1f} ms, most {max(health):.1f} ms"
    )


# --- Made -----------------------------------------------------------------------------------------
def make() -> None:
    from django.core.wsgi import get_wsgi_application

    from digest.models import Post
    from digest.readers.pages import making, rows
    from papers.clock import now

    fill(15, 24)
    handler = get_wsgi_application().get_response
    post = Post.objects.published().first()
    paper = post.entries.first().paper
    for path in (post.get_absolute_url(), "/", paper.get_absolute_url(), "/feed.xml"):
        made = median_of(20, lambda path=path: making.make(path, handler))
        read = median_of(200, lambda path=path: rows.read(path, now()).headers_plain)
        print(f"{path}: made anew {made:.1f} ms of CPU, from its row {read:.2f} ms")


# --- Published ------------------------------------------------------------------------------------
def publish(digests: int) -> None:
    from django.db import connection

    from digest import publishing
    from digest.models import Post, State

    fill(digests, 24)
    newest = list(Post.objects.published()[:20])

    def again(post: Post) -> float:
        Post.objects.filter(pk=post.pk).update(state=State.DRAFT, published_at=None)
        begin = time.perf_counter()
        publishing.publish(Post.objects.get(pk=post.pk), gated=False)
        return 1000 * (time.perf_counter() - begin)

    spent: dict[bool, list[float]] = {True: [], False: []}
    for number, post in enumerate(newest):
        switch(connection, "ENABLE" if number % 2 else "DISABLE")
        spent[bool(number % 2)].append(again(post))
    on, off = (statistics.median(spent[each]) for each in (True, False))
    print(f"publishing among {digests} digests: {on:.1f} ms, without stored pages {off:.1f} ms")


def switch(connection: Any, verb: str) -> None:
    """Have the triggers of the stored pages work or rest. Those of the search go on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger"
            " WHERE tgname LIKE %s",
            ["digest_pages_of_%"],
        )
        triggers = cursor.fetchall()
        assert triggers
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER {name}")


# --- Dropped --------------------------------------------------------------------------------------
def acts(number: int, seed: int) -> None:
    from digest.readers.pages.making import STORED
    from tests.digest.readers.pages.acts import Acts, make_site
    from tests.digest.readers.pages.test_acts import Watch, stored

    random = Random(seed)
    make_site(random, digests=8)
    doing, watch = Acts(random), Watch()
    watch.store_all()
    dropped = changed = stale = 0
    with site(SITE_PORT, 1), site(NGINX_PORT, 1), httpx2.Client() as client:
        for count in range(1, number + 1):
            if cut := count % 50 == 0:
                cut_listeners()
            act = doing.do()
            counting = stored()
            time.sleep(2 if cut else 0.05)  # The promise.
            told = [
                (path, client.get(f"http://127.0.0.1:{port}{path}").headers.get("etag"))
                for path, (status, _etag) in watch.fresh.items()
                for port in (SITE_PORT, NGINX_PORT)
                if status in STORED
            ]
            outcome = watch.after(counting)
            behind = [path for path, etag in told if _differs(etag, watch.fresh[path])]
            dropped, changed = dropped + outcome.dropped, changed + outcome.changed
            stale += len(outcome.stale) + len(behind)
            if outcome.stale or behind:
                print(f"{act}: stale {outcome.stale}, served old {behind}")
            if count % 100 == 0:
                print(f"{count} acts: dropped {dropped}, changed {changed}, stale {stale}")
    print(f"{number} acts: {dropped / changed:.2f} pages dropped for each changed, {stale} stale")


def _differs(etag: str | None, page: tuple[int, str]) -> bool:
    return page[0] in {200, 410} and etag != page[1]


def cut_listeners() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["serve", "make", "publish", "acts"])
    parser.add_argument("--digests", type=int, default=1500)
    parser.add_argument("--acts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.what == "serve" and not (shutil.which("nginx") and shutil.which("wrk")):
        raise SystemExit("nginx and wrk are needed: apt-get install nginx-light wrk")
    with own_database():
        match options.what:
            case "serve":
                serve()
            case "make":
                make()
            case "publish":
                publish(options.digests)
            case "acts":
                acts(options.acts, options.seed)


if __name__ == "__main__":
    main()
