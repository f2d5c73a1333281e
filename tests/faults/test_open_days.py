"""A source's list of a day grows and may shrink. A paper that was listed once stays listed."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from digest import ledger
from papers import jobs
from papers.models import Job, JobKind, Listing, Paper, Section, SourceAnswer, Subject, Writer
from papers.pipeline import polling, steps
from tests.faults.sources import item

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DAY = "2025-10-08"


def read_open_days():
    """Do what beat and a worker do every POLL_MINUTES."""
    polling.poll()
    for job in Job.objects.runnable().filter(kind=JobKind.INGEST_DAY):
        jobs.run(job.pk, steps.STEPS)


@pytest.fixture
def clock(settings, sources):
    settings.HUGGINGFACE_URL = sources.url
    settings.CATCH_UP_WAIT_S = 0
    with time_machine.travel(datetime(2025, 10, 8, 1, tzinfo=UTC)) as clock:
        yield clock


def account():
    [day] = ledger.days(date.fromisoformat(DAY), date.fromisoformat(DAY))
    return day


def words():
    return list(Section.objects.values("kind", "markdown", "html", "origin", "written_at"))


def test_a_day_that_grows_is_followed_to_its_end_and_edited_drafts_stay(clock, sources):
    states = []
    for count in (1, 25, 57):
        sources.days[DAY] = [item(DAY, number) for number in range(count)]
        read_open_days()
        states.append((account().state, account().listed))
        if count == 1:
            first = Paper.objects.get(arxiv_id="2510.08000")
            steps.draft_paper(Subject(arxiv_id=first.arxiv_id))
            section = first.sections.first()
            section.markdown, section.origin = "내가  쓴 글\n\n- 목록", Writer.EDITOR
            section.save()
            before = words()
        clock.shift(timedelta(hours=7))
    assert states == [("open", 1), ("open", 25), ("open", 57)]
    steps.draft_paper(Subject(arxiv_id="2510.08000"))
    assert words() == before
    clock.move_to(datetime(2025, 10, 9, 0, 20, tzinfo=UTC))
    read_open_days()
    assert (account().state, account().listed) == ("complete", 57)
    assert account().balances
    assert Listing.objects.filter(day=DAY).count() == 57


def test_a_day_that_shrinks_loses_nothing(clock, sources):
    everything = [item(DAY, number) for number in range(57)]
    for items in (everything, everything[:30], []):
        sources.days[DAY] = items
        read_open_days()
        clock.shift(timedelta(hours=7))
    listings = Listing.objects.filter(day=DAY)
    assert listings.count() == Paper.objects.filter(listings__in=listings).count() == 57
    answers = SourceAnswer.objects.filter(day=DAY).order_by("fetched_at")
    assert [len(ids) for ids in answers.values_list("listed_ids", flat=True)] == [57, 30, 0]
    clock.move_to(datetime(2025, 10, 9, 0, 20, tzinfo=UTC))
    read_open_days()
    assert (account().state, account().listed, account().pending) == ("complete", 57, 57)
    assert account().balances
