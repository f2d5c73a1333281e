"""Suggestions from rows: which days, which votes, what is stored, and when it is made anew."""

from datetime import UTC, date, datetime, timedelta
from json import dumps

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from digest import tasks
from digest.models import SuggestedDay, Suggestion
from digest.suggestions import days, making, votes
from digest.suggestions.learning import learner
from digest.suggestions.learning.features import features
from papers.models import Choice, Listing, SourceAnswer
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db

FIRST = date(2025, 9, 1)
TODAY = date(2025, 10, 6)
LIKED, OTHER = "Agents that reason", "Videos of cats"


def listed(day, rank, title=OTHER, **fields):
    paper = make_paper(title=title, authors=["Ada"] if title == LIKED else [], abstract="")
    row = {"paper": paper, "source": "huggingface", "day": day, "rank": rank, "upvotes": 50 - rank}
    return Listing.objects.create(**row | fields)


def picked_days(count, first=FIRST):
    """Store days of the same six papers, of which the last two are picked."""
    rows = [listed(first, rank, LIKED if rank > 4 else OTHER) for rank in range(1, 7)]
    for row in rows[4:]:
        row.choice = Choice.PICKED
    Listing.objects.bulk_update(rows, ["choice"])
    Listing.objects.bulk_create(
        Listing(
            paper=row.paper,
            source=row.source,
            day=first + timedelta(days=number),
            rank=row.rank,
            upvotes=row.upvotes,
            choice=row.choice,
        )
        for number in range(1, count)
        for row in rows
    )


def today():
    """Store a day of five papers, of which the last is as those that were picked."""
    return [listed(TODAY, rank, LIKED if rank == 5 else OTHER) for rank in range(1, 6)]


def pick(listing, at=None):
    """Pick as an editor does, with a version in the history."""
    listing.choice = Choice.PICKED
    listing._history_date = at or timezone.now()
    listing.save()


def answer(at, **counts):
    items = [{"paper": {"id": key, "upvotes": count}} for key, count in counts.items()]
    SourceAnswer.objects.create(
        source="huggingface", day=TODAY, fetched_at=at, pages=[dumps(items)],
        checksum=str(at), listed_ids=list(counts),
    )  # fmt: skip


def papers_of(wanted):
    [papers] = [papers for day, papers, _ in days.read([wanted]) if papers and day == wanted]
    return papers


def order(day=TODAY):
    stored = Suggestion.objects.filter(listing__day=day).order_by("position")
    return list(stored.values_list("listing_id", flat=True))


def test_the_worker_stores_the_order_with_its_reasons():
    picked_days(20)
    rows = today()
    tasks.suggest()
    made = SuggestedDay.objects.get(day=TODAY)
    assert (made.picks, made.learned) == (40, True)
    assert order()[0] == rows[-1].pk
    best = rows[-1].suggestion
    assert best.votes == 45
    assert best.reasons[0] == {"kind": "votes", "votes": 45, "place": 5}
    assert best.reasons[2] == {"kind": "author", "name": "Ada", "picked": 40, "listed": 40}
    assert not Listing.objects.filter(day=TODAY).exclude(choice=Choice.PENDING).exists()


def test_below_thirty_picks_the_order_is_that_of_votes():
    picked_days(14)
    rows = today()
    making.refresh()
    assert order() == [row.pk for row in rows]
    assert not SuggestedDay.objects.get(day=TODAY).learned


def test_a_paper_in_a_post_counts_as_picked_and_what_an_editor_named_as_no_rival():
    liked = [listed(FIRST, 1, LIKED), listed(FIRST, 2)]
    named = listed(FIRST, 1, source="editor", choice=Choice.PICKED)
    make_post(papers=[liked[0].paper], date=FIRST)
    papers = papers_of(FIRST)
    assert {paper.key: paper.picked for paper in papers} == {liked[0].pk: True, liked[1].pk: False}
    assert named.pk not in {paper.key for paper in papers}


def test_authors_picked_in_any_way_in_the_last_year_are_no_strangers():
    picked_days(20)
    named, posted, late, old = (make_paper(authors=[name]) for name in ("Bo", "Cy", "Di", "Ed"))
    Listing.objects.create(paper=named, source="editor", day=FIRST, rank=1, choice=Choice.PICKED)
    make_post(papers=[posted], date=FIRST + timedelta(days=30))  # No source lists that day.
    making.refresh()
    Listing.objects.create(
        paper=late, source="huggingface", day=FIRST, rank=7, upvotes=1, choice=Choice.PICKED
    )
    long_ago = TODAY - timedelta(days=400)
    Listing.objects.create(paper=old, source="editor", day=long_ago, rank=1, choice=Choice.PICKED)
    for rank, name in enumerate(("Bo", "Cy", "Di", "Ed"), start=1):
        paper = make_paper(title="Zymurgy", abstract="", authors=[name])
        Listing.objects.create(paper=paper, source="huggingface", day=TODAY, rank=rank, upvotes=1)
    [found] = making.ranked([TODAY])
    kinds = [each.reasons[1]["kind"] for each in found.suggestions]
    assert kinds == ["unknown"] * 3 + ["strangers"]
    assert found.picks == 40


