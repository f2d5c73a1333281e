"""A day's answer becomes papers and listings, once. An editor's change wins."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection

from papers.clock import end_of, now
from papers.editing.proposals import accept
from papers.models import Listing, Origin, Paper, Proposal, SourceAnswer
from papers.pipeline.checking import check
from papers.pipeline.ingest import save_papers, store
from papers.sources.base import DayAnswer, FoundPaper

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 7)


def found(number=1, **fields):
    return FoundPaper(
        **{
            "arxiv_id": f"2510.{number:05}",
            "title": f"Paper {number}",
            "raw_title": f"Paper\n  {number}",
            "abstract": "We present it.\nIt works.",
            "authors": ("Ada Lovelace", "김철수"),
            "published_at": datetime(2025, 10, 6, tzinfo=UTC),
            "upvotes": 5,
            "keywords": ("attention",),
            "links": (("code", "https://github.com/a/b"),),
            "organization": "Lab",
            "withdrawn": False,
            "rank": number,
        }
        | fields
    )


def answer(*papers, day=DAY, pages=("[1]",)):
    return DayAnswer(
        papers=papers,
        refusals=(),
        notices=(),
        source="huggingface",
        day=day,
        fetched_at=now(),
        pages=pages,
    )


def test_a_day_is_stored_with_facts_listings_and_the_answer_as_it_came():
    counts = store(answer(found(1), found(2), pages=('[{"a": 1}]', "[]")))
    assert counts["papers added"] == counts["listings added"] == 2
    paper = Paper.objects.get(arxiv_id="2510.00001")
    assert (paper.title, paper.raw_title) == ("Paper 1", "Paper\n  1")
    assert paper.abstract == "We present it. It works."
    assert paper.authors == ["Ada Lovelace", "김철수"]
    assert paper.code_url == "https://github.com/a/b"
    assert SourceAnswer.objects.get().pages == ['[{"a": 1}]', "[]"]
    assert SourceAnswer.objects.get().listed_ids == ["2510.00001", "2510.00002"]


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Paper, Listing, SourceAnswer)]


def test_the_same_day_again_writes_nothing_in_a_handful_of_queries(django_assert_max_num_queries):
    papers = [found(number) for number in range(1, 51)]
    store(answer(*papers))
    before, histories = everything(), Paper.history.count()
    with django_assert_max_num_queries(10):
        counts = store(answer(*papers))
    assert not any(counts.values())
    assert everything() == before
    assert Paper.history.count() == histories


def test_the_same_answer_after_the_end_of_its_day_settles_it_once():
    evening = end_of(DAY) - timedelta(hours=1)
    for hours, expected in ((0, 0), (0.5, 0), (1, 1), (2, 1)):
        store(replace(answer(found(1)), fetched_at=evening + timedelta(hours=hours)))
        assert SourceAnswer.objects.get().fetched_at == evening + timedelta(hours=expected)


def test_a_grown_day_adds_what_is_new_and_follows_the_upvotes():
    store(answer(found(1)))
    counts = store(answer(found(1, upvotes=9), found(2), pages=("[1, 2]",)))
    assert counts["papers added"] == 1
    assert counts["listings updated"] == 1
    assert Listing.objects.get(paper__arxiv_id="2510.00001").upvotes == 9
    assert SourceAnswer.objects.count() == 2


def test_an_answer_that_returns_is_kept_as_the_newest_again():
    for pages in ("[1]", "[2]", "[1]", "[1]"):
        store(answer(found(1), pages=(pages,)))
    newest_last = SourceAnswer.objects.order_by("fetched_at").values_list("pages", flat=True)
    assert list(newest_last) == [["[1]"], ["[2]"], ["[1]"]]


def test_a_paper_on_another_day_is_the_same_paper_and_its_first_facts_stand():
    store(answer(found(1)))
    store(answer(found(1, title="Paper one"), day=date(2025, 10, 9)))
    paper = Paper.objects.get()
    assert paper.title == "Paper 1"
    assert paper.listings.count() == 2


def test_what_was_missing_is_filled_in_later():
    store(answer(found(1, abstract="", keywords=())))
    store(answer(found(1), pages=("[2]",)))
    paper = Paper.objects.get()
    assert paper.abstract == "We present it. It works."
    assert "It works." in paper.abstract_html
    assert paper.keywords == ["attention"]


def test_an_editors_fact_stays_byte_for_byte_and_the_source_makes_one_proposal():
    store(answer(found(1)))
    paper = Paper.objects.get()
    paper.title = "A better title"
    paper.mark_edited({"title"})
    paper.save()
    for title in ("Paper 1", "Paper 1, revised", "Paper 1, revised"):
        store(answer(found(1, title=title), pages=(title,)))
    paper.refresh_from_db()
    assert paper.title == "A better title"
    assert [p.value for p in Proposal.objects.order_by("id")] == ["Paper 1", "Paper 1, revised"]


def test_a_fact_that_an_editor_emptied_stays_empty():
    store(answer(found(1)))
    paper = Paper.objects.get()
    paper.organization = ""
    paper.mark_edited({"organization"})
    paper.save()
    store(answer(found(1)))
    paper.refresh_from_db()
    assert paper.organization == ""
    assert Proposal.objects.get().value == "Lab"


@pytest.mark.parametrize("origins", [
    "[]", "3", "null", '"title"', "1e9999",
    '{"title": ["arxiv"]}', '{"title": {}}', '{"title": null}',
])  # fmt: skip
def test_a_fact_whose_origin_was_damaged_counts_as_the_editors(origins):
    store(answer(found(1), found(2)))
    damaged = Paper.objects.get(arxiv_id="2510.00001")
    damaged.title = "A better title"
    damaged.save()
    with connection.cursor() as cursor:
        change = "UPDATE papers_paper SET origins = %s::jsonb WHERE id = %s"
        cursor.execute(change, [origins, damaged.pk])
    told = {f"2510.0000{n}": {"title": f"Revised {n}", "categories": ["cs.CL"]} for n in (1, 2)}
    save_papers(told, Origin.ARXIV)
    titles = Paper.objects.order_by("arxiv_id").values_list("title", flat=True)
    assert list(titles) == ["A better title", "Revised 2"]
    assert Proposal.objects.filter(field="title").get().value == "Revised 1"
    check(list(Paper.objects.all()))


def test_the_editors_choice_survives_a_second_ingest():
    store(answer(found(1)))
    Listing.objects.update(choice="excluded", reason="off topic")
    store(answer(found(1, upvotes=50), pages=("[3]",)))
    listing = Listing.objects.get()
    assert (listing.choice, listing.reason, listing.upvotes) == ("excluded", "off topic", 50)


def test_a_withdrawn_paper_is_excluded_unless_the_editor_chose():
    store(answer(found(1, withdrawn=True), found(2), found(3)))
    Listing.objects.filter(paper__arxiv_id="2510.00003").update(choice="picked")
    withdrawn = [found(number, withdrawn=True) for number in (1, 2, 3)]
    store(answer(*withdrawn, pages=("[2]",)))
    choices = Listing.objects.order_by("rank").values_list("choice", flat=True)
    assert list(choices) == ["excluded", "excluded", "picked"]
    put_back = Listing.objects.get(rank=1)
    put_back.choice, put_back.reason = "pending", "a mistake of theirs"
    put_back.save()
    store(answer(*withdrawn, pages=("[3]",)))
    put_back.refresh_from_db()
    assert (put_back.choice, put_back.reason) == ("pending", "a mistake of theirs")


@pytest.mark.parametrize(
    ("held", "offered", "expected"),
    [
        (Origin.IMPORT, Origin.HUGGINGFACE, "old"),
        (Origin.HUGGINGFACE, Origin.IMPORT, "old"),
        (Origin.HUGGINGFACE, Origin.ARXIV, "new"),
        (Origin.ARXIV, Origin.HUGGINGFACE, "old"),
        (Origin.ARXIV, Origin.ARXIV, "new"),
        (Origin.SAMPLE, Origin.HUGGINGFACE, "new"),
        (Origin.EDITOR, Origin.ARXIV, "old"),
    ],
)
def test_the_more_trusted_origin_wins(held, offered, expected):
    paper = Paper(arxiv_id="2510.00001", title="old", origins={"title": held.value})
    paper.offer({"title": "new"}, offered)
    assert paper.title == expected


def test_one_bad_row_stores_nothing_of_the_day():
    bad = replace(found(2), arxiv_id="not an id")
    with pytest.raises(Exception, match="paper_arxiv_id_form"):
        store(answer(found(1), bad))
    assert not SourceAnswer.objects.exists()


def test_a_date_that_an_editor_set_is_proposed_against_too():
    store(answer(found(1)))
    paper = Paper.objects.get()
    paper.arxiv_published_at = datetime(2025, 10, 1, tzinfo=UTC)
    paper.mark_edited({"arxiv_published_at"})
    paper.save()
    for _ in range(2):
        store(answer(found(1)))
    proposal = Proposal.objects.get()
    accept(proposal, User.objects.create(username="editor"))
    paper.refresh_from_db()
    assert paper.arxiv_published_at == datetime(2025, 10, 6, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_two_ingests_of_a_day_at_once_end_like_one():
    def ingest(upvotes):
        try:
            store(answer(found(1, upvotes=upvotes), found(2), pages=(f"[{upvotes}]",)))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(ingest, range(4)))
    assert (Paper.objects.count(), Listing.objects.count()) == (2, 2)


def test_keywords_are_text():
    keywords = (r"Fr\'echet distance", r"$\mu$P", "R&D")
    store(answer(found(1, keywords=keywords)))
    assert Paper.objects.get().keywords == ["Fréchet distance", "μP", "R&D"]
