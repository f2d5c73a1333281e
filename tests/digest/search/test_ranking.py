"""Which results come first, and that few entries are ranked for common words."""

from datetime import date
from functools import partial
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from digest import tasks
from digest.models import Post, SearchEntry
from digest.search import index, ranking, tiers
from digest.search.analysis.document import FIRST, number
from digest.search.analysis.query import parse
from digest.search.counts import Counts, counts_of
from papers.models import Paper
from tests.digest.search.test_index import the_index
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


def written_by_the_release_before() -> None:
    """Put the entries into the form that they had: the terms of the highest impact first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE digest_searchentry SET (terms, impacts) = (SELECT"
            " coalesce(array_agg(term ORDER BY impact DESC), '{}'),"
            " coalesce(array_agg(impact ORDER BY impact DESC), '{}') FROM unnest(terms, impacts)"
            " AS each (term, impact) WHERE term <> %s)",
            [FIRST],
        )
    index.count_anew()


def test_entries_of_the_release_before_are_ranked_alike_until_the_worker_makes_them_anew():
    abstracts = ["Walrus. " * number + "Some more words. " * 20 for number in range(1, 6)]
    make_post(papers=[make_paper(title="Other", abstract=each) for each in abstracts])
    found = ids("walrus")
    written_by_the_release_before()
    assert not counts_of(()).are_in_order
    assert ids("walrus") == found
    tasks.refresh_search()
    assert counts_of(()).are_in_order
    assert ids("walrus") == found


def test_an_entry_of_the_release_before_without_any_term_is_made_anew_too():
    make_post(papers=1, title="Walrus")
    Post.objects.update(title="???", public_title="???")
    tasks.refresh_search()
    written_by_the_release_before()
    assert SearchEntry.objects.filter(terms=[]).exists()
    tasks.refresh_search()
    assert counts_of(()).are_in_order


def test_an_entry_of_the_release_before_that_cannot_be_made_anew_is_put_in_order(monkeypatch):
    make_post(papers=[make_paper(title="Walrus"), make_paper(title="Carpenter")])
    found = the_index()
    written_by_the_release_before()
    monkeypatch.setitem(index.MAKERS, "paper", lambda ids: 1 / 0)
    tasks.refresh_search()
    assert counts_of(()).are_in_order
    assert the_index() == found


def test_one_entry_in_the_old_order_is_enough_to_read_all_so():
    make_post(papers=[make_paper(title=title) for title in ("Walrus A", "Walrus B")])
    SearchEntry.objects.filter(post_id=None).first().delete()
    index.count_anew()
    written_by_the_release_before()
    make_post(papers=[make_paper(title="Walrus C")])
    assert not counts_of(()).are_in_order
    assert len(ids("walrus")) == 2


def test_the_best_stay_first_if_more_match_than_are_ranked(monkeypatch):
    monkeypatch.setattr(ranking, "_most_ranked", lambda query: 5)
    worse = [make_paper(title="Other", abstract="Walrus. " + "More words. " * 40) for _ in range(9)]
    best = make_paper(title="Walrus", abstract="Walrus.")
    make_post(papers=[*worse, best])
    assert ids("walrus")[0] == best.arxiv_id


def test_a_phrase_of_words_that_many_have_is_looked_for_in_the_best_entries(monkeypatch):
    monkeypatch.setattr(ranking, "LOOKED_AT", 5)
    apart = "Walrus tusks of a carpenter. " + "More words. " * 40
    worse = [make_paper(title="Other", abstract=apart) for _ in range(9)]
    best = make_paper(title="Walrus carpenter", abstract="A walrus, a carpenter.")
    make_post(papers=[*worse, best])
    found = ranking.find(parse('"walrus carpenter"'))
    assert [place.paper for place in found.places] == [best.pk]
    assert (found.count, found.is_more, found.is_cut) == (1, True, True)


def test_many_results_of_a_phrase_are_not_called_all_if_not_all_entries_were_looked_at(monkeypatch):
    monkeypatch.setattr(ranking, "LOOKED_AT", 5)
    monkeypatch.setattr(ranking, "_FULL", 2)
    make_post(papers=[make_paper(title="Walrus carpenter") for _ in range(9)])
    found = ranking.find(parse('"walrus carpenter"'))
    assert (found.is_more, found.is_cut) == (True, True)


def test_results_of_a_filter_are_all_found_though_many_have_the_words(monkeypatch):
    monkeypatch.setattr(ranking, "_most_ranked", lambda query: 5)
    monkeypatch.setattr(ranking, "_A_PAGE", 1)
    others = [make_paper(title="Walrus", abstract="Walrus.") for _ in range(9)]
    hers = [
        make_paper(title=title, abstract="A walrus. " + "More words. " * 40, authors=["Ada Byron"])
        for title in ("Walrus", "Other", "Another")
    ]
    make_post(papers=[*others, *hers])
    assert ranking.find(parse("walrus author:Byron")).count == len(hers)


def test_a_phrase_that_no_entry_has_ends_when_enough_were_looked_at(
    monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(ranking, "LOOKED_AT", 5)
    make_post(papers=[make_paper(title="Walrus tusk carpenter") for _ in range(6)])
    with django_assert_max_num_queries(12):
        found = ranking.find(parse('"walrus carpenter"'))
    assert (found.places, found.count, found.is_more, found.is_cut) == ([], 0, True, True)


def test_a_phrase_is_looked_for_in_all_entries_if_they_are_few(monkeypatch):
    monkeypatch.setattr(ranking, "LOOKED_AT", 5)
    make_post(papers=[make_paper(title="Walrus tusk carpenter") for _ in range(4)])
    assert ranking.find(parse('"walrus carpenter"')) == ranking.NOTHING
    found = ranking.find(parse('"tusk carpenter"'))
    assert (found.count, found.is_more, found.is_cut) == (4, False, False)


def test_a_page_of_the_best_is_enough_if_not_all_others_could_be_ranked(monkeypatch):
    monkeypatch.setattr(ranking, "_most_ranked", lambda query: 5)
    monkeypatch.setattr(ranking, "_A_PAGE", 1)
    worse = [make_paper(title="Other", abstract="Walrus. " + "More words. " * 40) for _ in range(9)]
    best = make_paper(title="Walrus", abstract="Walrus.")
    make_post(papers=[*worse, best])
    found = ranking.find(parse("walrus"))
    assert [place.paper for place in found.places] == [best.pk]
    assert (found.count, found.is_more) == (1, True)


def test_what_narrower_tiers_found_stays_if_a_wider_one_is_cut(monkeypatch):
    monkeypatch.setattr(ranking, "_most_ranked", lambda query: 5)
    monkeypatch.setattr(ranking, "tiers", partial(tiers.tiers, few=1, enough=0.1))
    monkeypatch.setattr(tiers, "_RARE", 0)
    words = "Walrus and carpenter. " + "More words. " * 40
    worse = [make_paper(title="Other", abstract=words) for _ in range(9)]
    best = make_paper(title="Walrus, carpenter", abstract="Walrus, carpenter.")
    make_post(papers=[*worse, best])
    assert ids("walrus carpenter")[0] == best.arxiv_id


def test_what_narrower_tiers_found_is_all_if_a_wider_one_takes_too_long(monkeypatch):
    def best(cursor, query, tier, counts):
        if tier.is_whole:
            cursor.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(60)")
        return in_time(cursor, query, tier, counts)

    in_time = ranking._best
    monkeypatch.setattr(ranking, "_best", best)
    monkeypatch.setattr(ranking, "tiers", partial(tiers.tiers, few=1, enough=0.1))
    monkeypatch.setattr(tiers, "_RARE", 0)
    worse = make_paper(title="Other", abstract="Walrus. " + "More words. " * 200)
    paper = make_paper(title="Walrus", abstract="Walrus.")
    make_post(papers=[paper, worse])
    assert ids("walrus") == [paper.arxiv_id]


def test_terms_stay_in_the_row_where_ranking_reads_them():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT attstorage FROM pg_attribute WHERE attrelid ="
            " 'digest_searchentry'::regclass AND attname IN ('terms', 'impacts', 'keys', 'places')"
        )
        assert cursor.fetchall() == [("e",)]


def test_no_entry_has_a_term_of_nothing():
    make_post(papers=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        SearchEntry.objects.update(terms=[None])
