"""Which results come first, and that few entries are ranked for common words."""

from datetime import date
from itertools import pairwise

import pytest

from digest.models import Post
from digest.search import index, ranking, tiers
from digest.search.analysis.document import number
from digest.search.analysis.query import parse
from digest.search.tiers import Counts
from papers.models import Paper
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


def ids(text: str) -> list[str]:
    places = ranking.find(parse(text)).places
    papers = Paper.objects.in_bulk([place.paper for place in places if place.paper])
    return [papers[place.paper].arxiv_id for place in places if place.paper]


def test_a_title_counts_more_than_an_abstract():
    in_abstract = make_paper(title="Other things", abstract="Walrus. " + "Some more words. " * 20)
    in_title = make_paper(title="The walrus", abstract="Some more words. " * 20)
    make_post(papers=[in_abstract, in_title])
    assert ids("walrus") == [in_title.arxiv_id, in_abstract.arxiv_id]


def test_all_words_must_be_there():
    both = make_paper(title="Walrus and carpenter")
    make_post(papers=[both, make_paper(title="Walrus")])
    assert ids("carpenter walrus") == [both.arxiv_id]


def test_of_equals_the_newer_comes_first_and_a_better_older_one_stays_first():
    old, new = make_paper(title="Walrus A"), make_paper(title="Walrus B")
    better = make_paper(title="Walrus", abstract="Walrus, walrus and walrus.")
    make_post(papers=[better, old], date=date(2020, 1, 1))
    make_post(papers=[new], date=date(2026, 1, 1))
    assert ids("walrus") == [better.arxiv_id, new.arxiv_id, old.arxiv_id]


def test_a_phrase_goes_over_no_border():
    apart = make_paper(title="Large walrus", abstract="Language models.")
    together = make_paper(title="Walrus", abstract="Of large language models.")
    make_post(papers=[apart, together])
    assert ids('"large language models"') == [together.arxiv_id]
    assert set(ids("large language models")) == {together.arxiv_id, apart.arxiv_id}


def test_a_korean_phrase_is_found_with_blanks_and_a_particle():
    paper = make_paper()
    make_section(paper, markdown="대규모 언어 모델을 쓴다.")
    make_post(papers=[paper, make_paper()])
    for typed in ('"언어 모델"', '"대규모 언어 모델은"', "언어모델", "대규모언어모델을"):
        assert ids(typed) == [paper.arxiv_id], typed


def test_filters_narrow():
    ada, other = make_paper(authors=["Ada Lovelace"]), make_paper(authors=["Ada Other"])
    ada.tags.add("Long Context")
    make_post(papers=[ada], date=date(2025, 3, 1))
    make_post(papers=[other], date=date(2025, 4, 1))
    index.refresh()
    assert set(ids("author:ada")) == {ada.arxiv_id, other.arxiv_id}
    assert ids('author:"Ada Lovelace"') == [ada.arxiv_id]
    assert ids("tag:long-context") == [ada.arxiv_id]
    assert ids("from:2025-04") == [other.arxiv_id]
    assert ids("author:ada to:2025-03") == [ada.arxiv_id]
    assert ids("author:lovelace from:2025-04") == []


def test_posts_are_found_by_title_and_introduction():
    post = make_post(papers=1, title="바다코끼리의 날", intro="목수도 있다.")
    for typed in ("바다코끼리", "목수"):
        assert [place.post for place in ranking.find(parse(typed)).places] == [post.pk]
    assert Post.objects.count() == 1


def test_what_goes_public_later_is_in_the_index_and_no_empty_query_finds_anything():
    make_post(papers=1)
    assert ranking.find(parse("")).places == []
    assert ranking.find(parse("the of")).places == []


def test_common_words_are_asked_for_by_their_levels_first():
    words = parse("model data").asked
    counts = Counts(
        100_000,
        {number(t): (50_000, 20_000, 9_000, 4_000, 900) for t in ("model", "data")},
    )
    asked = tiers.tiers(words, counts)
    assert asked[-1].is_whole
    assert asked[0].expected >= tiers.ENOUGH
    assert all(a.expected * tiers.WIDER <= b.expected for a, b in pairwise(asked[:-1]))
    assert "^" in asked[0].condition


def test_rare_words_are_asked_for_at_once():
    counts = Counts(100_000, {})
    assert [tier.is_whole for tier in tiers.tiers(parse("walrus").asked, counts)] == [True]
