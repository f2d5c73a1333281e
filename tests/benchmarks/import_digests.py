"""Imports 439 digests of 24 papers each, twice, against COPY of the same rows.

Rendering is measured separately.
"""

import argparse
import io
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from tests.benchmarks.database import copy_rows, own_database

SENTENCE = (
    "본 연구는 **블록 확산(block diffusion)** 모델 {n}을 제안하며 AR 대비 최대 {n}.5배 빠른 추론을 "
    "보인다. 복잡도는 $O(n^2)$ 에서 $O(n)$ 으로 줄어든다. "
)
HEADINGS = ("Introduction", "Method", "Results", "Limitations", "Conclusion")


def digest(day: date, first: int, papers: int) -> str:
    head = (
        f'---\nlayout: post\ntitle: "Daily Papers — {day}"\ndate: {day} 08:15:00\n'
        "tags: [papers, benchmark]\ncategories: []\n---\n"
    )
    parts = [head]
    for n in range(first, first + papers):
        identifier = f"{15 + n // 60000 % 80:02}{n // 5000 % 12 + 1:02}.{n % 5000 + 10000:05}"
        parts.append(f"# {n - first + 1}. [Paper {n}](https://arxiv.org/abs/{identifier})")
        parts += [f"## {heading}\n{SENTENCE.format(n=n) * 2}" for heading in HEADINGS]
    return "\n\n".join(parts) + "\n"


def write_digests(folder: Path, digests: int, papers: int) -> None:
    for number in range(digests):
        day = date(2024, 1, 1) + timedelta(days=number)
        text = digest(day, number * papers, papers)
        (folder / f"{day}-digest.md").write_text(text)


def timed(function) -> float:
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--digests", type=int, default=439)
    parser.add_argument("--papers", type=int, default=24)
    options = parser.parse_args()
    with own_database(), tempfile.TemporaryDirectory() as name:
        from django.core.management import call_command

        from papers.models import Paper, Section
        from papers.text import rendering

        folder = Path(name)
        write_digests(folder, options.digests, options.papers)
        silent = {"stdout": io.StringIO(), "stderr": io.StringIO()}
        first = timed(lambda: call_command("import_jekyll", folder, **silent))
        again = timed(lambda: call_command("import_jekyll", folder, **silent))
        texts = list(Section.objects.values_list("markdown", flat=True))
        rendered = timed(lambda: [rendering.render(text) for text in texts])
        copied = copy_rows("papers_paper", "papers_section")
        print(f"papers {Paper.objects.count()}, sections {len(texts)}")
        print(f"import {first:.1f} s, of which rendering {rendered:.1f} s; again {again:.1f} s")
        print(
            f"COPY of the same rows {copied:.2f} s; without rendering the import takes "
            f"{(first - rendered) / copied:.0f} times that"
        )


if __name__ == "__main__":
    main()
