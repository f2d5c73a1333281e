"""Search engines know a page in another language only if it has text in it."""

import re

import pytest

from digest import publishing
from papers import kinds
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db
SITE = "http://testserver"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE


def head(client, path):
    """Return the canonical address of a page, and its versions by hreflang."""
    html = client.get(path).content.decode()
    (canonical,) = re.findall(r'rel="canonical" href="([^"]+)"', html)
    found = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', html)
    return canonical.removeprefix(SITE), {code: url.removeprefix(SITE) for code, url in found}


def listed(client, section):
    return re.findall(
        rf"<loc>{SITE}([^<]+)</loc>", client.get(f"/sitemap-{section}.xml").content.decode()
    )


def test_pages_without_english_text_are_those_of_the_original(client):
    paper = make_paper()
    make_section(paper)
    post = make_post(papers=[paper])
    for path in (post.get_absolute_url(), paper.get_absolute_url()):
        assert head(client, path) == (path, {})
        assert head(client, f"/en{path}") == (path, {})
        html = client.get(path).content.decode()
        assert re.search(rf'<a href="/en{path}"[^>]*>English', html)  # The interface is there.
        assert not re.search(rf'<a href="/en{path}"[^>]*rel="alternate"', html)
    assert listed(client, "digests-en") == []
    assert listed(client, "papers-en") == []
    assert listed(client, "digests") == [post.get_absolute_url()]


def test_pages_with_english_text_are_versions_of_each_other(client):
    paper = make_paper()
    make_section(paper)
    make_section(paper, kinds.INTRODUCTION, language="en", markdown="In English.")
    post = make_post(papers=[paper])
    for path in (post.get_absolute_url(), paper.get_absolute_url()):
        versions = {"ko": path, "en": f"/en{path}", "x-default": path}
        assert head(client, path) == (path, versions)
        assert head(client, f"/en{path}") == (f"/en{path}", versions)
    assert listed(client, "digests-en") == [f"/en{post.get_absolute_url()}"]
    assert listed(client, "papers-en") == [f"/en{paper.get_absolute_url()}"]


def test_a_draft_in_english_is_no_text_for_readers(client):
    paper = make_paper()
    make_section(paper)
    post = make_post(papers=[paper])
    make_section(paper, language="en", markdown="In English.")
    path = post.get_absolute_url()
    assert head(client, f"/en{path}")[0] == path
    assert listed(client, "papers-en") == []


def test_a_digest_written_in_english_has_an_english_page(client):
    post = make_post(papers=1, language="en")
    path = post.get_absolute_url()
    assert head(client, f"/en{path}")[0] == f"/en{path}"
    assert listed(client, "digests-en") == [f"/en{path}"]
    assert listed(client, "papers-en") == []


def test_pages_of_the_interface_have_all_versions(client):
    assert head(client, "/en/about/") == (
        "/en/about/",
        {"ko": "/about/", "en": "/en/about/", "x-default": "/about/"},
    )


def test_a_sitemap_says_when_a_paper_changed(client):
    make_post(papers=2)
    body = client.get("/sitemap-papers.xml").content.decode()
    assert len(re.findall(r"<lastmod>\d{4}-\d\d-\d\d</lastmod>", body)) == 2


def test_the_index_names_the_parts_of_both_languages(client):
    index = client.get("/sitemap.xml").content.decode()
    for name in ("digests", "papers", "digests-en", "papers-en"):
        assert f"{SITE}/sitemap-{name}.xml" in index


@pytest.mark.django_db(transaction=True)
def test_a_stored_sitemap_knows_of_a_first_text_in_english(front, visitor):
    paper = make_paper()
    make_section(paper)
    post = make_post(papers=[paper])
    assert listed(visitor, "papers-en") == listed(visitor, "digests-en") == []
    make_section(paper, kinds.RESULTS, language="en", markdown="In English, it works.")
    publishing.publish(post, gated=False)
    assert listed(visitor, "papers-en") == [f"/en{paper.get_absolute_url()}"]
    assert listed(visitor, "digests-en") == [f"/en{post.get_absolute_url()}"]


def test_the_first_page_has_the_languages_of_its_digest(client):
    make_post(papers=1)
    assert head(client, "/en/") == head(client, "/") == ("/", {})
    make_section(paper := make_paper(), language="en", markdown="In English.")
    make_post(papers=[paper])
    versions = {"ko": "/", "en": "/en/", "x-default": "/"}
    assert (head(client, "/"), head(client, "/en/")) == (("/", versions), ("/en/", versions))
