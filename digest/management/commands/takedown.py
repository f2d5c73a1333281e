import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction

from digest.backups import gate, switching
from digest.keeping import takedown
from papers import arxiv_id
from papers.management import arguments
from papers.models import Paper


class Command(BaseCommand):
    help = (
        "Remove a paper's text everywhere. Its page answers 410, the audit has a row of it, and"
        " nothing brings it back by itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", metavar="ID", help="an arXiv id or link")
        parser.add_argument("--reason", default="", help="why; the audit keeps it")
        parser.add_argument("--by", default="", help="who; without it the user of the system")
        parser.add_argument("--dry-run", action="store_true", help="say what would go")
        parser.add_argument("--yes", action="store_true", help="ask nothing")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        paper = self.paper(options["id"])
        if switching.is_kept() or switching.is_loaded():
            raise CommandError(
                "The site from before the last restore, or a backup that a restore has loaded, is"
                " beside this one and may have its text, too: `restore --forget` first."
            )
        counts = takedown.plan(paper)
        self.stdout.write(f"{paper}")
        for table, count in sorted(counts.items()):
            self.stdout.write(f"  {count} rows of {table}")
        if options["dry_run"]:
            self.stdout.write(arguments.closing_line({"rows would go": sum(counts.values())}))
            return
        self.confirm(options["yes"])
        by = options["by"] or getpass.getuser()
        with transaction.atomic():
            gate.wait_for_tasks()  # Else a job that reads the paper now would store its text later.
            done, left = takedown.take_down(paper, by=by, reason=options["reason"])
        for table, count in left.items():
            self.stdout.write(
                f"{count} rows of {table} still have its title or a part of its text in words of"
                " people: edit them."
            )
        self.stdout.write("Backups have its text until they are deleted.")
        self.stdout.write(
            arguments.closing_line({"rows": done.total(), "left": sum(left.values())})
        )

    def paper(self, text: str) -> Paper:
        try:
            known = arxiv_id.parse(text)
        except arxiv_id.InvalidArxivId as error:
            raise CommandError(str(error), returncode=2) from error
        paper = Paper.objects.filter(arxiv_id=known).first()
        if paper is None:
            raise CommandError(f"{known} is not known here: there is nothing to take down.")
        return paper

    def confirm(self, yes: bool) -> None:
        if yes:
            return
        if not sys.stdin.isatty():
            raise CommandError("Nobody is there to ask: say --yes to go on without.")
        if input("This cannot be undone. Take it down? Type yes: ").strip() != "yes":
            raise CommandError("Nothing was changed.")
