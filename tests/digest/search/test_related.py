"""Papers that are about the same thing find each other, and nothing else does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digest import publishing, tasks
from digest.models import Entry, Post, RelatedPaper, RelationChange
from digest.search import index, related
from papers.models import Paper
from tests.factories import DAY, make_paper, make_post

pytestmark = pytest.mark.django_db

ABSTRACT = "We study {0}. Our {0} are measured. The {0} work."


def about(*words: str, **fields: object) -> Paper:
    """Return a paper that is about some words, in a field of its own."""
    text = " and ".join(words)
    fields = {"title": f"On {text}", "abstract": ABSTRACT.format(text), "authors": []} | fields
    return make_paper(**fields)


def relate() -> None:
    tasks.refresh_search()


def named(paper: Paper) -> list[int]:
    rows = RelatedPaper.objects.filter(paper=paper).order_by("position")
    return list(rows.values_list("other_id", flat=True))


def words(paper: Paper) -> list[str]:
    return RelatedPaper.objects.filter(paper=paper).order_by("position")[0].words


@pytest.fixture
def others() -> Post:
    """Papers about nothing that any other is about."""
    return make_post(
        papers=[about(f"lon{letter}ux", f"sol{letter}ix") for letter in "abcdefghijkl"]
    )


@pytest.fixture
def okapis(others: Post) -> list[Paper]:
    """Two papers about the same, in two digests."""
    papers = [about("okapis", "Zebra-Nets", f"rest{n}") for n in (1, 2)]
    for paper in papers:
        make_post(papers=[paper])
    return papers


def test_papers_with_the_same_rare_words_are_related(okapis: list[Paper]) -> None:
    relate()
    one, other = okapis
    assert named(one) == [other.pk]
    assert named(other) == [one.pk]
    assert set(words(one)) == {"okapis", "Zebra-Nets"}


def test_nothing_is_related_by_one_word_alone(others: Post) -> None:
    one, other = (about("okapis", f"one{n}") for n in (1, 2))
    make_post(papers=[one, other])
    relate()
    assert named(one) == named(other) == []


def test_nothing_is_related_by_words_of_everybody(others: Post) -> None:
    make_post(papers=[about("models", "methods") for _ in range(20)])
    relate()
    assert not RelatedPaper.objects.exists()


def test_at_most_five_are_related(others: Post) -> None:
    papers = [about("okapis", "zebras") for _ in range(7)]
    make_post(papers=papers + [about(f"qu{n}a", f"xu{n}b") for n in range(40)])
    relate()
    assert len(named(papers[0])) == related.MOST


def test_a_shared_author_comes_first(others: Post) -> None:
    papers = [
        about("okapis", "zebras", authors=names)
        for names in (["Ada Quux", "Bo"], ["Cy Bar"], ["ADA QUUX"], [])
    ]
    make_post(papers=papers)
    relate()
    assert named(papers[0])[0] == papers[2].pk
    assert related.shared_authors(papers[0], papers[2]) == ["Ada Quux"]


def test_a_shared_tag_comes_first(others: Post) -> None:
    papers = [about("okapis", "zebras") for _ in range(4)]
    for paper in (papers[0], papers[2]):
        paper.tags.add("Animals")
    make_post(papers=papers)
    relate()
    assert named(papers[0])[0] == papers[2].pk


def test_the_newer_one_of_equals_comes_first(others: Post) -> None:
    papers = [about("okapis", "zebras") for _ in range(3)]
    for paper, age in zip(papers, (0, 900, 0), strict=True):
        make_post(papers=[paper], date=DAY - timedelta(days=age), slug=f"age-{paper.pk}")
    relate()
    assert named(papers[0]) == [papers[2].pk, papers[1].pk]


def test_a_keyword_of_both_is_the_reason(others: Post) -> None:
    papers = [about("okapis", f"x{n}", keywords=["Okapi husbandry"]) for n in range(2)]
    make_post(papers=papers)
    relate()
    assert words(papers[0])[0] == "Okapi husbandry"


def test_an_older_paper_names_its_follow_up(okapis: list[Paper]) -> None:
    relate()
    newest = about("okapis", "Zebra-Nets")
    make_post(papers=[newest])
    relate()
    assert newest.pk in named(okapis[0])
    assert newest.pk in named(okapis[1])
    assert not RelationChange.objects.exists()


def test_a_withdrawn_paper_is_named_no_more(okapis: list[Paper]) -> None:
    relate()
    publishing.withdraw(okapis[1].entries.get().post)
    relate()
    assert not RelatedPaper.objects.exists()


def test_publishing_only_queues(okapis: list[Paper]) -> None:
    assert not RelatedPaper.objects.exists()
    queued = RelationChange.objects.filter(reaches_others=True).values_list("paper_id", flat=True)
    assert {paper.pk for paper in okapis} <= set(queued)


def test_rows_that_stay_as_they_are_are_not_written(okapis: list[Paper]) -> None:
    relate()
    before = set(RelatedPaper.objects.values_list("pk", flat=True))
    index.queue_all()
    relate()
    assert set(RelatedPaper.objects.values_list("pk", flat=True)) == before


def test_a_run_is_bounded_and_the_next_goes_on(
    okapis: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in index.refresh_all():
        pass
    due = RelationChange.objects.values("paper_id").distinct()
    before = due.count()
    assert sum(related.refresh_all(most=1)) == related.BATCH
    assert due.count() == before - related.BATCH
    relate()
    assert not due.count()
    assert named(okapis[0]) == [okapis[1].pk]


def test_what_fails_stays_due(okapis: list[Paper], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(paper_id: int) -> None:
        raise OSError

    monkeypatch.setattr(related, "relations", fail)
    with pytest.raises(OSError):  # noqa: PT011
        relate()
    monkeypatch.undo()
    relate()
    assert named(okapis[0]) == [okapis[1].pk]


def test_a_paper_takes_as_many_queries_among_many(others: Post) -> None:
    def cost(paper: Paper) -> int:
        with CaptureQueriesContext(connection) as queries:
            related.relations(paper.pk)
        return len(queries)

    one, *more = (about("okapis", "zebras") for _ in range(5))
    make_post(papers=[one, more[0]])
    relate()
    before = cost(one)
    make_post(papers=more[1:])
    relate()
    assert len(named(one)) == 4
    assert cost(one) == before


def test_a_paper_without_any_word_has_none(others: Post) -> None:
    paper = make_paper(title="…", abstract="", authors=[])
    make_post(papers=[paper])
    relate()
    assert related.relations(paper.pk) == []
    assert Entry.objects.public().filter(paper=paper).exists()
