from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from papers import arxiv_id, draft, jobs
from papers.management import arguments
from papers.models import JobKind, Paper
from papers.sections import Outcome


class Command(BaseCommand):
    help = "Write the missing sections of papers. A section that a person changed stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--date", type=arguments.day, help="papers listed on this day")
        which.add_argument("--paper", nargs="+", metavar="ID", help="arXiv ids or links")
        parser.add_argument("--language", default=draft.EXTRACTIVE_LANGUAGE)
        parser.add_argument("--with", choices=["extractive"], default="extractive", dest="drafter")
        parser.add_argument("--queue", action="store_true", help="leave it to the workers")

    def handle(self, *args: Any, **options: Any) -> None:
        papers = self.papers(options)
        if not papers:
            raise CommandError("No paper to draft: run ingest for that day first.")
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

    def papers(self, options: dict[str, Any]) -> list[Paper]:
        if options["date"]:
            return list(Paper.objects.filter(listings__day=options["date"]).distinct())
        try:
            ids = {arxiv_id.parse(text) for text in options["paper"]}
        except arxiv_id.InvalidArxivId as error:
            raise CommandError(str(error), returncode=2) from error
        papers = list(Paper.objects.filter(arxiv_id__in=ids))
        if unknown := ids - {paper.arxiv_id for paper in papers}:
            raise CommandError(f"Unknown here: {', '.join(sorted(unknown))}. Ingest them first.")
        return papers
