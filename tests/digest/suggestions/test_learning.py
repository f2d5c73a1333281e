"""What is learned of picks: from papers as values, without any row."""

import random
from math import log

import pytest

from digest.suggestions.learning import learner, weights
from digest.suggestions.learning.features import CHARACTERS, features, words
from digest.suggestions.learning.learner import Learner, Paper
from digest.suggestions.learning.taste import AUTHORS, LEAST_SEEN, Taste
from digest.suggestions.learning.weights import Choice

LIKED, OTHER = "agents that reason", "videos of cats"


def paper(key, text=OTHER, votes=5, picked=False, rank=None, authors=(), organization=""):
    known = features(text, "", authors, organization)
    return Paper(key, known, votes, rank or key, picked)


def day(picked=2, of=8, seed=0, **liked):
    """Return a day of which the liked papers are picked, whatever their votes."""
    votes = random.Random(seed)
    return [
        paper(n, LIKED, votes.randrange(50), picked=True, **liked)
        if n <= picked
        else paper(n, votes=votes.randrange(50))
        for n in range(1, of + 1)
    ]


def taught(days=20, **options):
    one = Learner()
    for number in range(days):
        one.learn(day(seed=number, **options))
    return one


def keys(suggestions):
    return [suggestion.paper.key for suggestion in suggestions]


def test_words_are_compared_without_case_plural_numbers_and_what_stands_everywhere():
    assert words("The LLMs' policies, of 3 analyses: GPT-4o 뇌과학") == {
        "llm", "policy", "analyse", "gpt", "뇌과학",
    }  # fmt: skip


def test_words_are_named_as_the_paper_writes_them():
    assert features("RLVR for LLMs", "llms").written(["llm", "rlvr"]) == ["LLMs", "RLVR"]


def test_of_an_endless_text_only_the_beginning_is_read():
    known = features("x" * 100_000, "word " * 100_000, ["A"] * 100_000)
    assert len(known.text) == CHARACTERS
    assert known.authors == ("A",)


def test_below_thirty_picks_votes_alone_count():
    one = taught(days=14)
    assert one.picks == 28 < learner.ENOUGH
    today = [paper(1, LIKED, votes=1), paper(2, votes=9), paper(3, votes=None)]
    said = one.rank(today)
    assert keys(said) == [2, 1, 3]
    assert [each.reasons for each in said] == [
        [{"kind": "votes", "votes": votes, "place": place}]
        for place, votes in enumerate([9, 1, None], start=1)
    ]


def test_from_thirty_on_what_is_picked_counts_more_than_votes_it_never_followed():
    one = taught(days=20)
    today = [paper(1, votes=40), paper(2, votes=30), paper(3, LIKED, votes=1), paper(4)]
    assert keys(one.rank(today))[0] == 3


def test_three_reasons_stand_beside_a_suggestion():
    one = taught(authors=["Ada"], organization="Org")
    best, other = one.rank(
        [paper(1, LIKED, 7, authors=["Ada", "Bob"], organization="Org"), paper(2, votes=9)]
    )
    assert best.reasons == [
        {"kind": "votes", "votes": 7, "place": 2},
        {"kind": "often", "words": ["agents", "reason"]},
        {"kind": "author", "name": "Ada", "picked": 40, "listed": 40},
    ]
    assert other.reasons == [
        {"kind": "votes", "votes": 9, "place": 1},
        {"kind": "seldom", "words": ["cats", "videos"]},
    ]


def test_a_paper_of_nothing_known_says_so():
    one = taught()
    [only] = one.rank([paper(1, "Zymurgy")])
    assert [reason["kind"] for reason in only.reasons] == ["votes", "unknown"]
    [only] = one.rank([paper(1, "Zymurgy", authors=["New"])])
    assert [reason["kind"] for reason in only.reasons] == ["votes", "strangers"]


def test_who_picks_by_votes_alone_gets_the_order_of_votes():
    one = Learner()
    for seed in range(40):
        numbers = random.Random(seed)
        texts = [f"{numbers.choice('abcdefgh') * 4} and {LIKED}" for _ in range(8)]
        papers = [paper(n, text, votes=50 - n, picked=n <= 2) for n, text in enumerate(texts, 1)]
        if one.picks >= learner.ENOUGH:
            assert set(keys(one.rank(papers))[:2]) == {1, 2}
        one.learn(papers)


def test_a_day_without_a_pick_teaches_nothing():
    one = taught()
    before = one.picks, len(one.days), one.taste.papers
    one.learn([paper(n, LIKED) for n in range(1, 9)])
    assert (one.picks, len(one.days), one.taste.papers) == before


def test_a_day_is_ranked_by_earlier_days_alone():
    """Whether its own papers are picked moves none of them."""
    one = taught()
    today = day(seed=99, picked=0)
    chosen = [Paper(each.key, each.features, each.votes, each.rank, True) for each in today]
    assert keys(one.rank(today)) == keys(one.rank(chosen))


def test_papers_with_as_many_votes_stand_as_their_source_lists_them():
    today = [paper(1, votes=3, rank=2), paper(2, votes=3, rank=1), paper(3, votes=None, rank=1)]
    assert keys(Learner().rank(today)) == [2, 1, 3]


@pytest.mark.parametrize("papers", [[], [paper(1)]])
def test_a_day_of_no_paper_or_one_is_a_day(papers):
    one = taught()
    assert keys(one.rank(papers)) == [each.key for each in papers]
    one.learn([paper(1, picked=True)])
    assert one.weights().taste > 0


def test_what_was_seen_seldom_says_nothing():
    taste = Taste()
    for _ in range(LEAST_SEEN - 1):
        taste.learn([(features("rare", ""), True), (features("other", ""), False)])
    assert taste.score([features("rare", ""), features("unseen", "")]) == [0, 0]
    assert Taste().score([features("rare", "")]) == [0]


def test_a_large_team_counts_as_some_of_its_authors():
    team = [f"Author {n}" for n in range(30)]
    taste = Taste()
    for _ in range(20):
        taste.learn([(features("", "", team), True), (features("", "", ["Other"]), False)])
    whole, some = taste.score([features("", "", team), features("", "", team[:AUTHORS])])
    assert whole == pytest.approx(some)
    assert some > 0


def test_weights_are_those_that_made_the_picks():
    numbers = random.Random(1)
    days = []
    for _ in range(400):
        rows = [(numbers.gauss(0, 1), numbers.gauss(0, 1)) for _ in range(10)]
        # With noise of Gumbel's distribution the best one is a pick of the model.
        scores = [2 * v + 0.5 * t - log(numbers.expovariate(1)) for v, t in rows]
        best = scores.index(max(scores))
        days.append([Choice(v, t, n == best) for n, (v, t) in enumerate(rows)])
    found = weights.fit(days)
    assert found.votes == pytest.approx(2, abs=0.3)
    assert found.taste == pytest.approx(0.5, abs=0.2)


def test_without_evidence_the_weights_are_those_of_votes():
    assert weights.fit([]) == weights.VOTES_ALONE
    assert weights.fit([[Choice(0, 0, True), Choice(0, 0, False)]]) == weights.VOTES_ALONE
