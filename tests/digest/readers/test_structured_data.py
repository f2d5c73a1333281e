"""schema.org data of pages, read back as JSON."""

import json
import re

import pytest

from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://digest.example"


def data_of(client, path):
    (found,) = SCRIPT.findall(client.get(path).content.decode())
    data = json.loads(found)
    assert data["@context"] == "https://schema.org"
    return data


def test_a_digest_is_an_entry_of_a_blog_with_its_papers_and_the_way_to_it(client):
    papers = [make_paper(title="</script><script>alert(1)"), make_paper()]
    post = make_post(papers=papers, title="Agents & tools")
    article, way = data_of(client, post.get_absolute_url())["@graph"]
    assert (article["@type"], article["headline"]) == ("BlogPosting", "Agents & tools")
    assert article["url"] == f"https://digest.example{post.get_absolute_url()}"
    assert article["datePublished"] <= article["dateModified"]
    assert article["author"] == article["publisher"]
    items = article["mainEntity"]["itemListElement"]
    assert [item["position"] for item in items] == [1, 2]
    assert [item["item"] for item in items] == [
        f"https://digest.example/papers/{paper.arxiv_id}/" for paper in papers
    ]
    assert [item["name"] for item in items] == [paper.title_plain for paper in papers]
    assert [
        step["item"].removeprefix("https://digest.example") for step in way["itemListElement"]
    ] == ["/", "/2025/10/", post.get_absolute_url()]


def test_the_first_page_is_a_site_and_a_blog(client, settings):
    site, blog = data_of(client, "/")["@graph"]
    assert (site["@type"], blog["@type"], blog["blogPost"]) == ("WebSite", "Blog", [])
    post = make_post(papers=1)
    (newest,) = data_of(client, "/")["@graph"][1]["blogPost"]
    assert newest["headline"] == post.public_title
    assert site["name"] == settings.SITE_TITLE


def test_a_paper_is_an_article_with_its_doi(client):
    paper = make_paper(arxiv_id="2510.06208")
    make_post(papers=[paper])
    data = data_of(client, paper.get_absolute_url())
    assert data["@type"] == "ScholarlyArticle"
    assert data["sameAs"] == [paper.arxiv_url, "https://doi.org/10.48550/arXiv.2510.06208"]


def test_every_page_has_a_picture_for_links_to_it(client):
    html = client.get("/").content.decode()
    assert re.search(
        r'<meta property="og:image" content="https://digest.example/static/og[.\w]*png">', html
    )
    assert '<meta property="og:image:width" content="1200">' in html


def description(client, path):
    found = re.search(
        r'<meta name="description" content="([^"]*)">', client.get(path).content.decode()
    )
    return found and found[1]


def test_months_and_tags_have_descriptions_of_their_own(client):
    post = make_post(papers=[make_paper(title="Agents & tools")], title="Much <b>new</b>")
    post.entries.get().paper.tags.add("Agents")
    make_post(papers=1, title="Little new")
    assert description(client, "/2025/10/") == (
        "2025년 10월: 다이제스트 2개. Little new · Much &lt;b&gt;new&lt;/b&gt;"
    )
    assert description(client, "/en/2025/10/").startswith("October 2025: 2 digests. ")
    assert description(client, "/tags/agents/") == "Agents: 논문 1편. Agents &amp; tools"
