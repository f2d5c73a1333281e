"""Visitors find nothing that is not published."""

from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from django.urls import reverse

from digest import publishing
from digest.models import State
from papers.clock import now
from papers.models import Writer
from tests.factories import DAY, make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

SECRET = "봉인된문장"
HIDDEN = [State.DRAFT, State.IN_REVIEW, State.SCHEDULED]


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name == "href" and value]


def site(client, start=("/", "/en/", "/feed.xml", "/rss.xml", "/sitemap.xml", "/robots.txt")):
    """Follow all links like a crawler, and return every page by its path."""
    todo, pages = list(start), {}
    while todo:
        path = todo.pop()
        if path in pages or path.startswith(("/static/", "/admin/")):
            continue
        response = client.get(path)
        assert response.status_code in {200, 302}, path
        pages[path] = response.content.decode() if response.status_code == 200 else ""
        if response.headers.get("Content-Type", "").startswith("text/html"):
            parser = Links()
            parser.feed(pages[path])
            found = [urlsplit(urljoin(f"http://testserver{path}", href)) for href in parser.found]
            todo += [each.path for each in found if each.netloc in {"testserver", "127.0.0.1:8000"}]
    return pages


def hidden_post(state, **fields):
    """Make a post with the secret in every text, and a paper that has it too."""
    paper = make_paper(title=SECRET, abstract=SECRET, organization=SECRET, keywords=[SECRET])
    paper.tags.add(SECRET)
    make_section(paper, markdown=SECRET)
    post = make_post(state=state, papers=[paper], title=SECRET, intro=SECRET, **fields)
    post.tags.add(SECRET)
    return post, paper


def addresses(post, paper):
    year, month, day = post.date_parts
    return [
        post.get_absolute_url(),
        *(reverse(name, args=[year, month, day, post.slug]) for name in ("post_md", "post_json")),
        *(
            reverse(name, args=[paper.arxiv_id])
            for name in ("paper", "paper_md", "paper_json", "report")
        ),
    ]


@pytest.mark.parametrize("state", HIDDEN)
def test_a_visitor_does_not_find_a_draft(client, state):
    before, after = make_post(papers=1), make_post(papers=1, date=DAY + timedelta(days=9))
    post, paper = hidden_post(state, date=DAY + timedelta(days=5))
    pages = site(client)
    assert {before.get_absolute_url(), after.get_absolute_url()} <= set(pages)
    assert [path for path, text in pages.items() if SECRET in text] == []
    assert all(paper.arxiv_id not in text for text in pages.values())
    for address in [*addresses(post, paper), f"/tags/{SECRET}/", "/2025/10/13/"]:
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("state", HIDDEN)
@pytest.mark.parametrize("query", ["static=1", "preview=1", "state=draft", "post_type=draft"])
def test_no_parameter_opens_a_draft(admin_client, state, query):
    post, paper = hidden_post(state)
    for address in addresses(post, paper):
        assert admin_client.get(f"{address}?{query}").status_code == 404
        assert admin_client.head(f"{address}?{query}").status_code == 404


def test_a_withdrawn_post_is_gone_and_so_is_a_paper_that_stood_in_it_alone(client):
    post, paper = hidden_post(State.WITHDRAWN)
    make_post(papers=1)
    for address in addresses(post, paper):
        response = client.get(address)
        assert response.status_code == 410, address
        assert SECRET not in response.content.decode()
    assert [path for path, text in site(client).items() if SECRET in text] == []


def test_a_paper_that_stands_in_another_post_stays(client):
    paper = make_paper()
    make_post(state=State.WITHDRAWN, papers=[paper])
    stays = make_post(papers=[paper])
    html = client.get(paper.get_absolute_url()).content.decode()
    assert stays.get_absolute_url() in html
    assert "2025/10/08" not in html


def test_a_scheduled_post_appears_at_its_time_and_not_before(client):
    post, paper = hidden_post(State.SCHEDULED)
    assert client.get(post.get_absolute_url()).status_code == 404
    with time_machine.travel(now() + timedelta(hours=2)):
        publishing.publish_due()
        assert SECRET in client.get(post.get_absolute_url()).content.decode()
        assert client.get(paper.get_absolute_url()).status_code == 200


def test_readers_see_the_public_text_until_changes_are_published(client):
    post = make_post(papers=2)
    shown, removed = post.entries.all()
    section = shown.paper.sections.first()
    section.markdown, section.origin = SECRET, Writer.EDITOR
    section.save()
    post.title = post.intro = shown.note = SECRET
    post.save()
    shown.save()
    removed.position = None
    removed.save()
    added = make_paper(title=SECRET)
    make_section(added)
    publishing.add_entries(post, [added])
    pages = site(client)
    assert [path for path, text in pages.items() if SECRET in text] == []
    assert removed.paper.title in pages[post.get_absolute_url()]
    assert client.get(added.get_absolute_url()).status_code == 404
    publishing.publish_changes(post)
    html = client.get(post.get_absolute_url()).content.decode()
    assert html.count(SECRET) > 3
    assert removed.paper.title not in html


def test_a_tag_counts_what_readers_can_see(client):
    public = make_post(papers=1)
    public.tags.add("shared")
    for state in [*HIDDEN, State.WITHDRAWN]:
        post = make_post(state=state, papers=1)
        post.tags.add("shared")
    assert '<span class="count">1</span>' in client.get("/tags/").content.decode()
