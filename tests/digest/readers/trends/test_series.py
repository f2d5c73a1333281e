"""Counts over weeks: which topics rise, and how they look. No database is needed."""

from datetime import date
from random import Random

import pytest

from digest.readers.bars import bars
from digest.readers.trends.series import ALL, LEAST, Plot, Span, Topic, Topics, monday_of

MONDAY = date(2025, 10, 6)
SPAN = Span(2, MONDAY)
WEEKS = SPAN.all_mondays


def counted(**papers):
    """Return counts of two weeks before and two weeks now, by topic."""
    return {slug: dict(zip(WEEKS, some, strict=True)) for slug, some in papers.items()}


def topics(all_papers=(50, 50, 50, 50), **papers):
    return Topics.of(counted(**papers) | {ALL: dict(zip(WEEKS, all_papers, strict=True))}, SPAN)


def slugs(found):
    return [each.slug for each in found]


def test_a_week_begins_on_monday():
    days = [date(2025, 10, day) for day in (5, 6, 12, 13)]
    assert list(map(monday_of, days)) == [
        date(2025, 9, 29), MONDAY, MONDAY, date(2025, 10, 13),
    ]  # fmt: skip


def test_a_span_is_whole_weeks_with_as_many_before():
    assert (SPAN.first, SPAN.last) == (date(2025, 9, 29), date(2025, 10, 12))
    assert (SPAN.before.first, SPAN.before.last) == (date(2025, 9, 15), date(2025, 9, 28))
    assert SPAN.all_mondays == [
        date(2025, 9, 15), date(2025, 9, 22), date(2025, 9, 29), MONDAY,
    ]  # fmt: skip


def test_a_week_without_papers_is_0():
    topic = Topic.of("agents", {MONDAY: 3}, SPAN)
    assert (topic.earlier, topic.now, topic.count, topic.count_before) == ((0, 0), (0, 3), 3, 0)


def test_what_grew_most_surely_comes_first():
    found = topics(
        steady=(20, 20, 20, 20),  # The same share.
        rare=(0, 0, 2, 3),  # Of thousands of rare topics, some rise so by chance.
        new=(0, 0, 10, 12),
        grown=(10, 10, 20, 20),
        large=(20, 20, 25, 25),  # It gained ten papers too, in more than twice as many.
        fallen=(9, 9, 1, 2),
    )
    assert slugs(found.risers(9)) == ["new", "grown"]
    assert slugs(found.risers(1)) == ["new"]


@pytest.mark.parametrize(("before", "now", "z"), [(10, 30, 3.16), (30, 10, -3.16), (0, 8, 1.79)])
def test_a_rise_is_counted_in_standard_deviations(before, now, z):
    """(30 - 10) / sqrt(40): papers of two spans with as many papers. Few count as 20."""
    found = topics(x=(before, 0, now, 0))
    assert found.topics[0].rise(found.all_papers) == pytest.approx(z, abs=0.01)


def test_few_topics_rise_by_chance():
    """Each paper of a topic that keeps its share is as likely in the span before as now."""
    random = Random(1)
    papers = {}
    for number in range(4000):
        now = sum(random.random() < 0.5 for _ in range(40))
        papers[f"t{number}"] = (40 - now, 0, now, 0)
    risen = topics((50_000, 0, 50_000, 0), **papers).risers(len(papers))
    assert 0 < len(risen) < 0.01 * len(papers)


def test_shares_are_compared_and_not_numbers():
    """Twice as many papers are listed now. What has twice as many too has not risen."""
    found = topics((20, 20, 40, 40), doubled=(10, 10, 20, 20), more=(5, 5, 30, 20))
    assert slugs(found.risers(9)) == ["more"]


def test_nothing_rises_where_nothing_was_before():
    found = topics((0, 0, 50, 50), agents=(0, 0, 10, 10))
    assert found.risers(9) == []
    assert slugs(found.frequent(9)) == ["agents"]


def test_a_topic_of_all_papers_does_not_rise():
    found = topics((5, 5, 5, 5), everything=(5, 5, 5, 5))
    assert found.topics[0].rise(found.all_papers) == 0


def test_topics_of_few_papers_and_of_signs_alone_are_left_out():
    found = topics(few=(9, 9, 1, LEAST - 2), enough=(0, 0, 1, LEAST - 1), **{"...": (9, 9, 9, 9)})
    assert slugs(found.topics) == ["enough"]


def test_the_most_frequent_come_by_number_then_by_name():
    found = topics(b=(0, 0, 2, 3), a=(0, 0, 3, 2), c=(0, 0, 9, 0))
    assert slugs(found.frequent(3)) == ["c", "a", "b"]
    assert slugs(found.frequent(1)) == ["c"]


def test_bars_stand_on_the_ground_and_an_empty_place_has_none():
    assert bars([(0, 2), (1, 0), (2, 7.5)]) == "M0 0h.8v-2h-.8zM2 0h.8v-7.5h-.8z"


def test_a_plot_draws_its_layers_to_one_scale():
    plot = Plot.of(listed=[1, 20], published=[1, 7.5])
    assert plot.view_box == "0 -20 2 20"
    assert [name for name, _ in plot.layers] == ["listed", "published"]


@pytest.mark.parametrize("heights", [[], [0, 0], [None, 0]])
def test_a_plot_of_nothing_has_no_bar_and_still_a_height(heights):
    plot = Plot.of(now=heights)
    assert plot.highest == 1
    assert plot.layers == [("now", "")]


def test_a_topic_is_drawn_with_the_weeks_before_it():
    plot = Plot.of_topic(Topic("agents", (1, 2), (3, 4)))
    assert dict(plot.layers) == {"earlier": bars([(0, 1), (1, 2)]), "now": bars([(2, 3), (3, 4)])}
    assert plot.view_box == "0 -4 4 4"
