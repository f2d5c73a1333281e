import re
from argparse import ArgumentParser
from collections import Counter
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from papers import jobs
from papers.management import arguments, pauses
from papers.models import JobKind, Paper, Subject
from papers.pipeline import extractive_drafts
from papers.pipeline.model_calls import OverBudget
from papers.pipeline.model_drafts import draft_with_model
from papers.pipeline.sections import Outcome
from papers.sources.errors import SourceBusy, SourceError

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*")


class Command(BaseCommand):
    help = "Write the missing sections of papers. A section that a person changed stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.add_papers(parser)
        parser.add_argument(
            "--with",
            choices=["extractive", "model"],
            dest="drafter",
            help="the paper's own sentences, or a language model (default: one, if configured)",
        )
        parser.add_argument(
            "--language",
            help="of the sections, as a code (default: the site's; the paper's for extractive)",
        )
        parser.add_argument("--queue", action="store_true", help="leave it to the workers")

    def handle(self, *args: Any, **options: Any) -> None:
        by_model = options["drafter"] == "model" or (
            options["drafter"] is None and bool(settings.MODEL_URL)
        )
        if by_model and not settings.MODEL_URL:
            raise CommandError("No model is configured: set MODEL_URL and MODEL_NAME.")
        language = options["language"] or (
            settings.LANGUAGE_CODE if by_model else extractive_drafts.EXTRACTIVE_LANGUAGE
        )
        if not _LANGUAGE.fullmatch(language):
            raise CommandError(f"{language!r} is no language: use a code as ko or en", returncode=2)
        try:
            if not by_model:
                extractive_drafts.require_own_language(language)
            papers = arguments.papers(options)
            if options["queue"]:
                self.queue(papers, language, by_model=by_model)
            elif by_model:
                self.by_model(papers, language)
            else:
                counts = extractive_drafts.draft(papers, language)
                self.stdout.write(arguments.closing_line(counts))
                self.complain(counts, failed=0)
        except extractive_drafts.LanguageRefused as error:
            raise CommandError(str(error)) from error

    def queue(self, papers: list[Paper], language: str, *, by_model: bool) -> None:
        if settings.MODEL_URL and not by_model:
            raise CommandError("The workers draft with the model: leave out --queue.")
        own = not by_model or language == settings.LANGUAGE_CODE
        subjects = (
            Subject(arxiv_id=each.arxiv_id, language="" if own else language) for each in papers
        )
        added = jobs.add(JobKind.DRAFT, *subjects, again=True)
        self.stdout.write(arguments.queued(added, len(papers)))

    def by_model(self, papers: list[Paper], language: str) -> None:
        counts: Counter[str] = Counter()
        try:
            failed = self.ask_model(papers, language, counts)
        except SourceBusy as busy:
            raise CommandError(f"{pauses.too_long(busy)} The other papers wait.") from busy
        finally:
            self.stdout.write(arguments.closing_line(counts))
        self.complain(counts, failed)

    def ask_model(self, papers: list[Paper], language: str, counts: Counter[str]) -> int:
        """Draft paper after paper, and return how many could not be."""
        failed = 0
        progress = tqdm(papers, disable=None, unit="paper")
        waiting = pauses.Pauses(progress, self.stderr)
        for paper in progress:
            try:
                counts.update(waiting.wait_out(partial(draft_with_model, paper, language)))
            except SourceBusy:
                raise
            except (SourceError, jobs.Postponed, jobs.PermanentFailure) as error:
                over = isinstance(error, OverBudget)
                counts["over budget" if over else "failed"] += 1
                failed += 1
                if not over or counts["over budget"] == 1:  # It is the same for all that follow.
                    self.stderr.write(self.style.ERROR(f"{paper.arxiv_id}: {error}"))
        return failed

    def complain(self, counts: Counter[str], failed: int) -> None:
        if counts[Outcome.REFUSED]:
            raise CommandError(f"{counts[Outcome.REFUSED]} sections cannot be rendered.")
        if failed:
            raise CommandError(f"{failed} papers were not drafted.")
