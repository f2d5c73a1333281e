"""The equation of a day: what became of every paper that a source listed."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from digest import ledger, publishing
from digest.ledger import State, accounts
from digest.models import State as PostState
from papers.clock import end_of, now
from papers.models import Job, JobKind, JobState, Listing, Paper, SourceAnswer, SourceState
from papers.pipeline.ingest import store
from papers.sources.base import DayAnswer, FoundPaper
from papers.sources.items import Remark
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 8)  # A Wednesday.


def found(number):
    return FoundPaper(
        arxiv_id=f"2509.{number:05}",
        title=f"Paper {number}",
        raw_title=f"Paper {number}",
        abstract="We present it.",
        authors=("Ada Lovelace",),
        published_at=None,
        upvotes=5,
        keywords=(),
        links=(),
        organization="",
        withdrawn=False,
        rank=number,
    )


def listed(*numbers, day=DAY, refusals=(), at=None):
    """Let Hugging Face list papers with these numbers. Return the papers in order."""
    answer = DayAnswer(
        papers=tuple(map(found, numbers)),
        refusals=refusals,
        notices=(),
        source="huggingface",
        day=day,
        fetched_at=at or now(),
        pages=(f"{numbers} {refusals}",),
    )
    store(answer)
    stored = {paper.arxiv_id: paper for paper in Paper.objects.all()}
    return [stored[f"2509.{number:05}"] for number in numbers]


def account(day=DAY):
    (found,) = ledger.days(day, day)
    return found


def numbers(day):
    return (day.listed, day.published, day.left_out, len(day.failed), day.pending)


def test_listed_papers_are_pending_until_the_days_post_is_published():
    papers = listed(1, 2, 3)
    Listing.objects.filter(paper=papers[2]).update(choice="excluded", reason="off topic")
    post = make_post(state=PostState.DRAFT, papers=papers[:1], date=DAY)
    day = account()
    assert numbers(day) == (3, 0, 0, 0, 3)
    assert (day.state, day.balances, day.address) == (State.COMPLETE, True, "")
    assert "off topic" not in str(day.data())
    publishing.publish(post, gated=False)
    day = account()
    assert numbers(day) == (3, 1, 2, 0, 0)
    assert day.excluded == {"not chosen": 1, "off topic": 1}
    assert day.address == post.get_absolute_url()
    publishing.withdraw(post)
    assert numbers(account()) == (3, 0, 0, 0, 3)


def test_a_published_paper_counts_as_published_whatever_was_chosen():
    papers = listed(1, 2)
    make_post(papers=papers, date=DAY)
    Listing.objects.update(choice="excluded", reason="too late")
    assert numbers(account()) == (2, 2, 0, 0, 0)


def test_an_exclusion_without_a_reason_has_one():
    papers = listed(1, 2)
    make_post(papers=papers[:1], date=DAY)
    Listing.objects.filter(paper=papers[1]).update(choice="excluded")
    assert account().excluded == {accounts.LEFT_OUT: 1}


def test_a_paper_listed_again_points_to_the_digest_it_stood_in():
    (again,) = listed(1)
    make_post(papers=[again], date=DAY)
    later = DAY + timedelta(days=1)
    other = listed(1, 2, day=later)[1]
    make_post(papers=[other], date=later)
    assert account(later).excluded == {accounts.ELSEWHERE: 1}
    assert numbers(account(DAY)) == (1, 1, 0, 0, 0)


def test_what_an_editor_adds_stands_outside_the_equation():
    papers = listed(1)
    added = make_paper()
    Listing.objects.create(paper=added, source="editor", day=DAY, rank=1)
    make_post(papers=[*papers, added, make_paper()], date=DAY)
    day = account()
    assert numbers(day) == (1, 1, 0, 0, 0)
    assert (day.added, day.balances) == (2, True)


def test_a_refused_item_is_listed_and_failed_with_its_reason():
    listed(1, refusals=(Remark(2, None, "paper.id", "missing"),))
    day = account()
    assert numbers(day) == (2, 0, 0, 1, 1)
    assert day.failed == ("item 2: paper.id: missing",)
    assert day.balances


def test_an_item_refused_now_and_sound_before_is_counted_once():
    listed(1, 2)
    listed(1, refusals=(Remark(2, "2509.00002", "title", "missing"),))
    assert numbers(account()) == (2, 0, 0, 0, 2)


def test_an_item_that_was_refused_and_came_right_is_no_failure():
    listed(1, refusals=(Remark(2, "2509.00002", "title", "missing"),))
    assert numbers(account()) == (2, 0, 0, 1, 1)
    listed(1, 2)
    assert numbers(account()) == (2, 0, 0, 0, 2)


def test_a_list_that_shrank_still_lists_what_it_listed():
    listed(1, 2, 3)
    listed(1)
    assert numbers(account()) == (3, 0, 0, 0, 3)


def test_a_lost_listing_is_a_difference_with_a_name():
    listed(1, 2)
    Listing.objects.get(paper__arxiv_id="2509.00002").delete()
    day = account()
    assert not day.balances
    assert (day.difference, day.missing) == (1, ("2509.00002",))
    assert numbers(day) == (2, 0, 0, 0, 1)


def test_a_lost_paper_is_a_difference_even_where_its_day_is_published():
    papers = listed(1, 2)
    make_post(papers=papers[:1], date=DAY)
    papers[1].delete()
    assert account().missing == ("2509.00002",)


def test_a_listing_that_no_answer_has_is_a_difference_too():
    listed(1)
    Listing.objects.create(
        paper=make_paper(arxiv_id="2509.00009"), source="huggingface", day=DAY, rank=9
    )
    day = account()
    assert (day.balances, day.unlisted, day.difference) == (False, ("2509.00009",), 0)


def test_a_lost_answer_leaves_its_listings_without_ground():
    listed(1)
    SourceAnswer.objects.all().delete()
    day = account()
    assert (day.state, day.unlisted) == (State.MISSED, ("2509.00001",))


def test_a_day_without_papers_is_quiet():
    listed()
    assert account().state == State.QUIET
    assert account().balances


def test_a_weekend_between_read_days_is_quiet_and_a_weekday_was_missed():
    listed(1)
    listed(2, day=DAY + timedelta(days=6))  # The Tuesday after.
    states = [day.state for day in ledger.days(DAY - timedelta(days=9), DAY + timedelta(days=9))]
    assert states == [
        State.COMPLETE, State.MISSED, State.MISSED, State.QUIET, State.QUIET, State.MISSED,
        State.COMPLETE,
    ]  # fmt: skip


def test_a_day_is_open_until_it_was_read_after_its_end():
    noon = datetime(2025, 10, 8, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        listed(1)
        assert account().state == State.OPEN
    assert account().state == State.OPEN
    listed(1, at=end_of(DAY) - timedelta(seconds=1))
    assert account().state == State.OPEN
    listed(1, at=end_of(DAY))
    assert account().state == State.COMPLETE
    assert SourceAnswer.objects.get().fetched_at == end_of(DAY)


def test_a_day_that_could_not_be_read_says_so_and_until_when_it_waits():
    until = now() + timedelta(minutes=5)
    job = Job.objects.create(
        kind=JobKind.INGEST_DAY, day=DAY.isoformat(), state=JobState.WAITING, next_at=until
    )
    assert (account().state, account().until) == (State.WAITING, until)
    job.state, job.next_at = JobState.FAILED, None
    job.save()
    assert (account().state, account().until) == (State.FAILED, None)
    listed(1, at=end_of(DAY))
    assert account().state == State.COMPLETE


def test_an_open_day_waits_while_its_source_is_paused_and_fails_when_it_is_stopped():
    listed(1, at=end_of(DAY) - timedelta(hours=1))
    until = now() + timedelta(minutes=5)
    state = SourceState.objects.create(source="huggingface", paused_until=until)
    assert (account().state, account().until) == (State.WAITING, until)
    SourceState.objects.update(stopped=True)
    assert (account().state, account().until) == (State.FAILED, None)
    state.resume()
    assert account().state == State.OPEN


def test_a_pause_that_is_over_and_a_settled_day_are_no_reason_to_wait():
    SourceState.objects.create(source="huggingface", paused_until=now() - timedelta(seconds=1))
    listed(1, at=end_of(DAY) - timedelta(hours=1))
    assert account().state == State.OPEN
    SourceState.objects.update(paused_until=now() + timedelta(hours=1))
    listed(1)
    assert account().state == State.COMPLETE


def test_two_posts_on_a_day_are_one_sum():
    papers = listed(1, 2)
    for slug, paper in zip(("one", "two"), papers, strict=True):
        make_post(papers=[paper], date=DAY, slug=slug)
    assert numbers(account()) == (2, 2, 0, 0, 0)
    assert account().address == "/2025/10/08/"


def test_every_source_has_an_account_of_its_own():
    papers = listed(1)
    SourceAnswer.objects.create(
        source="editor", day=DAY, fetched_at=now(), pages=[], checksum="", listed_ids=["2509.00001"]
    )
    Listing.objects.create(paper=papers[0], source="editor", day=DAY, rank=1)
    make_post(papers=papers, date=DAY)
    assert [(day.source, day.published, day.added) for day in ledger.days(DAY, DAY)] == [
        ("editor", 1, 0),
        ("huggingface", 1, 0),
    ]


def test_a_site_that_has_read_nothing_has_no_days():
    make_post()
    assert ledger.days(date.min, date.max) == []
    assert ledger.known() is None


def test_the_queries_are_the_same_for_any_range(django_assert_num_queries):
    for number in range(1, 13):
        papers = listed(number, number + 20, day=DAY + timedelta(days=number))
        make_post(papers=papers[:1], date=DAY + timedelta(days=number))
    for last in (DAY + timedelta(days=1), date.max):
        with django_assert_num_queries(9):
            found = [day.data() for day in ledger.days(DAY, last)]
    assert len(found) == 12
