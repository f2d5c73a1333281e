"""The page of a search and its JSON: what was found, what was not understood, what to try."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.models import Post, SearchEntry, State
from digest.readers.views import search
from digest.readers.views.search import PAGE
from digest.search import index, ranking
from digest.tasks import refresh_search
from papers import kinds
from papers.clock import now
from papers.models import Section
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


def page(client: Client, text: str, address: str = "/search/") -> str:
    response = client.get(address, {"q": text})
    assert response.status_code == 200
    return response.content.decode()


def data(client: Client, text: str, **params: str) -> dict:
    response = client.get("/search.json", {"q": text, **params})
    assert response.status_code == 200
    return response.json()


def titles(client: Client, text: str) -> list[str]:
    return [result["title"] for result in data(client, text)["results"]]


def test_a_result_shows_where_it_stands_and_why_it_was_found(client):
    paper = make_paper(title="Walrus models", authors=["Ada Lovelace"])
    make_section(paper, kinds.RESULTS, markdown="바다코끼리를 **잘** 찾는다.")
    post = make_post(papers=[paper])
    shown = page(client, "바다코끼리는")
    assert f'href="/papers/{paper.arxiv_id}/"' in shown
    assert f'href="{post.get_absolute_url()}#{paper.arxiv_id}"' in shown
    assert "<mark>바다코끼리</mark>를 잘 찾는다." in shown
    assert "결과" in shown
    assert "Ada Lovelace" in shown
    assert 'name="robots" content="noindex"' in shown


def test_json_has_the_same_results(client):
    paper = make_paper(title="Walrus models", abstract="It works.", authors=["Ada Lovelace"])
    paper.tags.add("Mammals")
    post = make_post(papers=[paper])
    (result,) = data(client, "walrus")["results"]
    assert result["type"] == "paper"
    assert result["arxiv_id"] == paper.arxiv_id
    assert result["url"].endswith(f"/papers/{paper.arxiv_id}/")
    assert result["post"].endswith(post.get_absolute_url())
    assert (result["title"], result["date"]) == ("Walrus models", str(post.date))
    assert (result["authors"], result["tags"]) == (["Ada Lovelace"], ["Mammals"])


@pytest.mark.parametrize(
    "typed", ["{}", "arXiv:{}v2", "https://arxiv.org/pdf/{}", "alphaxiv.org/abs/{}"]
)
def test_an_id_leads_to_its_paper(client, typed):
    paper = make_paper()
    make_post(papers=[paper])
    response = client.get("/search/", {"q": typed.format(paper.arxiv_id)})
    assert (response.status_code, response.headers["Location"]) == (
        302,
        f"/papers/{paper.arxiv_id}/",
    )
    assert data(client, paper.arxiv_id)["results"][0]["arxiv_id"] == paper.arxiv_id


def test_an_id_that_is_in_no_digest_leads_to_arxiv(client):
    paper = make_paper()
    make_post(State.DRAFT, [paper])
    assert f'href="https://arxiv.org/abs/{paper.arxiv_id}"' in page(client, paper.arxiv_id)


def test_pages_are_turned_and_end(client):
    make_post(papers=[make_paper(title=f"Walrus {number}") for number in range(PAGE + 3)])
    first = data(client, "walrus")
    assert (first["count"], first["is_more"], len(first["results"])) == (PAGE + 3, False, PAGE)
    assert first["next"].endswith("/search.json?q=walrus&page=2")
    second = data(client, "walrus", page="2")
    assert (len(second["results"]), second["next"]) == (3, None)
    assert 'href="?q=walrus&amp;page=2"' in page(client, "walrus")
    for number in ("0", "3", "1e9", "-1", "x"):
        assert client.get("/search/", {"q": "walrus", "page": number}).status_code == 404
        assert client.get("/search.json", {"q": "walrus", "page": number}).status_code == 404


def test_many_results_can_be_narrowed_by_tag_and_month(client):
    papers = [make_paper(title=f"Walrus {number}") for number in range(PAGE + 2)]
    papers[0].tags.add("Mammals")
    make_post(papers=papers[1:], date=date(2025, 3, 1))
    make_post(papers=papers[:1], date=date(2025, 4, 1))
    [*index.refresh_all()]
    shown = page(client, "walrus")
    assert 'href="?q=tag%3Amammals%20walrus"' in shown
    assert 'href="?q=from%3A2025-04%20to%3A2025-04%20walrus"' in shown
    assert titles(client, "walrus tag:mammals") == ["Walrus 0"]
    assert titles(client, "walrus from:2025-04 to:2025-04") == ["Walrus 0"]


def test_months_are_offered_without_any_tag(client):
    papers = [make_paper(title=f"Walrus {number}") for number in range(PAGE + 2)]
    make_post(papers=papers[1:], date=date(2025, 3, 1))
    make_post(papers=papers[:1], date=date(2025, 4, 1))
    assert 'href="?q=from%3A2025-04%20to%3A2025-04%20walrus"' in page(client, "walrus")


def test_an_empty_text_is_no_snippet(client):
    make_post(papers=[make_paper(title="Walrus", abstract="", authors=["Ada Lovelace"])])
    (result,) = data(client, "author:lovelace")["results"]
    assert (result["place"], result["snippet"]) == (None, None)


def test_a_renamed_tag_is_found_by_its_old_name(client):
    paper = make_paper()
    paper.tags.add("Mammals")
    make_post(papers=[paper])
    tag = paper.tags.get()
    tag.name = "Animals"
    tag.slug = "animals"
    tag.save()
    [*index.refresh_all()]
    for spelling in ("Animals", "animals", "Mammals", "mammals"):
        assert titles(client, f"tag:{spelling}") == [paper.title]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("tag:nowhere", "No published paper has the tag “nowhere”."),
        ("from:2025-13 x", "“from:2025-13” is no date."),
        ("to:soon", "“to:soon” is no date."),
        ("author:...", "Please write a name behind “author:”"),
        ("the of", "Please type a word that not every text has."),
        ("???", "Please type a word that not every text has."),
        (" ".join(f"w{n}" for n in range(20)), "The first 12 words"),
        ("x" * 2_000, "That is too much at once."),
        ("tag:vision tag:audio tag:text tag:code", "3 filters of a kind"),
    ],
)
def test_what_is_not_understood_is_told(client, typed, said):
    make_post(papers=1)
    assert said in page(client, typed, "/en/search/")


def test_a_mistyped_word_gets_a_suggestion_that_finds_something(client):
    make_post(papers=[make_paper(title="Hallucination of walruses")])
    assert data(client, "halucination walruses")["suggestion"] == "hallucination walruses"
    assert 'href="?q=hallucination"' in page(client, "halucinatoin")
    assert data(client, "zzzzqqqq")["suggestion"] == ""
    assert "찾은 것이 없습니다." in page(client, "zzzzqqqq")


def test_a_mistyped_korean_word_gets_a_suggestion(client):
    paper = make_paper()
    make_section(paper, kinds.GIST, markdown="강화학습으로 추론을 가르친다.")
    make_post(papers=[paper])
    assert data(client, "강화햑습으로")["suggestion"] == "강화학습으로"


def test_without_a_query_the_page_says_what_can_be_typed(client):
    shown = page(client, "")
    assert "author:" in shown
    assert "autofocus" in shown
    assert "찾은 것이 없습니다." not in shown


def test_the_other_language_searches_for_the_same(client):
    assert 'href="/en/search/?q=walrus%20tusk"' in page(client, "walrus tusk").replace("+", "%20")


def test_every_page_has_the_box(client):
    post = make_post(papers=1)
    for address in ("/", post.get_absolute_url(), "/nowhere/"):
        assert 'action="/search/"' in client.get(address).content.decode()


def test_authors_lead_to_what_else_they_wrote(client):
    paper = make_paper(authors=["Ada Lovelace"])
    make_post(papers=[paper])
    shown = client.get(f"/papers/{paper.arxiv_id}/").content.decode()
    assert 'href="/search/?q=author%3A%22Ada%20Lovelace%22"' in shown


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.SCHEDULED, State.WITHDRAWN])
def test_nothing_is_found_of_what_is_not_public(client, state):
    paper = make_paper(title="Secret walrus", abstract="Hidden okapi")
    paper.tags.add("Concealed")
    make_section(paper, markdown="비밀문장")
    make_post(state, [paper], title="Covert", intro="Furtive")
    [*index.refresh_all()]
    for word in ("secret", "okapi", "비밀문장", "covert", "furtive", "tag:concealed", "author:ada"):
        assert data(client, word)["results"] == []
        assert data(client, word)["suggestion"] == ""
    assert not SearchEntry.objects.exists()


def test_working_text_and_text_of_tomorrow_are_not_found(client):
    paper = make_paper()
    section = make_section(paper, markdown="공개문장")
    post = make_post(papers=[paper])
    Section.objects.filter(pk=section.pk).update(markdown="작업문장", html="<p>작업문장</p>")
    [*index.refresh_all()]
    assert titles(client, "작업문장") == []
    Post.objects.filter(pk=post.pk).update(
        published_at=now() + timedelta(hours=1), updated_at=now() + timedelta(hours=1)
    )
    [*index.refresh_all()]
    found = data(client, "공개문장")
    assert (found["count"], found["results"], found["suggestion"]) == (0, [], "")
    with time_machine.travel(now() + timedelta(hours=2)):
        refresh_search()
        assert titles(client, "공개문장") == [paper.title]


def test_an_author_with_quotes_in_the_name_leads_to_the_papers(client):
    paper = make_paper(authors=['Yu "Hugo" Chen'])
    make_post(papers=[paper])
    shown = client.get(f"/papers/{paper.arxiv_id}/").content.decode()
    address = re.search(r'href="(/search/[^"]*Hugo[^"]*)"', shown)[1]
    assert paper.title in client.get(address).content.decode()


def test_hostile_text_is_shown_as_text(client):
    make_post(papers=[make_paper(title="Walrus <script>alert(1)</script>")])
    for typed in ("walrus", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'):
        shown = page(client, typed)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


def test_a_search_takes_as_many_queries_for_twenty_results_as_for_two(
    client, django_assert_max_num_queries, django_assert_num_queries
):
    make_post(papers=[make_paper(title="Walrus") for _ in range(2)])
    client.get("/search/", {"q": "walrus"})
    with django_assert_max_num_queries(30) as few:
        client.get("/search/", {"q": "walrus"})
    make_post(papers=[make_paper(title="Walrus") for _ in range(PAGE - 2)])
    with django_assert_num_queries(len(few)):
        client.get("/search/", {"q": "walrus"})


def too_slow(cursor, *asked):
    cursor.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(60)")


@pytest.mark.parametrize("address", ["/search/", "/en/search/", "/search.json"])
def test_a_search_that_takes_too_long_is_503_in_the_frame_and_the_next_one_works(
    client, monkeypatch, address
):
    make_post(papers=[make_paper(title="Walrus")])
    client.raise_request_exception = False
    with monkeypatch.context() as slow:
        slow.setattr(ranking, "_best", too_slow)
        response = client.get(address, {"q": "walrus"})
    assert (response.status_code, response.headers["Cache-Control"]) == (503, "no-store")
    assert 'role="search"' in response.content.decode()
    assert titles(client, "walrus") == ["Walrus"]


@pytest.mark.parametrize("address", ["/search/", "/en/search/"])
def test_nothing_found_is_said_though_its_suggestion_takes_too_long(client, monkeypatch, address):
    make_post(papers=[make_paper(title="Hallucination of walruses")])
    assert "hallucination" in page(client, "halucination", address)
    monkeypatch.setattr(search, "suggestion", lambda *asked: too_slow(connection.cursor()))
    shown = page(client, "halucination", address)
    assert ("찾은 것이 없습니다." in shown) or ("Nothing was found." in shown)
    assert "hallucination" not in shown
    assert data(client, "halucination")["suggestion"] == ""
    assert titles(client, "walruses") == ["Hallucination of walruses"]


def test_nothing_found_is_said_though_what_a_suggestion_finds_takes_too_long(client, monkeypatch):
    def best(cursor, query, *asked):
        return (
            too_slow(cursor)
            if query.words[0].typed == "walruses"
            else in_time(cursor, query, *asked)
        )

    in_time = ranking._best
    make_post(papers=[make_paper(title="Walruses")])
    monkeypatch.setattr(ranking, "_best", best)
    assert "찾은 것이 없습니다." in page(client, "walrusses")
    assert data(client, "walrusses")["suggestion"] == ""


def test_a_phrase_that_was_not_looked_for_everywhere_is_not_called_missing(client, monkeypatch):
    monkeypatch.setattr(ranking, "LOOKED_AT", 5)
    make_post(papers=[make_paper(title="Walrus tusk carpenter") for _ in range(6)])
    shown = page(client, '"walrus carpenter"', "/en/search/")
    assert "in 5 of them alone" in shown
    assert "Nothing was found." not in shown
    found = data(client, '"walrus carpenter"')
    assert (found["count"], found["is_more"], found["results"]) == (0, True, [])
    assert "5" in found["messages"][0]


PIECES = st.one_of(
    st.sampled_from(["tag:", "from:", "author:", '"', "'", "뇌", "의", "모델", "AI", "2510.00001"]),
    st.text(st.sampled_from("\"':*&|!()<>\\%_^@#-./ 가\0"), max_size=4),
    st.text(max_size=8),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=12).map("".join))
def test_whatever_is_typed_is_answered(client, text):
    if not SearchEntry.objects.exists():
        paper = make_paper(title="AI walrus", authors=["Ada Lovelace"])
        make_section(paper, markdown="뇌의 모델을 본다.")
        make_post(papers=[paper])
    assert client.get("/search/", {"q": text}).status_code in {200, 302}
    assert client.get("/search.json", {"q": text}).status_code == 200