def test_a_paper_picked_from_a_list_counts_once_when_posts_of_other_days_have_it():
    row = listed(FIRST, 1, LIKED, choice=Choice.PICKED)
    make_post(papers=[row.paper], date=FIRST + timedelta(days=3))
    listed(TODAY, 1, LIKED)
    known = learner.Learner()
    for _, papers, chosen in days.read([TODAY]):
        known.learn(papers, chosen)
    assert known.taste.authors.picked["Ada"] == 1


def test_later_days_and_those_before_a_year_teach_nothing():
    picked_days(20, first=TODAY + timedelta(days=1))
    picked_days(20, first=TODAY - timedelta(days=400))
    today()
    [found] = making.ranked([TODAY])
    assert (found.picks, found.learned) == (0, False)


def test_a_day_is_ranked_alone_as_with_others():
    """What one of them learns from is not learned from by another, for which it is too old."""
    picked_days(20, first=TODAY - timedelta(days=385))
    old = TODAY - timedelta(days=40)
    listed(old, 1, LIKED)
    today()
    listed(TODAY + timedelta(days=30), 1)
    wanted = [old, TODAY, TODAY + timedelta(days=30)]
    together = making.ranked(wanted)
    assert together == [found for day in wanted for found in making.ranked([day])]
    assert [found.picks for found in together] == [40, 10, 0]


def test_a_second_run_makes_only_what_changed():
    picked_days(3)
    rows = today()
    assert making.refresh() == 4
    assert making.refresh() == 0
    Listing.objects.filter(pk=rows[1].pk).update(upvotes=99)
    assert making.refresh() == 1
    assert order()[0] == rows[1].pk
    Listing.objects.filter(day=FIRST, rank=1).update(choice=Choice.PICKED)
    assert making.refresh() == 1  # The other days are begun.
    assert SuggestedDay.objects.get(day=TODAY).picks == 7


def test_what_an_editor_has_begun_stays_as_it_was_seen():
    rows = today()
    making.refresh()
    pick(rows[0])
    Listing.objects.filter(pk=rows[1].pk).update(upvotes=99, rank=9)
    assert making.refresh() == 0
    assert order()[0] == rows[0].pk
    assert dict(_votes_of(TODAY))[rows[1].pk] == (48, 2)


def _votes_of(day):
    return [(paper.key, (paper.votes, paper.rank)) for paper in papers_of(day)]


def test_votes_count_as_they_were_before_the_first_pick():
    """Without stored suggestions, as after an upgrade, the stored answers tell them."""
    morning = datetime(2025, 10, 6, 9, tzinfo=UTC)
    one, other = listed(TODAY, 1, upvotes=80), listed(TODAY, 2, upvotes=90)
    for hour, counts in ((-2, (1, 2)), (0, (10, 5)), (5, (80, 90))):
        ids = dict(zip((one.paper.arxiv_id, other.paper.arxiv_id), counts, strict=True))
        answer(morning + timedelta(hours=hour), **ids)
    assert votes.when_picked([TODAY]) == {}  # Nobody has picked.
    pick(other, morning + timedelta(hours=1))
    pick(one, morning + timedelta(hours=9))
    assert dict(_votes_of(TODAY)) == {one.pk: (10, 1), other.pk: (5, 2)}
    making.refresh()
    assert Suggestion.objects.get(listing=one).votes == 10


def test_what_is_listed_after_the_first_pick_has_no_place_among_what_was_seen():
    picked_days(20)
    rows = today()
    making.refresh()
    before = order()
    pick(rows[-1])
    late = listed(TODAY, 1, LIKED, upvotes=500)
    assert making.refresh() == 1
    assert order() == [*before, late.pk]
    assert [reason["kind"] for reason in late.suggestion.reasons] == ["late", "often", "author"]
    assert making.refresh() == 0
    papers = papers_of(TODAY)
    assert [paper.key for paper in papers if paper.late] == [late.pk]
    assert {paper.key: paper.rank for paper in papers if not paper.late} == {
        row.pk: row.rank for row in rows
    }


