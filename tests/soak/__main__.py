"""Runs a whole site for some minutes under readers, editors and faults, and says what was wrong.

`.venv/bin/python -m tests.soak --minutes 30`. It exits with 1 if a reader got a wrong answer, if
something that was accepted is gone, or if memory grew. A 503 that names when to come again is no
wrong answer.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from pytest_httpserver import HTTPServer  # noqa: E402

from tests.faults.disk import Disk  # noqa: E402
from tests.faults.sources import Sources  # noqa: E402
from tests.soak.load import FIRST_DAY, Load, Tally  # noqa: E402
from tests.soak.site import Site  # noqa: E402

GROWTH = 1.10
"""How much more memory the last quarter may need than the second, which begins warm."""
LOOK_S = 10
DISK_MIB = 1024


def run(minutes: float) -> int:
    logging.getLogger("werkzeug").disabled = True  # The fake sources' own requests.
    with own_disk() as disk, HTTPServer(threaded=True) as server:
        site = Site(disk, Sources(server))
        tally, memory = Tally(), list[dict[str, int]]()
        try:
            site.open_all()
            load = Load(site, tally)
            load.start()
            suffer(site, minutes * 60, memory)
            load.end()
            settle(site, load, tally)
        finally:
            site.stop()
    grown = growth(memory)
    report(tally, site.restarts, memory, grown)
    return bool(tally.wrong or grown)


@contextmanager
def own_disk() -> Iterator[Disk]:
    """Yield a disk for all of the site. Raises PermissionError where this user may mount none."""
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(Path(folder) / "disk", mebibytes=DISK_MIB)
        try:
            yield disk
        finally:
            disk.close()


def suffer(site: Site, seconds: float, memory: list[dict[str, int]]) -> None:
    """Let faults come one after the other, with as much time between them for recovery."""
    faults = (
        site.kill_the_worker,
        site.restart_the_queue,
        site.restart_the_database,
        site.migrate,
        site.fill_the_queue,
        site.fill_the_disk,
    )
    begin, number = time.monotonic(), 0
    pause = max(30.0, seconds / (2 * len(faults)))
    while (spent := time.monotonic() - begin) < seconds:
        if spent > (number + 0.5) * pause and spent < seconds - pause / 2:
            print(f"{spent:5.0f} s  {faults[number % len(faults)].__name__}", flush=True)
            faults[number % len(faults)]()
            number += 1
        memory.append(site.memory())
        time.sleep(LOOK_S)


def settle(site: Site, load: Load, tally: Tally) -> None:
    """Wait until no job is left, then look whether all that was accepted is there."""
    unfinished = "SELECT 1 FROM papers_job WHERE state IN ('due', 'running')"
    deadline = time.monotonic() + 180
    while site.rows(unfinished) and time.monotonic() < deadline:
        time.sleep(1)
    if site.rows(unfinished):
        tally.lost("jobs are unfinished after three minutes")
    names = {name for (name,) in site.rows("SELECT name FROM taggit_tag")}
    for name in set(load.saved) - names:
        tally.lost(f"the tag {name} was accepted and is gone")
    failed = site.rows("SELECT kind, reason FROM papers_job WHERE state = 'failed'")
    for kind, reason in failed:
        tally.lost(f"a job failed: {kind}: {reason[:100]}")
    if load.stands_still:
        tally.lost(f"publishing stood still after {len(load.published)} days")
    days = [(FIRST_DAY + timedelta(days=number)).isoformat() for number in (0, len(load.published))]
    check = site.command("ledger", *days, "--check")
    if site.end_of(check):
        tally.lost(f"the ledger does not balance: {site.said(check)[-500:]}")


def growth(memory: list[dict[str, int]]) -> dict[str, float]:
    """Return each process that grew beyond GROWTH, and how much."""
    quarter = len(memory) // 4
    if quarter < 3:
        return {}
    early, late = memory[quarter : 2 * quarter], memory[-quarter:]
    ratios = {
        name: statistics.median(look[name] for look in late)
        / max(1, statistics.median(look[name] for look in early))
        for name in memory[0]
    }
    return {name: ratio for name, ratio in ratios.items() if ratio > GROWTH}


def report(
    tally: Tally,
    restarts: dict[str, int],
    memory: list[dict[str, int]],
    grown: dict[str, float],
) -> None:
    for (kind, status), count in sorted(tally.answers.items(), key=str):
        print(f"{kind:24} {status!s:>5} {count:>8}")
    for kind, seconds in tally.seconds.items():
        if len(seconds) > 20:
            p95 = statistics.quantiles(seconds, n=20)[-1]
            print(f"{kind:24} p50 {statistics.median(seconds):.3f} s, p95 {p95:.3f} s")
    print(f"started again: {restarts}")
    for name in memory[0] if memory else ():
        looks = [look[name] / 2**20 for look in memory]
        print(
            f"{name:24} {looks[0]:.0f} MiB at first,"
            f" {looks[-1]:.0f} at last, {max(looks):.0f} at most"
        )
    print(f"grown beyond {GROWTH}: {grown or 'none'}")
    print(f"{len(tally.wrong)} wrong")
    for line in tally.wrong[:50]:
        print(f"  {line}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    return run(parser.parse_args().minutes)


if __name__ == "__main__":
    sys.exit(main())
