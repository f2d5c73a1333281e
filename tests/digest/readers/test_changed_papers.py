"""`/papers.json`: a program that follows it has every change once, and is told what is wrong."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date

from digest import publishing
from digest.models import State
from digest.readers.views import changed_papers
from papers.clock import now
from papers.models import Paper
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


def ask(client, **parameters):
    return client.get(f"/papers.json?{urlencode(parameters)}")


def ids(response):
    assert response.status_code == 200, response.content
    return [paper["arxiv_id"] for paper in response.json()["papers"]]


def of(post):
    return [entry.paper.arxiv_id for entry in post.entries.order_by("position")]


def follow(client, path="/papers.json"):
    """Return the ids of all pages, as a program that follows `next` sees them."""
    found = []
    while path:
        response = client.get(path)
        found += ids(response)
        path = response.json()["next"]
    return found


def test_papers_come_in_the_order_of_their_changes(client):
    with time_machine.travel("2025-10-08T00:00Z", tick=False):
        first = make_post(papers=2)
    with time_machine.travel("2025-10-09T00:00Z", tick=False):
        second = make_post(papers=2)
    make_post(State.DRAFT, papers=1)
    make_post(State.WITHDRAWN, papers=1)
    assert ids(ask(client)) == of(first) + of(second)
    assert ids(ask(client, since="2025-10-09")) == of(second)
    assert ids(ask(client, since="2025-10-08T23:59:59Z")) == of(second)
    assert ids(ask(client, since="2025-10-09T09:00:00+09:00")) == of(second)
    assert ids(client.get("/papers.json?since=2025-10-09T09:00:00+09:00")) == of(second)
    assert ids(ask(client, since="2025-10-09T09:00:01+09:00")) == []
    assert ids(ask(client, since="9999-12-31")) == []


def test_a_paper_says_what_its_own_page_says(client):
    post = make_post(papers=1)
    (paper,) = ask(client).json()["papers"]
    own = client.get(f"/papers/{of(post)[0]}.json").json()
    del own["related"]  # They change with other papers, and move no date.
    assert paper == {"changed_at": paper["changed_at"]} | own
    assert paper["sections"]


def test_only_papers_whose_text_changed_come_again(client):
    with time_machine.travel("2025-10-08T00:00Z", tick=False):
        post = make_post(papers=3)
        other = make_post(papers=[make_paper()])
    section = Paper.objects.get(arxiv_id=of(post)[1]).sections.first()
    section.markdown += " Mended."
    section.save()
    later = {"since": "2025-10-10"}
    assert ids(ask(client, **later)) == []  # Readers do not see it yet.
    with time_machine.travel("2025-10-11T00:00Z", tick=False):
        publishing.publish_changes(post)
    assert ids(ask(client, **later)) == [of(post)[1]]
    with time_machine.travel("2025-10-12T00:00Z", tick=False):
        publishing.withdraw(other)
        publishing.publish(other, gated=False)
    assert ids(ask(client, since="2025-10-12")) == of(other)


def test_a_note_is_text_and_an_order_is_not(client):
    with time_machine.travel("2025-10-08T00:00Z", tick=False):
        post = make_post(papers=2)
    first, second = post.entries.order_by("position")
    first.position, second.position, second.note = 2, 1, "A note."
    first.save()
    second.save()
    with time_machine.travel("2025-10-11T00:00Z", tick=False):
        publishing.publish_changes(post)
    assert ids(ask(client, since="2025-10-11")) == [second.paper.arxiv_id]


def test_what_is_imported_under_an_old_date_is_a_change_of_now(client):
    paper = make_paper()
    make_section(paper)
    post = make_post(State.DRAFT, papers=[paper])
    publishing.publish(post, at=now() - timedelta(days=400), gated=False)
    assert ids(ask(client, since=(now() - timedelta(hours=1)).isoformat())) == [paper.arxiv_id]


def test_who_follows_the_cursor_sees_each_paper_once(client, monkeypatch, settings):
    settings.SITE_URL = "http://testserver"
    monkeypatch.setattr(changed_papers, "PAGE", 2)
    posts = [make_post(papers=3), make_post(papers=2)]
    expected = of(posts[0]) + of(posts[1])
    assert follow(client) == expected
    assert follow(client, "/papers.json?since=2020-01-01") == expected
    page = ask(client).json()
    assert page["next"].startswith("http://testserver/papers.json?")


def test_a_paper_that_changes_meanwhile_is_not_lost(client, monkeypatch):
    monkeypatch.setattr(changed_papers, "PAGE", 2)
    post = make_post(papers=3)
    page = ask(client).json()
    section = Paper.objects.get(arxiv_id=of(post)[0]).sections.first()
    section.markdown += " Mended."
    section.save()
    publishing.publish_changes(post)
    assert ids(client.get(page["next"])) == [of(post)[2], of(post)[0]]


def test_a_tag_chooses_papers_in_any_spelling(client, monkeypatch):
    monkeypatch.setattr(changed_papers, "PAGE", 1)
    post = make_post(papers=3)
    for entry in post.entries.order_by("position")[1:]:
        entry.paper.tags.add("강화 학습")
    assert ids(ask(client, tag="강화-학습")) == [of(post)[1]]
    assert follow(client, f"/papers.json?{urlencode({'tag': '강화 학습'})}") == of(post)[1:]
    post.tags.add("Only posts")
    assert ids(ask(client, tag="only-posts")) == []


@pytest.mark.parametrize(
    ("parameters", "status", "named"),
    [
        ({"since": "yesterday"}, 400, "since"),
        ({"since": "2025-13-40"}, 400, "since"),
        ({"since": "9999-12-31T23:59:59-23:00"}, 400, "since"),
        ({"since": "0001-01-01T00:00:00+23:00"}, 400, "since"),
        ({"since": "2025-10-08\0"}, 400, "since"),
        ({"since": "1" * 10_000}, 400, "since"),
        ({"cursor": "x"}, 400, "cursor"),
        ({"cursor": "WyIyMDI1IiwxXQ:abc"}, 400, "cursor"),
        ({"cursor": "한글:한글"}, 400, "cursor"),
        ({"cursor": "x" * 10_000}, 400, "cursor"),
        ({"tag": "nothing"}, 404, "tag"),
        ({"tag": "\0"}, 400, "tag"),
    ],
)
def test_what_cannot_be_used_is_named(client, parameters, status, named):
    make_post(papers=1)
    response = ask(client, **parameters)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["error"].startswith(f"{named}: ")


def test_a_tampered_cursor_is_refused(client, monkeypatch):
    monkeypatch.setattr(changed_papers, "PAGE", 1)
    make_post(papers=2)
    following = ask(client).json()["next"]
    assert client.get(following).status_code == 200
    payload, _, signature = following.partition("cursor=")[2].partition("%3A")
    assert client.get(f"/papers.json?cursor={payload[:-2]}AA:{signature}").status_code == 400


def test_empty_parameters_are_none(client):
    post = make_post(papers=1)
    assert ids(client.get("/papers.json?since=&tag=&cursor=")) == of(post)


def test_a_program_that_has_it_is_told_so(client):
    make_post(papers=1)
    response = ask(client)
    assert "no-store" not in response.headers["Cache-Control"]
    etag = response.headers["ETag"]
    assert ask(client).headers["ETag"] == etag
    assert client.get("/papers.json", headers={"If-None-Match": etag}).status_code == 304
    Paper.objects.update(title_plain="Mended")
    assert client.get("/papers.json", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("path", ["/papers.json", "/feed.xml?x=1", "/sitemap-papers.xml?p=1"])
def test_no_date_says_that_nothing_changed(client, path, settings):
    """What is not stored has no date of its last change: not of facts, tags and withdrawals."""
    settings.FEED_DELAY *= 0
    make_post(papers=1)
    gone = make_post(papers=1)
    response = client.get(path)
    assert "Last-Modified" not in response.headers
    asked = {"If-Modified-Since": http_date((now() + timedelta(hours=1)).timestamp())}
    Paper.objects.update(title_plain="Mended")
    publishing.withdraw(gone)
    assert client.get(path, headers=asked).status_code == 200


def test_a_paper_that_is_withdrawn_meanwhile_is_left_out(client, monkeypatch):
    posts = [make_post(papers=1), make_post(papers=1)]
    prefetch = changed_papers.with_shown

    def withdrawn_after_the_first_query(papers, shown):
        found = prefetch(papers, shown)
        entries = found._prefetch_related_lookups[1].queryset
        entries.query.add_q(~Q(post=posts[0]))
        return found

    monkeypatch.setattr(changed_papers, "with_shown", withdrawn_after_the_first_query)
    assert ids(ask(client)) == of(posts[1])


def test_it_takes_as_many_queries_for_many_papers_as_for_one(client):
    counts = []
    for papers in (1, 12):
        make_post(papers=papers)
        with CaptureQueriesContext(connection) as queries:
            ask(client)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


@pytest.mark.django_db(transaction=True)
def test_it_is_never_stored(front, visitor):
    make_post(papers=1)
    for path in ("/papers.json", "/papers.json?since=2025-01-01"):
        assert visitor.get(path).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM digest_storedpage WHERE path LIKE '/papers.json%%'", []
        )
        assert cursor.fetchone() == (0,)
