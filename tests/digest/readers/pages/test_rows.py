"""Rows that are damaged, of another cluster or of another time, and what is deleted of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from digest.models import Post
from digest.readers.pages import making, rows
from digest.readers.pages.front import Front
from papers.clock import now
from tests.digest.readers.pages.asking import Visitor
from tests.digest.readers.pages.beside import apart, transaction_of
from tests.digest.readers.pages.test_changes import counts, make, sql
from tests.factories import make_post
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

DAMAGES = [
    "body = ''",
    r"body = '\x1f8b00'",
    "body = body || '1'",
    "headers = ''",
    "headers = '5'",
    'headers = \'[["Set-Cookie", "a=b"]]\'',
    "headers = repeat('[', 100000)",
    """etag = 'W/"1"'""",
    "etag = ''",
    "status = 404",
    "status = 999",
    "snapshot = NULL",
    "snapshot = '1:1000000000:'",
    "keys = '{}'",
    "keys = '{all}'",
    "keys = ARRAY[NULL]",
    "until = 'infinity'",
    "until = '-infinity'",
    "release = 'another'",
    r"checksum = '\x00'",
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_row_is_made_anew(visitor: Visitor, damage: str) -> None:
    path = make_post(papers=1).get_absolute_url()
    fresh = visitor.get(path)
    sql(f"UPDATE digest_storedpage SET {damage}")
    assert not counts(path)
    response = visitor.get(path)
    assert (response.status_code, response.content) == (200, fresh.content)
    assert response["ETag"] == fresh["ETag"]
    assert "Set-Cookie" not in response
    assert counts(path)


@pytest.mark.parametrize("at", ["infinity", "-infinity", "0044-03-15 BC", "2999-01-01"])
def test_a_damaged_time_of_change_is_answered(visitor: Visitor, at: str) -> None:
    path = make_post(papers=1).get_absolute_url()
    visitor.get(path)
    sql("UPDATE digest_storedpage SET changed_at = %s, made_at = %s", at, at)
    assert visitor.get(path).status_code == 200
    assert visitor.get(path, HTTP_IF_MODIFIED_SINCE="x").status_code == 200
    Post.objects.update(public_title="New title")
    assert "New title" in visitor.get(path).content.decode()


def test_a_page_of_another_cluster_does_not_count(front: Front) -> None:
    make("/about/")
    sql("UPDATE digest_storedpage SET release = split_part(release, ' ', 1) || ' 123'")
    assert not counts("/about/")


def test_changes_of_another_cluster_are_deleted(front: Front) -> None:
    """Its transactions have higher numbers. Until then they hold up the pages of their keys."""
    sql("INSERT INTO digest_pagechange VALUES ('all', '1000000000000')")
    rows.tidy(now())
    make("/about/")
    assert counts("/about/")


def test_a_page_is_made_anew_when_a_feed_delay_is_over(visitor: Visitor) -> None:
    post = make_post(papers=1)
    feed = reverse("atom")
    assert post.public_title not in visitor.get(feed).content.decode()
    until(lambda: visitor.get(feed) and visitor.front.memory.get(feed))
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert visitor.front.memory.get(feed) is not None
        assert not counts(feed)
        assert post.public_title in visitor.get(feed).content.decode()
        assert counts(feed)


def test_a_page_is_made_anew_when_the_time_of_a_post_has_come(visitor: Visitor) -> None:
    post = make_post(papers=1)
    make_post(papers=1)
    later = now() + timedelta(hours=2)
    sql(
        "UPDATE digest_post SET published_at = %s, updated_at = %s WHERE id = %s",
        later,
        later,
        post.pk,
    )
    path = reverse("month", args=["2025", "10"])
    assert post.get_absolute_url() not in visitor.get(path).content.decode()
    until(lambda: visitor.get(path) and visitor.front.memory.get(path))
    with time_machine.travel(later + timedelta(seconds=1), tick=False):
        assert not counts(path)
        assert post.get_absolute_url() in visitor.get(path).content.decode()


def test_tidy_empties_what_counts_no_longer_and_deletes_it_later(front: Front) -> None:
    make_post(papers=1)
    make("/")
    make("/about/")
    Post.objects.update(public_title="New title")
    rows.tidy(now())
    assert sql("SELECT path FROM digest_storedpage WHERE snapshot IS NULL AND body = ''") == [
        ("/",)
    ]
    assert counts("/about/")
    assert sql("SELECT key FROM digest_pagechange")
    rows.tidy(now() + rows.LONGEST_MAKING + timedelta(seconds=1))
    assert not sql("SELECT key FROM digest_pagechange")
    assert not counts("/")
    rows.tidy(now() + rows.KEPT + timedelta(seconds=1))
    assert sql("SELECT path FROM digest_storedpage") == [("/about/",)]


def test_tidy_keeps_a_change_that_a_page_being_made_does_not_see(front: Front) -> None:
    path = make_post(papers=1).get_absolute_url()
    handler = get_wsgi_application().get_response

    def slow(request):
        response = handler(request)
        with transaction_of() as run:
            run("UPDATE digest_post SET public_title = 'New title'")
        apart(lambda: rows.tidy(now()))
        return response

    assert making.make(path, slow).stored
    assert not counts(path)
    rows.tidy(now())
    assert not counts(path)