def test_a_late_paper_teaches_nothing_of_words_or_votes():
    one, other = (learner.Learner() for _ in range(2))
    seen = [
        learner.Paper(1, features(LIKED, ""), 9, 1, True),
        learner.Paper(2, features(OTHER, ""), 8, 2),
    ]
    one.learn(seen)
    other.learn([*seen, learner.Paper(3, features(OTHER, ""), 999, 3, True, late=True)])
    assert one.taste.words == other.taste.words
    assert one.picks == other.picks == 1


def test_after_an_upgrade_the_answers_say_what_came_late_and_in_which_order():
    morning = datetime(2025, 10, 6, 9, tzinfo=UTC)
    one, other, late = (listed(TODAY, rank, upvotes=90) for rank in (2, 3, 1))
    first = {other.paper.arxiv_id: 5, one.paper.arxiv_id: 5}
    answer(morning, **first)
    answer(morning + timedelta(hours=5), **first, **{late.paper.arxiv_id: 90})
    pick(one, morning + timedelta(hours=1))
    making.refresh()
    assert order() == [other.pk, one.pk, late.pk]
    stored = Suggestion.objects.order_by("position")
    assert [(each.votes, each.rank, each.late) for each in stored] == [
        (5, 1, False), (5, 2, False), (90, 1, True),
    ]  # fmt: skip


def test_a_pick_before_all_answers_saw_the_first_one():
    one = listed(TODAY, 1, upvotes=80)
    at = datetime(2025, 10, 6, 9, tzinfo=UTC)
    answer(at, **{one.paper.arxiv_id: 7})
    answer(at + timedelta(hours=1), **{one.paper.arxiv_id: 80})
    pick(one, at - timedelta(hours=1))
    assert dict(_votes_of(TODAY)) == {one.pk: (7, 1)}


def test_after_an_upgrade_the_newest_days_come_first(monkeypatch):
    monkeypatch.setattr(making, "MOST", 2)
    picked_days(3)
    assert making.refresh() == 2
    assert set(SuggestedDay.objects.values_list("day", flat=True)) == {
        FIRST + timedelta(days=1),
        FIRST + timedelta(days=2),
    }
    assert making.refresh() == 1
    assert making.refresh() == 0


def test_a_site_without_lists_has_no_suggestions():
    assert making.refresh() == 0
    assert making.ranked([TODAY]) == []


def test_the_command_prints_the_order_with_reasons_and_stores_nothing(capsys):
    picked_days(20)
    best = today()[-1]
    call_command("suggest", "2025-10-06")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["1", best.paper.arxiv_id, *LIKED.split()]
    assert lines[1].strip() == (
        "45 votes, number 5 of the day; words the editors pick often: Agents, reason;"
        " author Ada: 40 of 40 papers picked"
    )
    assert lines[-1] == "5 papers, 40 earlier picks known."
    assert not SuggestedDay.objects.exists()


def test_the_command_says_that_votes_order_and_speaks_json(capsys):
    rows = today()
    call_command("suggest", "2025-10-06")
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("In the order of votes: 0 earlier picks are known")
    call_command("suggest", "2025-10-06", "--json")
    told = capsys.readouterr().out
    assert f'"arxiv_id": "{rows[0].paper.arxiv_id}"' in told
    assert "49 votes, the most of the day" in told


def test_a_day_without_papers_is_refused():
    with pytest.raises(CommandError, match="no paper is listed"):
        call_command("suggest", "2025-10-06")


def test_it_takes_as_many_queries_for_many_days_as_for_few():
    picked_days(3)
    today()
    with CaptureQueriesContext(connection) as few:
        making.ranked([TODAY])
    picked_days(10, first=FIRST + timedelta(days=5))
    with CaptureQueriesContext(connection) as many:
        making.ranked([TODAY])
    assert len(few) == len(many) < 10


def test_hostile_words_are_no_markup(client):
    User.objects.create_superuser("boss", password="x")
    client.force_login(User.objects.get())
    listing = listed(TODAY, 1)
    made_of = {"picks": 40, "learned": True, "made_from": ""}
    SuggestedDay.objects.create(day=TODAY, **made_of)
    reasons = [
        {"kind": "often", "words": ["<script>alert(1)</script>"]},
        {"kind": "author", "name": "<b>", "picked": "x", "listed": 1},
        {"kind": "votes", "votes": [], "place": {}},
        {"kind": ["odd"]},
        "none",
    ]
    Suggestion.objects.create(listing=listing, position=1, votes=1, rank=1, reasons=reasons)
    page = client.get(f"/admin/papers/listing/?day={TODAY}").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
