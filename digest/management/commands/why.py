from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations

from digest.way import Way
from digest.way.text import table
from papers import arxiv_id
from papers.management import arguments
from papers.text.cleaning import fold


class Command(BaseCommand):
    help = "One paper's way: who listed it, what was decided and made, and why it is public or not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paper", metavar="ID", help="an arXiv id, or a link to the paper")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        way = Way.of(self.id(options["paper"]))
        self.stdout.write(way.arxiv_id if way.paper is None else fold(str(way.paper)))
        if way.paper:
            self.stdout.write(fold(str(way.verdict)))
        for line in table(way.lines, settings.SITE_URL):
            self.stdout.write(line)
        if way.cut:
            self.stdout.write(f"Older rows are left out: {', '.join(way.cut)}.")
        self.stdout.write(arguments.closing_line({"lines": len(way.lines)}))
        if way.paper is None:
            raise CommandError(fold(str(way.verdict)))

    def id(self, spelling: str) -> str:
        try:
            return arxiv_id.parse(spelling)
        except arxiv_id.InvalidArxivId as error:
            raise CommandError(f"{error}.", returncode=2) from error
