"""Compares a month's list of Hugging Face, which one answer has, with what each day's list said.

A difference is told in the job's attempt, which the admin shows, and changes no stored answer. The
day that differs becomes due again, at this source alone: what it says then is stored as ever.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from papers import jobs
from papers.clock import end_of, now
from papers.jobs.attempts import SHOWN_REMARKS
from papers.models import JobKind, Run, RunOutcome, SourceAnswer, Subject
from papers.sources import huggingface
from papers.sources.errors import naming
from papers.sources.items import Remark
from papers.sources.rate_limit import respecting_pauses


def make_due() -> int:
    """Make the comparison of yesterday's month (UTC) due. Return 1, or 0 if it was due."""
    yesterday = now().date() - timedelta(days=1)
    return jobs.add(JobKind.CROSS_CHECK, Subject(day=yesterday.replace(day=1)), again=True)


MANY = 50
"""Papers. If more are gone, the month's list was cut, which says nothing of the days."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Papers of settled days that only one of the two lists has, each with its day."""

    in_no_day: Mapping[str, date | None]
    gone: Mapping[str, date]

    def days(self, told: Collection[str] = ()) -> list[date]:
        """Return the days to ask for again: those of differences that `told` does not name.

        Only those count that an attempt has room for. The others would be new each night.
        """
        gone = self._gone if len(self.gone) <= MANY else {}
        differing = islice({**self._in_no_day, **gone}.items(), SHOWN_REMARKS)
        return sorted({day for said, day in differing if day and said not in told})

    @property
    def remarks(self) -> list[Remark]:
        told = zip((*self.in_no_day, *self.gone), (*self._in_no_day, *self._gone), strict=True)
        return [Remark(0, each, "", said) for each, said in told]

    @property
    def _in_no_day(self) -> dict[str, date | None]:
        return {
            f"{each}: in the month's list for {day}, and in no day's list": day
            for each, day in self.in_no_day.items()
        }

    @property
    def _gone(self) -> dict[str, date | None]:
        return {
            f"{each}: listed on {day}, and gone from the month's list": day
            for each, day in self.gone.items()
        }


def compare(first: date) -> jobs.Result:
    """Compare a month's list with its days. Raises SourceError if it cannot be read.

    A day is asked for again once for each difference, not every night as long as it stays.
    """
    source = huggingface.NAME
    with naming(source, first), respecting_pauses(source):
        of_month = huggingface.month(first)
    found = differences(of_month, _settled(source, first))
    days = found.days(_told_last(first))
    subjects = [Subject(day=day, source=source) for day in days]
    again = jobs.add(JobKind.INGEST_DAY, *subjects, again=True)
    counts = Counter(compared=len(of_month), gone=len(found.gone))
    counts.update({"in no day": len(found.in_no_day), "days again": again})
    return jobs.Result(+counts, found.remarks)


def _told_last(first: date) -> set[str]:
    """Return the differences that the last comparison of the month told."""
    runs = Run.objects.filter(job__kind=JobKind.CROSS_CHECK, job__day=first)
    last = runs.filter(outcome=RunOutcome.DONE).first()
    return {Remark.from_json(each).reason for each in last.remarks} if last else set()


def differences(
    of_month: Mapping[str, date | None], of_days: Mapping[date, set[str]]
) -> Differences:
    """Return how a month's list differs from the lists of its settled days.

    Other days are left out: what they list may still grow, or was never read.
    """
    named = set().union(*of_days.values())
    unnamed = {
        each: day
        for each, day in sorted(of_month.items())
        if each not in named and (day is None or day in of_days)
    }
    gone = {
        each: day
        for day, ids in sorted(of_days.items())
        for each in sorted(ids)
        if each not in of_month
    }
    return Differences(unnamed, gone)


def _settled(source: str, first: date) -> dict[date, set[str]]:
    """Return what all answers for each day of a month listed, of the days that have settled."""
    next_month = (first + timedelta(days=31)).replace(day=1)
    answers = SourceAnswer.objects.filter(source=source, day__gte=first, day__lt=next_month)
    rows = answers.order_by().values_list("day", "fetched_at", "listed_ids")
    ids: dict[date, set[str]] = defaultdict(set)
    settled: set[date] = set()
    for day, fetched_at, listed in rows:
        ids[day].update(listed)
        if fetched_at >= end_of(day):
            settled.add(day)
    return {day: found for day, found in ids.items() if day in settled}
