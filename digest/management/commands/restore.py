import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from digest.backups import BackupRefused, files, loading, making, newer, switching
from digest.backups.files import Backup
from digest.management.bytes_bar import bytes_bar
from papers.management import arguments

AFTER = (
    "Restart the site, the workers and beat: they may remember rows of the former site."
    " It is kept: `restore --back` puts it in its place again, `restore --forget` deletes it."
)


class Command(BaseCommand):
    help = (
        "Load a backup beside the site, and put it in its place in one step. Until then readers see"
        " the former site, which is kept."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", type=Path, metavar="FILE", nargs="?")
        what.add_argument(
            "--back", action="store_true", help="put the former site in its place again"
        )
        what.add_argument("--forget", action="store_true", help="delete the former site for good")
        parser.add_argument("--check", action="store_true", help="read FILE, and restore nothing")
        parser.add_argument("--yes", action="store_true", help="ask nothing")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["forget"]:
                self.forget()
            elif options["back"]:
                self.back(yes=options["yes"])
            elif options["check"]:
                self.check_file(options["file"])
            else:
                self.restore(options["file"], yes=options["yes"])
        except BackupRefused as error:
            raise CommandError(f"{error}.") from error

    def check_file(self, path: Path) -> None:
        backup = files.read(path)
        making.check(backup)
        self.tell(backup)
        loading.require_fitting(backup)
        self.stdout.write(arguments.closing_line(self.counts(backup)))

    def restore(self, path: Path, *, yes: bool) -> None:
        backup = files.read(path)
        loading.require_fitting(backup)
        if switching.is_kept():
            raise BackupRefused(
                "the site from before the last restore is still kept: look at what is there now,"
                " then `restore --forget` deletes the former one, or `restore --back` returns to it"
            )
        self.tell(backup)
        lost = newer.newer_than(datetime.fromisoformat(backup.record.made_at))
        self.stdout.write("Written since then, and not in it:" if lost else "Nothing is newer.")
        for count, what in lost:
            self.stdout.write(f"  {count} {what}")
        self.confirm(yes, "Put the backup in the place of this site?")
        loading.load(backup, self.progress)
        switching.switch(self.step)
        self.stdout.write(AFTER)
        self.stdout.write(arguments.closing_line(self.counts(backup)))

    def back(self, *, yes: bool) -> None:
        self.confirm(yes, "Put the former site in the place of this one, which is kept instead?")
        switching.back(self.step)
        self.stdout.write(AFTER)
        self.stdout.write(arguments.closing_line({"sites put back": 1}))

    def forget(self) -> None:
        tables = switching.forget()
        self.stdout.write(arguments.closing_line({"former sites deleted": int(tables > 0)}))

    def tell(self, backup: Backup) -> None:
        record = backup.record
        self.stdout.write(
            f"{backup.path}: {record.site} on {record.made_at[:16].replace('T', ' ')} UTC,"
            f" release {record.release}."
        )

    def counts(self, backup: Backup) -> dict[str, int]:
        rows = backup.record.rows
        return {
            "papers": rows.get("papers_paper", 0),
            "posts": rows.get("digest_post", 0),
            "rows": sum(rows.values()),
        }

    def confirm(self, yes: bool, question: str) -> None:
        if yes:
            return
        if not sys.stdin.isatty():
            raise BackupRefused("nobody is there to ask: say --yes to go on without")
        if input(f"{question} Type yes: ").strip() != "yes":
            raise BackupRefused("nothing was changed")

    def progress(self, chunks: Iterable[bytes], total: int | None) -> Iterable[bytes]:
        return bytes_bar("restoring", chunks, total)

    def step(self, what: str) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"{what} …")
