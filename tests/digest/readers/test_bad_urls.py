"""Whatever a URL contains, the response is a page of the site, never a 500 (test matrix, B23)."""

import pytest
from django.test import Client

from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db

PATHS = [
    "/%00", "/%00/", "/tags/%00/", "/papers/%00/", "/2025/10/08/%00/", "/tags/a%00b/feed.xml",
    "/%ff%fe/", "/tags/%ff/", "/papers/%c3%28/", "/2025/10/08/%ed%a0%80/",
    "/9999-99-99/", "/9999/99/99/", "/9999/12/31/", "/9999/12/", "/9999/", "/0000/", "/0000/00/00/",
    "/0001/01/01/", "/0001/01/", "/0001/", "/2025/13/", "/2025/02/30/", "/2025/02/30/daily-papers/",
    "/2025/10/08/unknown/", "/2025/10/08/unknown.json", "/2025/10/08/daily-papers.xml",
    "/٢٠٢٥/10/", "/２０２５/10/",
    "/papers/9999.99999/", "/papers/2510.99999/", "/papers/2510.99999.md",
    "/papers/9999.99999/report/", "/papers/%00/report/", "/papers/2510.99999/report/thanks/",
    "/papers/../../etc/passwd/", "/papers/..%2f..%2f/", "/papers/1/2/3/",
    "/papers/" + "9" * 5000 + "/", "/papers/hep-th/0000000/",
    "/tags/unknown/", "/tags/unknown/feed.xml", "/tags/" + "a" * 5000 + "/", "/tags/%F0%9F%98%80/",
    "/sitemap-unknown.xml", "/sitemap-%00.xml", "/fr/", "/en/fr/", "/en/9999/99/",
    "/" + "a" * 5000,
    "/%0d%0aSet-Cookie:%20a=b/", "/<script>alert(1)</script>/",
]  # fmt: skip

QUERIES = [
    "page=1e9", "page=-1", "page=0", "page=1000000000", "page=%00", "page=%ff", "page=",
    "page=" + "9" * 5000, "page=last%00", "page=٣", "page[]=1",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _a_site():
    paper = make_paper(arxiv_id="2510.06208")
    paper.tags.add("known")
    make_post(papers=[paper])


@pytest.mark.parametrize("path", PATHS)
def test_an_address_that_means_nothing_is_a_page_of_ours(client, path):
    for method in (client.get, client.head):
        response = method(path)
        assert response.status_code in {400, 404}
    page = client.get(path).content.decode()
    assert '<p class="status">' in page
    assert "<script>" not in page


@pytest.mark.parametrize("query", QUERIES)
def test_a_page_number_that_is_none_is_404(client, query):
    expected = {200, 404} if query in {"page=", "page[]=1"} else {404}
    assert client.get(f"/tags/known/?{query}").status_code in expected


@pytest.mark.parametrize("query", [
    "q=", "q=%00", "q=%ff", "q=" + "9" * 5000, "q=%20%20", "q=%ef%bc%ab", "q=<script>", "q[]=1",
    "all", "all=%00", "page=7",
])  # fmt: skip
def test_any_filter_of_tags_is_a_page(client, query):
    response = client.get(f"/tags/?{query}", follow=True)
    assert response.status_code == 200
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("query", ["p=1e9", "p=-1", "p=%00", "p=" + "9" * 5000])
def test_a_part_of_the_sitemap_that_is_none_is_404(client, query):
    assert client.get(f"/sitemap-digests.xml?{query}").status_code == 404


@pytest.mark.parametrize("query", ["%00=%00", "utm_source=x;y", "x=%ff", "a=" + "9" * 5000])
def test_other_parameters_change_nothing(client, query):
    for path in ("/", "/2025/10/08/daily-papers/", "/papers/2510.06208.json", "/2025/10/"):
        assert client.get(f"{path}?{query}").content == client.get(path).content


@pytest.mark.django_db
def test_a_form_in_an_unknown_encoding_is_a_400_page():
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.get("/admin/login/")
    response = client.post(
        "/admin/login/", b"a=b", content_type="application/x-www-form-urlencoded; charset=utf-7"
    )
    assert response.status_code == 400
    assert '<p class="status">400</p>' in response.text


def test_an_impossible_host_is_a_400_page(client):
    response = client.get("/", headers={"host": "evil.test"})
    assert response.status_code == 400
    assert '<p class="status">400</p>' in response.content.decode()
