from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from digest.models import Entry
from papers.checks import terms
from papers.management import arguments
from papers.models import Section
from papers.pipeline import checking


class Command(BaseCommand):
    help = "The house's glossary against a digest: how each term is rendered, and where."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--digest", type=arguments.day, required=True, metavar="DAY")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        day = options["digest"]
        entries = Entry.objects.filter(post__date=day, position__isnull=False)
        if not entries:
            raise CommandError(f"{day} has no post with papers: make it with build_post.")
        numbers = {entry.paper_id: entry.position or 0 for entry in entries}
        counts = {"terms": 0, "mixed": 0}
        for usage in self.usages(numbers):
            counts["terms"] += 1
            counts["mixed"] += usage.is_mixed
            self.stdout.write(f"{usage.term.english}{' (mixed)' if usage.is_mixed else ''}")
            for rendering, places in usage.counts.items():
                papers = ", ".join(f"{paper} ({n})" for paper, n in sorted(places.items()))
                self.stdout.write(f"  {rendering}: {sum(places.values())}, in papers {papers}")
        self.stdout.write(arguments.closing_line(counts))
        if counts["mixed"]:
            raise CommandError(f"{counts['mixed']} terms are rendered in more than one way.")

    def usages(self, numbers: dict[int, int]) -> list[terms.Usage[int]]:
        """Return how the papers render each term. `numbers` maps ids to numbers in the digest."""
        house = checking.house_terms()
        glossary = [*house, *terms.undecided(house)]
        texts: dict[str, dict[int, str]] = {}
        for section in Section.objects.filter(paper__in=numbers).exclude(markdown=""):
            of_paper = texts.setdefault(section.language, {})
            number = numbers[section.paper_id]
            of_paper[number] = f"{of_paper.get(number, '')}\n\n{section.markdown}"
        return [
            usage
            for language, written in texts.items()
            for usage in terms.renderings(written, language, glossary)
        ]
