"""The index follows what readers see, whatever changes it."""

from collections.abc import Callable
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from taggit.models import Tag

from digest import publishing
from digest.models import (
    Entry,
    Post,
    SearchChange,
    SearchEntry,
    SearchTerm,
    SearchWord,
    State,
)
from digest.publishing.gate import Override
from digest.search import index, ranking
from digest.search.analysis.query import parse
from papers.models import Listing, Paper, Section
from tests.digest.readers.pages.acts import Acts, make_site
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


def found(text: str) -> set[str]:
    """Return the ids and titles of what a query finds."""
    places = ranking.find(parse(text)).places
    papers = Paper.objects.in_bulk([place.paper for place in places if place.paper])
    posts = Post.objects.in_bulk([place.post for place in places if place.post])
    return {paper.arxiv_id for paper in papers.values()} | {post.title for post in posts.values()}


def work_off() -> None:
    for _ in index.refresh_all():
        pass


def the_index() -> tuple[Any, ...]:
    columns = ("paper_id", "post_id", "day", "terms", "impacts", "keys", "places", "words")
    return (
        list(SearchEntry.objects.order_by("paper_id", "post_id").values_list(*columns)),
        list(SearchTerm.objects.order_by("number").values_list()),
        list(SearchWord.objects.order_by("word").values_list("word", "documents")),
    )


@pytest.fixture
def paper() -> Paper:
    paper = make_paper(title="Zebra networks", abstract="We measure okapis.", authors=["Ada Quux"])
    make_section(paper, markdown="얼룩말을 다룬다.")
    return paper


def test_publishing_indexes_in_its_own_transaction(paper: Paper) -> None:
    post = make_post(State.DRAFT, [paper], title="무늬의 날")
    assert found("zebra") == set()
    with transaction.atomic():
        publishing.publish(post, gated=False)
        assert found("zebra") == found("얼룩말") == found("okapi") == {paper.arxiv_id}
        assert found("무늬") == {"무늬의 날"}
        assert not SearchChange.objects.exists()


def test_what_is_not_public_is_not_found(paper: Paper) -> None:
    post = make_post(papers=[paper])
    section = paper.sections.get()
    section.markdown = "기린을 다룬다."
    section.save()
    work_off()
    assert found("기린") == set()
    publishing.publish_changes(post, override=over(post))
    assert found("기린") == {paper.arxiv_id}
    assert found("얼룩말") == set()


def test_what_is_withdrawn_is_gone_at_once(paper: Paper) -> None:
    post = make_post(papers=[paper])
    publishing.withdraw(post)
    assert found("zebra") == set()
    assert not SearchEntry.objects.exists()
    assert not SearchTerm.objects.exists()
    assert not SearchWord.objects.exists()


def test_what_is_deleted_is_gone_with_its_counts(paper: Paper) -> None:
    post = make_post(papers=[paper])
    post.delete()
    paper.delete()
    work_off()
    assert the_index() == ([], [], [])


def over(post: Post) -> Override:
    from django.contrib.auth.models import User

    from digest.publishing import gate

    user = User.objects.create_user(f"user{User.objects.count()}")
    return Override(user, "a test", frozenset(each.key for each in gate.errors(post)))


def retitle(paper: Paper) -> None:
    Paper.objects.filter(pk=paper.pk).update(title_plain="Giraffe")


def plain_sql(paper: Paper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE papers_paper SET authors = '{Giraffe}' WHERE id = %s", [paper.pk])


def tag(paper: Paper) -> None:
    paper.tags.add("Giraffe")


def rename_a_tag(paper: Paper) -> None:
    paper.tags.add("Horse")
    work_off()
    Tag.objects.filter(name="Horse").update(name="Giraffe")


def restore(paper: Paper) -> None:
    Section.objects.filter(paper=paper).update(
        public_html="<p>Giraffe</p>", public_markdown="Giraffe"
    )


def note(paper: Paper) -> None:
    Entry.objects.filter(paper=paper).update(public_note_html="<p>Giraffe</p>")


@pytest.mark.parametrize("change", [retitle, plain_sql, tag, rename_a_tag, restore, note])
def test_what_readers_see_at_once_is_indexed_by_the_worker(
    paper: Paper, change: Callable[[Paper], None]
) -> None:
    make_post(papers=[paper])
    work_off()
    change(paper)
    assert SearchChange.objects.exists()
    work_off()
    assert found("giraffe") == {paper.arxiv_id}


def test_changes_of_what_is_not_public_queue_nothing(paper: Paper) -> None:
    SearchChange.objects.all().delete()
    paper.title = "Another"
    paper.save()
    paper.sections.update(markdown="x")
    Listing.objects.create(paper=paper, source="huggingface", day="2025-10-08", rank=1, upvotes=2)
    assert not SearchChange.objects.exists()


def test_what_cannot_be_indexed_holds_up_nothing_else(
    paper: Paper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = make_paper(title="Okapi")
    post = make_post(State.DRAFT, [paper, other])
    make = index.MAKERS["paper"]

    def fails(ids: list[int]) -> Any:
        if other.pk in ids:
            raise ValueError("no")
        return make(ids)

    monkeypatch.setitem(index.MAKERS, "paper", fails)
    publishing.publish(post, gated=False)
    assert found("zebra") == {paper.arxiv_id}
    assert found("okapi") == {paper.arxiv_id}
    assert not SearchChange.objects.exists()
    assert f"The paper {other.pk} cannot be indexed" in caplog.text


def test_a_text_longer_than_postgresql_takes_is_indexed_as_far_as_it_goes(paper: Paper) -> None:
    random = Random(1)
    syllables = [chr(number) for number in range(0xAC00, 0xD7A3)]
    words = ["".join(random.choices(syllables, k=5)) for _ in range(33_000)]
    lines = (" ".join(words[at : at + 1_000]) for at in range(0, len(words), 1_000))
    make_section(paper, "results", markdown="\n\n".join(lines))
    make_post(papers=[paper])
    assert found("zebra") == {paper.arxiv_id}


def test_a_publication_leaves_the_changes_of_others_to_the_worker(paper: Paper) -> None:
    SearchChange.objects.create(paper_id=paper.pk, transaction=1)
    make_post(papers=[make_paper()])
    assert SearchChange.objects.count() == 1


def test_the_index_costs_as_many_queries_for_fifty_papers_as_for_five(
    django_assert_num_queries: Any,
) -> None:
    for size in (5, 50):
        make_post(papers=size)
        papers = Paper.objects.order_by("-pk")[:size]
        SearchChange.objects.bulk_create(SearchChange(paper_id=each.pk) for each in papers)
        with django_assert_num_queries(15):
            index.refresh()


def test_the_command_makes_the_same_index(paper: Paper, capsys: pytest.CaptureFixture[str]) -> None:
    make_post(papers=[paper])
    before = the_index()
    SearchTerm.objects.update(documents=77)
    SearchEntry.objects.update(terms=[1], impacts=[1])
    call_command("index_search")
    assert the_index() == before
    assert capsys.readouterr().out == "2 indexed.\n"


ACTS = 300  # 1,000 take two minutes, and held when they were last run.


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_after_random_acts_the_index_is_what_would_be_made_anew() -> None:
    random = Random(7)
    make_site(random, digests=4)
    acts = Acts(random)
    for number in range(1, ACTS + 1):
        acts.do()
        if number % 50 == 0:
            work_off()
            followed = the_index()
            call_command("index_search", stdout=StringIO())
            assert the_index() == followed, f"after {number} acts"
