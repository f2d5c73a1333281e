from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers import draft, jobs
from papers.management import arguments
from papers.models import JobKind
from papers.sections import Outcome


class Command(BaseCommand):
    help = "Write the missing sections of papers. A section that a person changed stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.add_papers(parser)
        parser.add_argument("--language", default=draft.EXTRACTIVE_LANGUAGE)
        parser.add_argument("--with", choices=["extractive"], default="extractive", dest="drafter")
        parser.add_argument("--queue", action="store_true", help="leave it to the workers")

    def handle(self, *args: Any, **options: Any) -> None:
        papers = arguments.papers(options)
        try:
            if options["queue"]:
                draft.require_own_language(options["language"])
                added = jobs.add(JobKind.DRAFT, *(each.arxiv_id for each in papers), again=True)
                self.stdout.write(arguments.queued(added, len(papers)))
                return
            counts = draft.draft(papers, options["language"])
        except draft.Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(arguments.closing_line(counts))
        if counts[Outcome.REFUSED]:
            raise CommandError(f"{counts[Outcome.REFUSED]} sections cannot be rendered.")
