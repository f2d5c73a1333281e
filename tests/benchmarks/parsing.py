"""Measures how long the pages and PDFs of recorded papers take to read. The goal is 0.3 s a page.

Each file is read in this process some times, and once in a child as the site does. Told are the
CPU of each file's fastest run and of all runs over pages, and the time in the child. Pages are read
in the other renderings that the tests derive from them, too, and must have the same sections there.
"""

import argparse
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from papers.fulltext import sandbox
from papers.fulltext.html import parse_html
from papers.fulltext.pdf import parse_pdf
from tests.papers.fulltext import renderings

GOAL_S = 0.3


class Read(NamedTuple):
    """What reading a file gave: its sections, and the seconds of each run."""

    sections: list[tuple[str, str]]
    seconds: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="recorded full texts")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    read = {name: _read(name, *data, options.runs) for name, *data in _files(options.folder)}
    pages = {name: each for name, each in read.items() if ".html" in name}
    others = [name for name in pages if not name.endswith(" str")]
    same = sum(pages[name].sections == pages[f"{name.split()[0]} str"].sections for name in others)
    seconds = sorted(chain.from_iterable(each.seconds for each in pages.values()))
    p95 = quantiles(seconds, n=20, method="inclusive")[-1]
    print(f"same sections: {same} of {len(others)} pages in another rendering")
    print(
        f"{len(pages)} pages, {len(seconds)} runs: CPU median {median(seconds):.3f} s,"
        f" p95 {p95:.3f} s, worst {seconds[-1]:.3f} s, goal {GOAL_S} s"
    )


def _files(folder: Path) -> list[tuple[str, str, bytes]]:
    pages = [
        (f"{path.name} {render.__name__}", "text/html", render(path.read_text()).encode())
        for path in sorted(folder.glob("*.html"))
        for render in (str, renderings.xhtml, renderings.bare)
    ]
    pdfs = sorted(folder.glob("*.pdf"))
    return [*pages, *((path.name, "application/pdf", path.read_bytes()) for path in pdfs)]


def _read(name: str, media_type: str, data: bytes, runs: int) -> Read:
    parse = parse_html if media_type == "text/html" else parse_pdf
    seconds = [_seconds(lambda: parse(data), time.process_time) for _ in range(runs)]
    child = _seconds(lambda: sandbox.parse(data, media_type), time.perf_counter)
    print(f"{name:32} {len(data) / 1024:8.0f} kB  {min(seconds):.3f} s  in a child {child:.3f} s")
    return Read([(part.kind, part.heading) for part in parse(data).parts], seconds)


def _seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return clock() - start


if __name__ == "__main__":
    main()
