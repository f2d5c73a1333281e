"""A stored text that was damaged in the database affects only its own place on a page."""

from datetime import timedelta

import feedparser
import pytest
from django.urls import reverse

from papers import kinds
from papers.models import Section
from tests.factories import make_post

TOLD = "이 부분은 표시할 수 없습니다"
GARBAGE = {
    "5 MB": "<p>" + "가나다 " * 1_300_000 + "</p>",
    "binary": "\x01\ufffe<\x02<<<&&& ]]> <![CDATA[ <!--",
    "json": '{"sections": [',
}


@pytest.mark.django_db
@pytest.mark.parametrize("damage", GARBAGE)
def test_only_the_damaged_part_is_an_error(client, settings, damage):
    settings.FEED_DELAY = timedelta(0)
    post = make_post(papers=2)
    other = make_post(papers=1)
    hurt, whole = (entry.paper for entry in post.entries.order_by("position"))
    section = hurt.sections.get(kind=kinds.INTRODUCTION)
    text = GARBAGE[damage]
    Section.objects.filter(pk=section.pk).update(
        markdown=text, html=text, public_markdown=text, public_html=text
    )
    addresses = ["/", "/feed.xml", "/rss.xml", "/sitemap.xml", "/2025/", "/2025/10/", "/tags/"]
    addresses += [each.get_absolute_url() for each in (post, other, hurt, whole)]
    addresses += [f"/papers/{hurt.arxiv_id}.json", f"/papers/{hurt.arxiv_id}.md"]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        page = response.content.decode()
        if not address.endswith((".json", ".md")):
            assert len(page) < 200_000, address
    page = client.get(post.get_absolute_url()).content.decode()
    assert page.count(TOLD) == (damage == "5 MB")
    assert page.rstrip().endswith("</html>")
    assert whole.title in page
    assert TOLD not in client.get(whole.get_absolute_url()).content.decode()
    feed = client.get("/feed.xml")
    assert not feedparser.parse(feed.content).bozo
    assert len(feedparser.parse(feed.content).entries) == 2


@pytest.mark.parametrize("damage", GARBAGE)
def test_an_editor_still_opens_the_paper(client, editor, damage):
    paper = make_post(papers=1).entries.get().paper
    text = GARBAGE[damage]
    introduction = paper.sections.filter(kind=kinds.INTRODUCTION)
    introduction.update(markdown=text, html=text, public_html=text)
    address = reverse("admin:papers_paper_change", args=[paper.pk])
    assert client.get(address).status_code == 200
