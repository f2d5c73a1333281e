"""A stored text that somebody has damaged in the database hurts its own place alone."""

from datetime import timedelta

import feedparser
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from papers import rendering
from papers.models import Kind, Section
from tests.factories import make_post

TOLD = "이 부분은 표시할 수 없습니다"
GARBAGE = {
    "5 MB": "<p>" + "가나다 " * 1_300_000 + "</p>",
    "script": "<p>글</p><script>alert(1)</script>",
    "handler": "<img src=x onerror=alert(1)>",
    "ends the page": "</div></section></article></main></body></html>",
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
    section = hurt.sections.get(kind=Kind.INTRODUCTION)
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
            assert "<script>alert" not in page, address
            assert "onerror" not in page, address
            assert len(page) < 200_000, address
    page = client.get(post.get_absolute_url()).content.decode()
    assert page.count(TOLD) == (damage != "json")  # That is a text like any other.
    assert page.rstrip().endswith("</html>")
    assert whole.title in page
    assert TOLD not in client.get(whole.get_absolute_url()).content.decode()
    feed = client.get("/feed.xml")
    assert not feedparser.parse(feed.content).bozo
    assert len(feedparser.parse(feed.content).entries) == 2


@pytest.mark.parametrize("damage", ["5 MB", "script", "json"])
def test_an_editor_still_opens_the_paper(client, editor, damage):
    paper = make_post(papers=1).entries.get().paper
    text = GARBAGE[damage]
    paper.sections.filter(kind=Kind.INTRODUCTION).update(markdown=text, html=text, public_html=text)
    address = reverse("admin:papers_paper_change", args=[paper.pk])
    assert client.get(address).status_code == 200


PIECES = [
    *("\n", "\n\n", "    code", "```", "# h", "- a", "> q", "$x<y$", "$$\\frac{a}{b}$$", "**b**"),
    *("| a | b |\n| - | - |\n| 1 | 2 |", "[^1]", "[^1]: n", "<b>", "</b>", "<p>", "</p>", "<tr>"),
    *("&amp;", ">", "\u0338", "<a href='x'>", "[l](http://a.b)", "a", "<math>", "<h4>", "<li>"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_what_was_rendered_is_never_taken_for_damaged(markdown):
    html = rendering.render(markdown)
    assert rendering.as_stored(html) is not None
