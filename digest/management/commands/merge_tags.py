from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from digest.management.tags import counts, lines, tag_called
from digest.publishing import tag_changes, tag_plans
from papers.management import arguments


class Command(BaseCommand):
    help = (
        "Merge tags into one. What had one of the others has that one; their names and addresses"
        " lead to it, and no subscriber gets anything old as new."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tags", nargs="+", metavar="FROM", help="names of tags, or their slugs")
        parser.add_argument("into", metavar="INTO", help="the tag that stays")
        parser.add_argument("--dry-run", action="store_true", help="say what would change")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        into = tag_called(options["into"])
        found = {tag.pk: tag for tag in map(tag_called, options["tags"])}
        sources = [tag for tag in found.values() if tag.pk != into.pk]
        if not sources:
            self.stdout.write(f"All of these are “{into.name}” already: 0 merged.")
            return
        plan = tag_plans.of_merge(sources, into)
        for line in lines(plan):
            self.stdout.write(line)
        done = f"{len(sources)} merged into “{into.name}”: "
        if options["dry_run"]:
            done = "Nothing was written (dry run): "
        else:
            try:
                tag_changes.merge(sources, into)
            except tag_changes.TagsRefused as error:
                raise CommandError(str(error)) from error
        self.stdout.write(done + arguments.closing_line(counts(plan)))
