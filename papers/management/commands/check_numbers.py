import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from papers.checks import numbers
from papers.management import arguments
from papers.text import strict_json


class Command(BaseCommand):
    help = (
        'Add to each row {"source": …, "claim": …} of a file the numbers of the claim that the '
        'source does not state, as "unsupported": […]. For measuring the check: no database.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        counts = Counter({"rows": 0, "with unsupported numbers": 0, "refused": 0})
        try:
            lines = path.read_bytes().splitlines()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        for number, line in enumerate(tqdm(lines, disable=None, unit="row"), 1):
            if not line.strip():
                continue
            counts["rows"] += 1
            try:
                row = checked(line)
                text = json.dumps(row, ensure_ascii=False)
                text.encode()  # A lone surrogate, "\\ud800", cannot be written.
            except ValueError as error:
                self.stderr.write(self.style.ERROR(f"{path}: line {number}: {error}"))
                counts["refused"] += 1
                continue
            counts["with unsupported numbers"] += bool(row["unsupported"])
            self.stdout.write(text)
        self.stderr.write(arguments.closing_line(counts))
        if counts["refused"]:
            raise CommandError(f"{counts['refused']} rows could not be read: see above.")


def checked(line: bytes) -> dict[str, Any]:
    """Return the row of a line with its unsupported numbers. Raises ValueError for another row."""
    row = strict_json.loads(line.decode())
    texts = [row.get(name) for name in ("source", "claim")] if isinstance(row, dict) else []
    match texts:
        case [str(source), str(claim)]:
            return {**row, "unsupported": numbers.unsupported(claim, source)}
    raise ValueError('no object with the texts "source" and "claim"')
