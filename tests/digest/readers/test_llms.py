"""`/llms.txt`: the form that llmstxt.org asks for, and links that work."""

import re

import pytest

from digest.models import State
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db
LINK = re.compile(r"^- \[((?:[^\]\\]|\\.)+)\]\((http[^)]+)\): .+$", re.MULTILINE)


def test_it_leads_to_the_markdown_of_the_newest_digests(client, settings):
    settings.SITE_URL = "http://testserver"
    post = make_post(papers=[make_paper()], title="](https://evil.example) # [x")
    make_post(State.DRAFT, papers=1, title="Not yet")
    response = client.get("/llms.txt")
    text = response.content.decode()
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = text.splitlines()
    assert lines[0] == f"# {settings.SITE_TITLE}"
    assert lines[2].startswith("> ")
    assert [line for line in lines if line.startswith("## ")] == [
        "## Newest digests",
        "## For programs",
        "## Optional",
    ]
    links = LINK.findall(text)
    assert len(links) == len([line for line in lines if line.startswith("- ")])
    assert links[0][1] == f"http://testserver{post.get_absolute_url()[:-1]}.md"
    for _name, url in links:
        assert client.get(url).status_code == 200
    assert "Not yet" not in text


def test_a_site_without_digests_has_it_too(client):
    assert "## Newest digests" not in client.get("/llms.txt").content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_is_stored_and_knows_of_a_new_digest(front, visitor):
    assert visitor.get("/llms.txt").headers["ETag"]
    post = make_post(papers=1)
    assert post.public_title in visitor.get("/llms.txt").content.decode()
