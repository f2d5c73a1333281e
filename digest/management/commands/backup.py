from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from digest.backups import BackupRefused, making
from digest.management.bytes_bar import bytes_bar
from papers.management import arguments


class Command(BaseCommand):
    help = "Write the whole site's data into one file, and check it. Stored pages are not in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--replace", action="store_true", help="write it where a file is already"
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = making.make(options["file"], self.progress, replace=options["replace"])
        except BackupRefused as error:
            raise CommandError(f"{error}.") from error
        rows = made.record.rows
        counts = {
            "papers": rows.get("papers_paper", 0),
            "posts": rows.get("digest_post", 0),
            "rows": sum(rows.values()),
            "bytes": made.path.stat().st_size,
        }
        self.stdout.write(arguments.closing_line(counts))

    def progress(self, chunks: Iterable[bytes], total: int | None) -> Iterable[bytes]:
        return bytes_bar("backing up", chunks, total)
