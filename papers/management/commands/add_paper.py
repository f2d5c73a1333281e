from argparse import ArgumentParser
from collections import Counter
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from papers import arxiv_id
from papers.management import arguments, pauses
from papers.pipeline.arxiv_facts import Asked, ask_batch, batches, list_for_editor
from papers.sources import arxiv
from papers.sources.errors import SourceBusy, SourceError


class Command(BaseCommand):
    help = (
        "Take papers in by hand, with what arXiv says of them, and list them today for picking. "
        "Running it twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "papers", nargs="+", metavar="ID_OR_URL", help="arXiv ids, or links to papers"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter({"papers added": 0, "listings added": 0, "refused": 0})
        ids = self.ids(options["papers"], counts)
        try:
            self.add(ids, counts)
        except SourceBusy as busy:
            raise CommandError(f"{pauses.too_long(busy)} Nothing more was stored.") from busy
        except SourceError as error:
            raise CommandError(f"{error}. Nothing more was stored; run it again.") from error
        finally:
            self.stdout.write(arguments.closing_line(counts))
        if counts["refused"]:
            raise CommandError(f"{counts['refused']} refused: see above, mend, and run it again.")

    def add(self, ids: list[str], counts: Counter[str]) -> None:
        with tqdm(total=len(ids), disable=None, unit="paper") as progress:
            waiting = pauses.Pauses(progress, self.stderr)
            for batch in batches(ids):
                asked = waiting.wait_out(partial(ask_batch, batch))
                self.remarks(asked, counts)
                counts.update({name: n for name, n in asked.counts.items() if name in counts})
                counts.update(list_for_editor(asked.papers, timezone.localdate()))
                progress.update(len(batch))

    def ids(self, spellings: list[str], counts: Counter[str]) -> list[str]:
        """Return the canonical ids that `spellings` name, each once."""
        ids = []
        for spelling in spellings:
            try:
                ids.append(arxiv_id.parse(spelling))
            except arxiv_id.InvalidArxivId as error:
                self.refuse(str(error), counts)
        return list(dict.fromkeys(ids))

    def remarks(self, asked: Asked, counts: Counter[str]) -> None:
        for notice in asked.notices:
            self.stderr.write(f"{arxiv.NAME}: {notice}")
        for refusal in asked.refusals:
            self.refuse(f"{arxiv.NAME}: {refusal}", counts)
        for left in asked.unasked:
            self.refuse(f"{arxiv.NAME}: {left} was not asked about: run it again", counts)
        if asked.error:
            self.refuse(str(asked.error), counts)

    def refuse(self, message: str, counts: Counter[str]) -> None:
        self.stderr.write(self.style.ERROR(message))
        counts["refused"] += 1
