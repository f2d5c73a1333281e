"""Measures how the sources hold on: an outage, pages in other renderings, a large day. One by one.

Each is a script of its own, which prints its figures and its goals.
"""

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fulltext", type=Path, help="the folder of recorded full texts")
    folder = str(parser.parse_args().fulltext)
    for script, *arguments in (["outage"], ["parsing", folder], ["announced_day"]):
        print(f"\n{script}", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{script}", *arguments], check=True)


if __name__ == "__main__":
    main()
