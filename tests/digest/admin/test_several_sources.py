"""The list of a day that several sources tell: people's picks first, one source alone by a link."""

from datetime import date

import pytest
from django.utils import timezone

from papers.models import ArxivCategory, Listing, SourceAnswer
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 8)
PAGE = f"/admin/papers/listing/?day={DAY}"


def listed(source, count):
    papers = [make_paper(title=f"{source} number {number}") for number in range(count)]
    for rank, paper in enumerate(papers, start=1):
        Listing.objects.create(paper=paper, source=source, day=DAY, rank=rank)
    SourceAnswer.objects.create(
        source=source,
        day=DAY,
        fetched_at=timezone.now(),
        pages=[],
        listed_ids=[paper.arxiv_id for paper in papers],
    )


@pytest.fixture
def announced():
    ArxivCategory.objects.create(category="cs.CL", is_on=True, since=DAY)
    listed("arxivnew", 80)
    listed("huggingface", 3)


def titles(client, address):
    rows = client.get(address).context_data["cl"].result_list
    return [row.paper.title.split(" number ")[0] for row in rows]


def test_what_people_listed_stands_first(announced, admin_client):
    shown = titles(admin_client, PAGE)
    assert shown[:3] == ["huggingface"] * 3
    assert set(shown[3:]) == {"arxivnew"}


def test_a_link_shows_one_source_alone(announced, admin_client):
    bar = admin_client.get(PAGE).context_data["bar"]
    assert [way.key for way in bar.sources] == ["", "huggingface", "arxivnew"]
    alone = titles(admin_client, f"/admin/papers/listing/{bar.sources[1].address}")
    assert alone == ["huggingface"] * 3


def test_a_day_of_one_source_offers_no_choice_of_sources(admin_client):
    listed("huggingface", 3)
    assert admin_client.get(PAGE).context_data["bar"].sources == []


def test_hundreds_of_papers_cost_no_more_queries(
    admin_client, announced, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30):
        admin_client.get(PAGE)


def test_the_desk_names_both_sources_and_their_states(announced, admin_client):
    page = admin_client.get("/admin/").content.decode()
    assert "arXiv 공지" in page
