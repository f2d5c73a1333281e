"""The history of a row, in words: who made a version, when, and what it changed."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from digest.models import State
from papers import kinds
from papers.admin.history import HistoryAdmin
from papers.models import Choice, Listing
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

MOMENT = datetime(2025, 10, 8, 15, 30, tzinfo=UTC)
"""In the zone of the site it is the ninth already."""


def make_listing(paper):
    return Listing.objects.create(
        paper=paper, source="huggingface", day=date(2025, 10, 8), rank=1, upvotes=2
    )


def version_page(row, version):
    name = f"{row._meta.app_label}_{row._meta.model_name}"
    return reverse(f"admin:{name}_simple_history", args=[row.pk, version.pk])


@pytest.fixture
def read(client, editor):
    def ask(row):
        name = f"{row._meta.app_label}_{row._meta.model_name}"
        page = client.get(reverse(f"admin:{name}_history", args=[row.pk])).content.decode()
        return " ".join(page.split())

    return ask


def save(row, user=None, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    row._history_user = user
    row.save()


def test_a_version_says_when_and_by_whom_in_the_zone_of_the_site(read, editor):
    paper = make_paper()
    save(paper, editor, organization="Lab")
    paper.history.update(history_date=MOMENT)
    page = read(paper)
    assert "2025년 10월 9일 오전 12:30" in page
    assert "kim</span>" in page
    assert "자동 처리 또는 삭제된 사용자" in page  # Who made the paper.
    assert ">수정</span>" in page
    assert ">생성</span>" in page
    assert "None" not in page


def test_a_text_shows_the_words_that_changed(read, editor):
    section = make_section(make_paper(), kinds.METHOD, markdown="One word of it.")
    save(section, editor, markdown="One line of it.")
    page = read(section)
    assert "<del>word </del><ins>line </ins>" in page


def test_values_are_said_as_their_reader_says_them(read, editor):
    paper = make_paper()
    save(paper, editor, withdrawn=True, arxiv_updated_at=MOMENT, authors=["Ada", "홍길동"])
    page = read(paper)
    assert "아니요 → 예" in page
    assert "– → 2025년 10월 9일 오전 12:30" in page
    assert "<del>Ada Lovelace </del><ins>Ada </ins>" in page
    listing = make_listing(paper)
    save(listing, editor, choice=Choice.EXCLUDED, reason="이미 다룬 논문")
    page = read(listing)
    assert "미정 → 제외" in page
    assert "<ins>이미 다룬 논문</ins>" in page


def test_a_relation_to_a_row_that_is_gone_has_its_number(read, editor):
    post = make_post(State.DRAFT, papers=2)
    entry = post.entries.first()
    gone = make_paper()
    number = gone.pk
    save(entry, editor, paper=gone)
    save(entry, editor, paper=make_paper(title="Another one"))
    gone.delete()
    page = read(entry)
    assert f"#{number}" in page
    assert "Another one" in page


def test_the_last_version_of_a_page_says_what_it_changed_too(client, read, editor, monkeypatch):
    monkeypatch.setattr(HistoryAdmin, "history_list_per_page", 2)
    paper = make_paper(organization="Lab 0")
    for number in range(1, 4):
        save(paper, editor, organization=f"Lab {number}")
    page = read(paper)
    assert "<ins>3</ins>" in page
    assert "<ins>2</ins>" in page
    assert "<ins>1</ins>" not in page
    assert "?p=2" in page


def test_an_older_version_says_which_it_is_and_what_restoring_it_changes(client, editor):
    post = make_post(State.DRAFT, papers=1, title="Before")
    save(post, editor, title="After")
    older = post.history.last()
    page = client.get(version_page(post, older)).content.decode()
    assert "<del>After</del><ins>Before</ins>" in page
    assert reverse("admin:digest_post_history", args=[post.pk]) in page
    newest = client.get(version_page(post, post.history.first())).content.decode()
    assert "지금 내용과 같은 버전입니다" in newest


@pytest.mark.parametrize("version", ["0", "x", "9" * 30, "²"])
def test_a_version_that_is_none_is_not_found(client, editor, version):
    paper = make_paper()
    address = f"/admin/papers/paper/{paper.pk}/history/{version}/"
    assert client.get(address).status_code == 404


def test_a_version_of_another_row_is_not_found(client, editor):
    first, second = make_paper(), make_paper()
    address = version_page(first, second.history.get())
    assert client.get(address).status_code == 404


def test_a_history_takes_as_many_queries_for_many_versions_as_for_two(
    client, editor, django_assert_num_queries
):
    post = make_post(State.DRAFT, papers=1)
    entry = post.entries.get()
    address = reverse("admin:digest_entry_history", args=[entry.pk])
    save(entry, editor, paper=make_paper())
    client.get(address)
    with django_assert_num_queries(13) as few:
        client.get(address)
    for _number in range(12):
        save(entry, editor, paper=make_paper())
    with django_assert_num_queries(len(few)):
        client.get(address)
