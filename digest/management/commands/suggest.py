import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from digest.suggestions import making, wording
from digest.suggestions.learning.learner import Suggestion
from papers.management import arguments
from papers.models import Listing


class Command(BaseCommand):
    help = "The papers of a day in the order of suggested picks, with reasons. Nothing is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("date", type=arguments.day)
        parser.add_argument("--json", action="store_true", help="for machines, to stdout")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"]
        found = making.ranked([day])
        if not found:
            raise CommandError(f"{day}: no paper is listed. Run ingest for that day.")
        self._titles = _listed(found[0].suggestions)
        rows = [self._row(*each) for each in enumerate(found[0].suggestions, start=1)]
        if options["json"]:
            data = {"day": day.isoformat(), "picks": found[0].picks, "learned": found[0].learned}
            text = json.dumps(data | {"papers": rows}, ensure_ascii=False, indent=2)
            self.stdout.write(text)
        else:
            self._print(found[0], rows)

    def _row(self, position: int, suggestion: Suggestion) -> dict[str, Any]:
        arxiv_id, title = self._titles[suggestion.paper.key]
        said = [wording.sentence(reason) for reason in suggestion.reasons]
        return {"position": position, "arxiv_id": arxiv_id, "title": title, "reasons": said}

    def _print(self, found: making.Ranked, rows: list[dict[str, Any]]) -> None:
        if not found.learned:
            self.stdout.write(wording.by_votes(found.picks))
        for row in rows:
            self.stdout.write("{position:>3}  {arxiv_id:<12}  {title}".format(**row))
            self.stdout.write(f"     {'; '.join(row['reasons'])}")
        counts = {"papers": len(rows), "earlier picks known": found.picks}
        self.stdout.write(arguments.closing_line(counts))


def _listed(suggestions: list[Suggestion]) -> dict[Any, tuple[str, str]]:
    keys = [each.paper.key for each in suggestions]
    rows = Listing.objects.filter(pk__in=keys)
    columns = rows.values_list("pk", "paper__arxiv_id", "paper__title_plain")
    return {key: (arxiv_id, title) for key, arxiv_id, title in columns}
