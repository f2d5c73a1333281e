"""The search of all editors' pages: what it finds, how little it asks, and where more is."""

import unicodedata
from datetime import date
from html import unescape
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from digest.admin.search import HITS
from digest.models import State
from papers.models import Paper
from papers.models.paper import SOUGHT_LENGTH
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def search(client, editor):
    def ask(typed):
        address = f"{reverse('admin:search')}?extended=1&s={quote(typed)}"
        return unescape(client.get(address).content.decode())

    return ask


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@pytest.mark.parametrize(
    "typed",
    [
        "attention NEED",
        '"is all"',
        "1706.03762",
        "1706.037",
        "https://arxiv.org/abs/1706.03762v5",
        "https://huggingface.co/papers/1706.03762",
        "https://www.alphaxiv.org/abs/1706.03762",
        "10.48550/arXiv.1706.03762",
        "google brain",
        "attention google",
        "π₀",
        r"\pi_0",
    ],
)
def test_a_paper_is_found_by_title_id_link_and_organization(search, typed):
    title = r"Attention Is All You Need: $\pi_0$"
    paper = make_paper(arxiv_id="1706.03762", title=title, organization="Google Brain")
    make_paper(title="Something else")
    page = search(typed)
    assert change(paper) in page
    assert page.count("<li") == 1


def test_korean_is_found_however_it_is_composed(search):
    paper, post = make_paper(title="언어 모델"), make_post(title="언어 모델의 날", papers=1)
    page = search(unicodedata.normalize("NFD", "언어 모델"))
    assert change(paper) in page
    assert change(post) in page


@pytest.mark.parametrize("typed", ["2025-10-08", "2025년 10월", "Oct 8, 2025", "agents 20251008"])
def test_a_post_is_found_by_title_and_date(search, typed):
    post = make_post(date=date(2025, 10, 8), title="Agents everywhere", papers=1)
    make_post(date=date(2025, 11, 8), title="Agents again", papers=1)
    page = search(typed)
    assert change(post) in page
    assert page.count("<li") == 1


def test_a_date_that_a_title_names_counts_too(search):
    post = make_post(date=date(2026, 1, 2), title="2025년 12월 결산", papers=1)
    assert change(post) in search("2025년 12월 결산")


def test_signs_of_patterns_are_only_letters(search):
    paper = make_paper(title="100% of a_b")
    make_paper(title="100 of acb")
    for typed in ("100%", "a_b"):
        page = search(typed)
        assert change(paper) in page
        assert page.count("<li") == 1


def test_there_are_ten_hits_of_a_kind_and_the_way_to_the_others(client, search):
    papers = [make_paper(title=f"Robots {number}") for number in range(HITS + 1)]
    page = search("ROBOTS")
    assert page.count("<li") == HITS + 1
    assert change(papers[-1]) in page
    assert change(papers[0]) not in page
    changelist = f"{reverse('admin:papers_paper_changelist')}?q=ROBOTS"
    assert changelist in page
    assert change(papers[0]) in client.get(changelist).content.decode()
    papers[0].delete()
    assert changelist not in search("ROBOTS")


def test_a_page_of_the_desk_is_found_by_its_name(search):
    assert reverse("admin:papers_paper_changelist") in search("논문")


def test_nothing_found_says_so(search):
    assert "검색 결과가 없습니다" in search("no such thing")
    assert "검색 결과가 없습니다" in search("\x00")


def test_what_is_typed_is_text(search):
    page = search("<script>alert(1)</script>")
    assert "<script>" not in page
    make_paper(title="<script>alert(2)</script> robots")
    page = search("robots")
    assert "data-" not in page


def test_who_may_see_only_posts_finds_only_posts(client, search, editor):
    paper, post = make_paper(title="Robots"), make_post(title="Robots", papers=1)
    editor.groups.clear()
    editor.user_permissions.add(Permission.objects.get(codename="view_post"))
    page = search("Robots")
    assert change(post) in page
    assert change(paper) not in page


@pytest.mark.parametrize("hits", [1, HITS, HITS + 5])
def test_a_search_takes_as_many_queries_for_many_hits_as_for_one(
    search, django_assert_num_queries, hits
):
    for number in range(hits):
        make_paper(title=f"Robots {number}")
        make_post(State.DRAFT, papers=0, title=f"Robots {number}")
    search("Robots")
    with django_assert_num_queries(10):
        search("Robots")


def test_each_page_has_the_button_and_says_its_key(client, editor):
    for name in ("admin:index", "admin:papers_paper_changelist"):
        page = client.get(reverse(name)).content.decode()
        assert "command-open" in page
        assert "Ctrl K" in page


def test_the_list_of_papers_searches_like_the_search(client, editor):
    paper = make_paper(title="Robots", organization="Lab")
    make_paper(title="Robots")
    page = client.get(reverse("admin:papers_paper_changelist"), {"q": "lab robots"})
    assert [each.pk for each in page.context["cl"].result_list] == [paper.pk]


def test_the_longest_title_in_the_widest_letters_fits_into_the_index():
    wide = "".join(chr(0x20000 + number * 61) for number in range(500))
    paper = Paper.objects.get(pk=make_paper(title=wide, organization=wide[:200]).pk)
    assert len(paper.search_text) == SOUGHT_LENGTH
    assert Paper.objects.matching(wide[:30]).get() == paper


def test_what_is_searched_follows_every_change():
    paper = make_paper(title="Before")
    Paper.objects.filter(pk=paper.pk).update(title="After", title_plain="After")
    assert Paper.objects.matching("after").get() == paper
    assert not Paper.objects.matching("before").exists()
