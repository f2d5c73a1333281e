from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import DatabaseError
from tqdm import tqdm

from digest.readers.export import ExportRefused, Outcome, export
from papers.management import arguments

T = TypeVar("T")
AGAIN = "What is written stays; run it again when that is mended."
NAMED = 20
"""Lines about what was refused, or leads nowhere."""


class Command(BaseCommand):
    help = (
        "Write the whole public site as files, for any static host. A second run writes only what "
        "changed, and deletes what is gone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument(
            "--check", action="store_true", help="follow each link of the files, and name dead ones"
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEBUG:
            raise CommandError("DEBUG is on, and pages of errors would show code: set DEBUG=off.")
        directory = options["directory"]
        try:
            outcome = export(directory, bar, check=options["check"])
        except ExportRefused as error:
            raise CommandError(f"{error}.") from error
        except OSError as error:
            raise CommandError(
                f"{directory}: cannot be written: {error.strerror}. {AGAIN}"
            ) from error
        except DatabaseError as error:
            raise CommandError(f"The database cannot be asked: {error}. {AGAIN}") from error
        self.tell(outcome, checked=options["check"])

    def tell(self, outcome: Outcome, *, checked: bool) -> None:
        troubles = [f"{name}: {why}" for name, why in sorted(outcome.refused.items())]
        troubles += [f"{name} leads to {link}, which is no file" for name, link in outcome.broken]
        for line in troubles[:NAMED]:
            self.stderr.write(line)
        if len(troubles) > NAMED:
            self.stderr.write(f"… and {len(troubles) - NAMED} more.")
        if outcome.left_out:
            self.stdout.write(
                f"{outcome.left_out} old addresses had no room in _redirects. Their pages lead on."
            )
        counts = {
            "files written": outcome.written,
            "unchanged": outcome.unchanged,
            "deleted": outcome.deleted,
            "bytes": outcome.bytes,
            "refused": len(outcome.refused),
        }
        self.stdout.write(
            arguments.closing_line(
                counts | ({"dead links": len(outcome.broken)} if checked else {})
            )
        )
        if troubles:
            raise CommandError(f"{len(troubles)} troubles, named above.")


def bar(what: str, of: Iterable[T], *, total: int | None = None) -> Iterable[T]:
    return tqdm(of, desc=what, total=total, disable=None, unit="file")
