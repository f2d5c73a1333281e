from argparse import ArgumentParser
from collections import Counter
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from papers import jobs
from papers.clock import now
from papers.management import arguments
from papers.models import JobKind, Subject
from papers.pipeline.ingest import ingest_day


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
        counts: Counter[str] = Counter({"days": 0, "listed": 0, "refused": 0})
        days = days_asked_for(options)
        failed: set[date] = set()
        for day in tqdm(days, disable=None, unit="day"):
            done = ingest_day(day)
            for error in done.failures:
                self.stderr.write(self.style.ERROR(str(error)))
                failed.add(day)
            for answer in done.answers:
                for remark in (*answer.refusals, *answer.notices):
                    self.stderr.write(f"{answer.source} {day}: {remark}")
            counts.update(done.counts)
        counts["days"] = len(days) - len(failed)
        self.stdout.write(arguments.closing_line(counts))
        if failed or counts["refused"]:
            raise CommandError(
                f"{len(failed)} days failed, {counts['refused']} items were refused."
            )


def days_asked_for(options: dict[str, Any]) -> list[date]:
    first, last = options["first"], options["last"]
    if options["date"] and (first or last):
        raise CommandError("Give --date, or --from and --to, not both.", returncode=2)
    if not first and not last:
        return [options["date"] or now().date()]
    if not first or not last or first > last:
        raise CommandError("--from and --to go together, the earlier day first.", returncode=2)
    return arguments.days(first, last)
