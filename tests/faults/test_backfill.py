"""A backfill whose workers are killed again and again ends like one that was left in peace."""

import gzip
import json
import time
from datetime import date, timedelta
from random import Random

import pytest

from digest import ledger
from papers import jobs
from papers.models import Job, JobKind, JobState, Listing, Paper, Run, RunOutcome, Section
from papers.sources import huggingface
from tests.factories import of_days
from tests.faults.sources import PAPERS_A_DAY, item

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

KILLS = 20


def backfill(crew, days, *options):
    """Have two workers read the days, and kill -9 one that is at work at KILLS random moments.

    Every fourth time the whole worker goes, and another comes; else one of its two children, which
    do the work. A third attempt is left in peace: three deaths are an answer too, and another
    test's.
    """
    chance = Random(20251008)
    read = Job.objects.filter(kind=JobKind.INGEST_DAY)
    crew.beat()
    crew.worker(*options)
    crew.worker(*options)
    jobs.add(JobKind.INGEST_DAY, *of_days(*days))

    def at_work():
        # The workers may be faster than the kills, and leave arXiv's jobs to nobody.
        if not read.exclude(state=JobState.DONE).exists():
            jobs.add(JobKind.INGEST_DAY, *of_days(*days), again=True)
        return crew.at_work()

    def is_killed(number):
        victim = chance.choice(crew.wait_until(at_work))
        with crew.held_at_work(victim) as still:
            if still and number % 4:
                crew.kill_child(victim, chance.randrange(2))
            elif still:
                crew.kill(victim)
                crew.worker(*options)
        return still

    for number in range(KILLS):
        time.sleep(chance.uniform(0.2, 0.8))
        crew.wait_until(lambda: is_killed(number))  # noqa: B023


def every_day_balances(days):
    first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
    accounts = [day for day in ledger.days(first, last) if day.date.isoformat() in days]
    assert len(accounts) == len(days)
    assert all(day.balances and not day.missing for day in accounts)
    assert {day.state for day in accounts} <= {ledger.State.COMPLETE, ledger.State.QUIET}


def nothing_is_left_over():
    assert not Job.objects.filter(attempts__gt=jobs.ATTEMPTS).exists()
    assert not Run.objects.filter(ended_at=None).exists()
    assert Run.objects.filter(outcome=RunOutcome.DIED).count() >= KILLS // 4  # They met work.


def test_days_with_what_follows_from_them_survive_twenty_kills(crew, sources):
    days = [(date(2025, 9, 1) + timedelta(n)).isoformat() for n in range(12)]
    sources.wait = 0.3
    crew.environment["AUTO_DRAFT"] = "all"
    backfill(crew, days)
    crew.wait_until_all_is_done()
    nothing_is_left_over()
    every_day_balances(days)
    papers = {item(day, n)["paper"]["id"] for day in days for n in range(PAPERS_A_DAY)}
    stored = Paper.objects.order_by("arxiv_id")
    assert list(stored.values_list("arxiv_id", flat=True)) == sorted(papers)
    assert set(stored.values_list("version", "title")) == {(2, "A Title in two lines")}
    assert Paper.history.count() == 2 * len(papers)  # Hugging Face's facts, then arXiv's.
    assert Listing.objects.count() == len(papers)
    assert Section.objects.values("paper").distinct().count() == len(papers)


@pytest.mark.corpus
def test_recorded_days_survive_twenty_kills(crew, sources, corpus):
    files = {file.name[:10]: file for file in (corpus / "hf_daily").glob("*.json.gz")}
    days = sorted(files)[::4]  # A fifth of a year, over all of it.
    assert len(days) == 65
    sources.days = {day: json.loads(gzip.decompress(files[day].read_bytes())) for day in days}
    crew.environment |= {"SWEEP_WAIT_S": "1", "JOB_HANDED_WAIT_S": "3"}
    backfill(crew, days, "-Q", "celery")
    read = Job.objects.filter(kind=JobKind.INGEST_DAY, state=JobState.DONE)
    crew.wait_until(lambda: read.count() == len(days))
    nothing_is_left_over()
    every_day_balances(days)
    listed = {
        (day, paper.arxiv_id, paper.rank, paper.upvotes)
        for day in days
        for paper in huggingface.parse(sources.days[day]).papers
    }
    stored = Listing.objects.values_list("day", "paper__arxiv_id", "rank", "upvotes")
    assert {(day.isoformat(), *listing) for day, *listing in stored} == listed
    papers = {arxiv_id for _, arxiv_id, *_ in listed}
    assert Listing.objects.count() == len(listed)
    assert Paper.objects.count() == Paper.history.count() == len(papers)
