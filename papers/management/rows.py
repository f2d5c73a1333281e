"""The base of commands that read rows from a file and print each with what they found."""

import json
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from papers.management import arguments
from papers.text import strict_json


class Told(NamedTuple):
    row: dict[str, Any]
    is_counted: bool
    """Whether the closing line counts the row as what `RowsCommand.counted` says."""


class RowsCommand(ABC, BaseCommand):
    counted: str
    """What the closing line counts, such as "supported"."""

    @abstractmethod
    def tell(self, row: Any) -> Told:
        """Return a row with what was found. Raises ValueError, saying what was expected."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        counts = Counter({"rows": 0, self.counted: 0, "refused": 0})
        try:
            lines = path.read_bytes().splitlines()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        for number, line in enumerate(tqdm(lines, disable=None, unit="row"), 1):
            if not line.strip():
                continue
            counts["rows"] += 1
            try:
                told = self.tell(strict_json.loads(line.decode()))
                text = json.dumps(told.row, ensure_ascii=False)
                text.encode()  # A lone surrogate, "\\ud800", cannot be written.
            except ValueError as error:
                self.stderr.write(self.style.ERROR(f"{path}: line {number}: {error}"))
                counts["refused"] += 1
                continue
            counts[self.counted] += told.is_counted
            self.stdout.write(text)
        self.stderr.write(arguments.closing_line(counts))
        if counts["refused"]:
            raise CommandError(f"{counts['refused']} rows could not be read: see above.")
