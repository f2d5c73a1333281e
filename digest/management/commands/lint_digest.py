from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from digest.models import Post
from digest.publishing import gate
from papers.checks.numbers import NOT_IN_ABSTRACT, NOT_IN_PART
from papers.management import arguments
from papers.models import Finding, FindingLevel

UNREAD = (NOT_IN_ABSTRACT, NOT_IN_PART)
"""The codes of errors that a whole full text would settle."""
GROUPS = {
    "Errors": lambda each: each.level == FindingLevel.ERROR and each.code not in UNREAD,
    "Numbers that the abstracts do not state, and a full text would have to settle": lambda each: (
        each.code in UNREAD
    ),
    "Warnings": lambda each: each.level == FindingLevel.WARNING,
    "Unchecked, for there is no text of the paper": lambda each: (
        each.level == FindingLevel.UNCHECKED
    ),
}


class Command(BaseCommand):
    help = "The publish gate from a terminal: what stands against a day's post. Exits 1 on errors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("date", type=arguments.day)

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        posts = Post.objects.filter(date=options["date"])
        if not posts:
            raise CommandError(f"{options['date']} has no post: make it with build_post.")
        counts: Counter[str] = Counter(dict.fromkeys(FindingLevel.values, 0))
        for post in posts:
            self.stdout.write(f"“{post}”")
            counts.update(self.report(gate.findings(post)))
        self.stdout.write(arguments.closing_line(counts))
        if counts[FindingLevel.ERROR]:
            raise CommandError(
                f"{counts[FindingLevel.ERROR]} errors: mend the texts, or accept them in the admin."
            )

    def report(self, findings: list[Finding]) -> Counter[str]:
        standing = [each for each in findings if each.is_open]
        for heading, belongs in GROUPS.items():
            if group := list(filter(belongs, standing)):
                self.stdout.write(f"\n{heading}:")
                for finding in group:
                    self.stdout.write(f"  {finding.line()}")
        if accepted := [each for each in findings if not each.is_open]:
            self.stdout.write("\nAccepted:")
            for finding in accepted:
                self.stdout.write(f"  {finding.line()} ({finding.reason})")
        return Counter(each.level for each in standing)
