"""Measures the peak memory of a real worker that ingests and drafts 100 papers.

One paper has 3,303 authors. Fake servers on loopback stand in for Hugging Face and arXiv. The goal
is 300 MiB for a worker (`--concurrency` processes and the one that starts them). Memory pages that
its processes share are counted once in the sum.
"""

import argparse
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psutil
from django.db.models import Max, Min
from pytest_httpserver import HTTPServer

from tests.benchmarks.database import own_database
from tests.faults.sources import Sources, item

GOAL_MIB = 300
DAY = "2025-10-08"
PAPERS = 100
AUTHORS = 3303


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--concurrency", type=int, default=2, help="processes of the worker")
    options = parser.parse_args()
    with a_site() as (_, sources):
        sources.days[DAY] = a_large_day()
        measure(DAY, sources.environment | {"AUTO_DRAFT": "all"}, options.concurrency)


@contextmanager
def a_site() -> Iterator[tuple[HTTPServer, Sources]]:
    """A database of its own, a queue, and a server that plays Hugging Face and the query API."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with own_database():
        from django.conf import settings

        from digest.local.embedded import valkey

        valkey.start(settings.DATA_DIR)
        try:
            with HTTPServer(threaded=True) as server:
                yield server, Sources(server)
        finally:
            valkey.stop(settings.DATA_DIR)


def a_large_day() -> list[dict]:
    words = "We propose a model that is twice as fast as attention, in as many steps. " * 18
    items = [
        item(DAY, n, summary=words, authors=[{"name": f"Author {n}.{k}"} for k in range(12)])
        for n in range(PAPERS)
    ]
    items[0]["paper"]["authors"] = [{"name": f"Ada Lovelace the {k}th"} for k in range(AUTHORS)]
    return items


def measure(day: str, environment: dict[str, str], concurrency: int) -> None:
    """Have a real worker ingest a day and do all that follows. Print its time and memory."""
    from papers import jobs
    from papers.clock import now
    from papers.models import Job, JobKind, JobState, Paper, Run, Subject

    runs = Run.objects.filter(started_at__gte=now())
    jobs.add(JobKind.INGEST_DAY, Subject(day=date.fromisoformat(day)), again=True)
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+") as log:
        worker = start(environment, concurrency, log)
        try:
            begin = time.perf_counter()
            while Job.objects.exclude(state=JobState.DONE).exists():
                if worker.poll() is not None or time.perf_counter() - begin > 120:
                    log.seek(0)
                    raise SystemExit(f"{list(Job.objects.values())}\n{log.read()}")
                time.sleep(0.1)
            told = runs.aggregate(began=Min("started_at"), ended=Max("ended_at"))
            seconds = (told["ended"] - told["began"]).total_seconds()
            print(f"{Paper.objects.count():,} papers, {runs.count()} attempts in {seconds:.1f} s")
            report(psutil.Process(worker.pid))
        finally:
            worker.terminate()
            worker.wait()


def start(environment: dict[str, str], concurrency: int, log) -> subprocess.Popen:
    from django.conf import settings
    from django.db import connection

    params = connection.get_connection_params()
    url = f"postgresql://{params['user']}@/{params['dbname']}?host={params['host']}"
    options = [f"--concurrency={concurrency}", "--without-mingle", "-Q", "celery,arxiv"]
    return subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "digest", "worker", *options],
        env=os.environ
        | environment
        | {
            "DATABASE_URL": f"{url}&port={params['port']}",
            "DATA_DIR": str(settings.DATA_DIR),
            "ARXIV_INTERVAL_S": "0",
        },
        stdout=log,
        stderr=log,
    )


def report(worker: psutil.Process) -> None:
    processes = [worker, *worker.children(recursive=True)]
    peaks = [kib(process, "status", "VmHWM") / 1024 for process in processes]
    together = sum(kib(process, "smaps_rollup", "Pss") for process in processes) / 1024
    cpu = sum(sum(process.cpu_times()[:2]) for process in processes)
    print(f"CPU of its processes, with their start: {cpu:.1f} s")
    print(f"peak of each process (VmHWM): {', '.join(f'{peak:.0f}' for peak in peaks)} MiB")
    print(f"all {len(processes)} together at the end: {together:.0f} MiB, shared pages once")
    print(f"goal: {GOAL_MIB} MiB a worker; largest process {max(peaks) / GOAL_MIB:.0%} of it")


def kib(process: psutil.Process, file: str, field: str) -> int:
    lines = Path(f"/proc/{process.pid}/{file}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


if __name__ == "__main__":
    main()
