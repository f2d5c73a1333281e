from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from tqdm import tqdm

from papers.management import arguments
from papers.models import Finding, FindingLevel
from papers.pipeline import checking

AT_ONCE = 50  # papers


class Command(BaseCommand):
    help = "Run all checks over the sections of papers, and list what they find."

    def add_arguments(self, parser: ArgumentParser) -> None:
        arguments.add_papers(parser)

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        papers = arguments.papers(options)
        read = 0
        for start in tqdm(range(0, len(papers), AT_ONCE), disable=None, unit="paper"):
            read += checking.check(papers[start : start + AT_ONCE])["sections read"]
        found = list(
            Finding.objects.filter(paper__in=papers)
            .select_related("paper", "section__paper")
            .order_by("paper__arxiv_id", "section__language", "section__position", "start", "id")
        )
        for finding in found:
            self.stdout.write(finding.line() if finding.is_open else f"{finding.line()} (accepted)")
        standing = [finding.level for finding in found if finding.is_open]
        counts = {"papers": len(papers), "sections read": read}
        counts |= {level.value: standing.count(level) for level in FindingLevel}
        self.stdout.write(arguments.closing_line(counts))
        if errors := counts[FindingLevel.ERROR.value]:
            raise CommandError(f"{errors} errors: mend the texts, or accept them in the admin.")
