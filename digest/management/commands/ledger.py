import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.core.serializers.json import DjangoJSONEncoder

from digest import ledger
from papers.management import arguments

HEAD = ("day", "source", "state", "listed", "published", "excluded", "failed", "pending", "added")
LINE = "{:<10}  {:<11}  {:<8}  {:>6} = {:>9} + {:>8} + {:>6} + {:>7}  {:>5}  {}"


class Command(BaseCommand):
    help = "What became of every listed paper: listed = published + excluded + failed + pending."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("first", type=arguments.day, metavar="FROM")
        parser.add_argument("last", type=arguments.day, metavar="TO")
        parser.add_argument("--check", action="store_true", help="exit 1 where it does not balance")
        parser.add_argument("--json", action="store_true", help="for machines, to stdout")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if options["first"] > options["last"]:
            raise CommandError("FROM must not be later than TO.", returncode=2)
        days = ledger.days(options["first"], options["last"])
        if options["json"]:
            data = {"days": [day.data() for day in days]}
            self.stdout.write(json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        else:
            self._table(days)
        wrong = [day for day in days if not day.balances]
        if options["check"] and wrong:
            raise CommandError("\n".join(map(complaint, wrong)))

    def _table(self, days: list[ledger.Day]) -> None:
        self.stdout.write(LINE.format(*HEAD, "").rstrip())
        for day in days:
            line = LINE.format(*cells(day), remarks(day)).rstrip()
            self.stdout.write(line if day.balances else self.style.ERROR(line))
        self.stdout.write(arguments.closing_line(totals(days)))


def cells(day: ledger.Day) -> tuple[Any, ...]:
    failed = len(day.failed)
    sums = (day.listed, day.published, day.left_out, failed, day.pending, day.added)
    return (day.date.isoformat(), day.source, day.state.value, *sums)


def remarks(day: ledger.Day) -> str:
    """Return what the numbers do not say: reasons, waiting times, and ids outside the equation."""
    found = [f"{number} {reason}" for reason, number in day.excluded.items()]
    found += day.failed
    found += [f"not read: {part}" for part in day.unread]
    if day.until:
        found.append(f"until {day.until:%Y-%m-%d %H:%M %Z}")
    found += [f"missing: {arxiv_id}" for arxiv_id in day.missing]
    found += [f"not in the answer: {arxiv_id}" for arxiv_id in day.unlisted]
    return "; ".join(found)


def totals(days: list[ledger.Day]) -> Counter[str]:
    counts: Counter[str] = Counter({"days": len(days)} | dict.fromkeys(HEAD[3:8], 0))
    for day in days:
        counts.update(dict(zip(HEAD[3:8], cells(day)[3:8], strict=True)))
    counts["added by an editor"] = sum({day.date: day.added for day in days}.values())
    counts["days that do not balance"] = sum(not day.balances for day in days)
    counts.update(
        f"days {state}" for state in map(str, ledger.State) for day in days if day.state == state
    )
    return counts


def complaint(day: ledger.Day) -> str:
    """Return what is wrong with a day, and what fixes it."""
    said = [f"{day.date} {day.source} does not balance:"]
    if day.missing:
        said.append(f"{len(day.missing)} listed but not stored: {', '.join(day.missing)}.")
        said.append(f"`manage.py ingest --date {day.date}` stores them again.")
    if day.unlisted:
        said.append(f"{len(day.unlisted)} stored but in no answer: {', '.join(day.unlisted)}.")
    return " ".join(said)
