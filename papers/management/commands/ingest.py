from argparse import ArgumentParser
from collections import Counter
from datetime import date
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from papers import jobs
from papers.clock import now
from papers.management import arguments, pauses
from papers.models import JobKind, Subject
from papers.pipeline.ingest import ingest_source
from papers.sources import daily
from papers.sources.errors import SourceBusy, SourceError


class Command(BaseCommand):
    help = "List a day's papers and store them. Running it twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--date", type=arguments.day, help="the source's day (default: today, UTC)"
        )
        parser.add_argument("--from", type=arguments.day, dest="first", help="first day of a range")
        parser.add_argument("--to", type=arguments.day, dest="last", help="last day of a range")
        parser.add_argument("--queue", action="store_true", help="leave it to the workers")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["queue"]:
            days = days_asked_for(options)
            added = jobs.add(JobKind.INGEST_DAY, *map(Subject, days), again=True)
            self.stdout.write(arguments.queued(added, len(days)))
            return
        days = days_asked_for(options)
        self.counts: Counter[str] = Counter({"days": 0, "listed": 0, "refused": 0})
        self.too_long: dict[str, SourceBusy] = {}
        try:
            self.ingest(days)
        finally:
            self.stdout.write(arguments.closing_line(self.counts))
        for busy in self.too_long.values():
            self.stderr.write(self.style.ERROR(pauses.too_long(busy)))
        failed = len(days) - self.counts["days"]
        if failed or self.counts["refused"]:
            raise CommandError(
                f"{failed} days failed, {self.counts['refused']} items were refused."
            )

    def ingest(self, days: list[date]) -> None:
        """Ask for day after day, and end early when no source is left that may be asked now."""
        with tqdm(days, disable=None, unit="day") as progress:
            self.waiting = pauses.Pauses(progress, self.stderr)
            for day in progress:
                asked = daily.asked(day)
                if self.too_long and self.too_long.keys() >= set(asked):
                    break
                stored = [self.is_stored(day, source) for source in asked]
                self.counts["days"] += all(stored)

    def is_stored(self, day: date, source: str) -> bool:
        if source in self.too_long:
            return False
        try:
            answer, counts = self.waiting.wait_out(partial(ingest_source, source, day))
        except SourceBusy as busy:
            self.too_long[source] = busy
            return False
        except SourceError as error:
            self.stderr.write(self.style.ERROR(str(error)))
            return False
        for remark in (*answer.refusals, *answer.notices):
            self.stderr.write(f"{source} {day}: {remark}")
        self.counts.update(counts)
        return True


def days_asked_for(options: dict[str, Any]) -> list[date]:
    first, last = options["first"], options["last"]
    if options["date"] and (first or last):
        raise CommandError("Give --date, or --from and --to, not both.", returncode=2)
    if not first and not last:
        return [options["date"] or now().date()]
    if not first or not last or first > last:
        raise CommandError("--from and --to go together, the earlier day first.", returncode=2)
    return arguments.days(first, last)
