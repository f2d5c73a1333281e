"""What readers see at each URL."""

import json
import re
import unicodedata
from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser

from digest import publishing
from digest.models import Post, State
from papers import kinds
from papers.checks import catch_rates
from papers.models import Listing, Scope, Writer
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def links(html):
    return re.findall(r'href="([^"]+)"', html)


def test_home_shows_the_newest_digest_and_the_way_to_the_others(client):
    make_section(paper := make_paper(), markdown="- Goal: 작은 모델을 가르친다. 둘째 문장.\n- 다음")
    old, new = make_post(papers=1), make_post(papers=[paper])
    html = page(client, "/")
    assert {new.get_absolute_url(), f"#{paper.arxiv_id}"} <= set(links(html))
    (row, _) = re.findall(r'<span class="gist">(.*?)</span>', html)
    assert row == "작은 모델을 가르친다."
    assert {old.get_absolute_url(), "/2025/10/", "/2025/"} <= set(links(html))


def test_a_site_without_a_digest_says_so_kindly(client):
    assert "첫 다이제스트를 준비하고 있습니다." in page(client, "/")
    assert "아직 등록된 태그가 없습니다." in page(client, "/tags/")


def test_a_digest_shows_its_papers_in_order_with_facts_and_links(client):
    paper = make_paper(
        arxiv_id="2510.06208",
        title="Small <models> & large",
        authors=[f"Author {number}" for number in range(1, 12)],
        organization="Example Lab",
        code_url="https://code.example/repo",
        project_url="https://project.example/",
        arxiv_published_at=datetime(2025, 10, 7, 20, tzinfo=UTC),
        categories=["cs.CL", "cs.LG"],
    )
    paper.tags.add("강화 학습")
    post = make_post(papers=[make_paper(title="The first"), paper])
    Listing.objects.create(paper=paper, source="huggingface", day=post.date, rank=3, upvotes=57)
    html = page(client, post.get_absolute_url())
    assert html.index('id="2510.06208"') > html.index("The first")
    assert "Small &lt;models&gt; &amp; large" in html
    assert "Author 3" in html
    assert "Author 4" not in html
    assert "외 8명" in html
    assert "Example Lab" in html
    assert "2025년 10월 7일" in html  # arXiv's day, though it is the 8th in Seoul.
    assert "cs.CL cs.LG" in html
    assert "추천 57" in html
    assert {
        "https://arxiv.org/abs/2510.06208",
        "https://arxiv.org/pdf/2510.06208",
        "https://www.alphaxiv.org/ko/overview/2510.06208",
        "https://huggingface.co/papers/2510.06208",
        "https://code.example/repo",
        "https://project.example/",
        "/papers/2510.06208/",
        reverse("tag", args=["강화-학습"]),
        "#2510.06208",
    } <= set(links(html))


def test_sections_stand_under_headings_of_the_pages_language_and_missing_ones_are_absent(client):
    make_section(paper := make_paper(), kinds.RESULTS, markdown="**좋은** 결과")
    html = page(client, make_post(papers=[paper]).get_absolute_url())
    assert re.search(r"<h3>결과</h3>.*?<strong>좋은</strong> 결과", html, re.DOTALL)
    assert "한계" not in html


def test_the_abstracts_own_sentences_are_marked_as_such_and_as_english(client):
    text = {"markdown": "We propose a method.", "language": "en", "scope": Scope.ABSTRACT}
    make_section(paper := make_paper(), origin=Writer.EXTRACTIVE, drafter="extractive-1", **text)
    html = page(client, make_post(papers=[paper]).get_absolute_url())
    assert "초록 문장 그대로 인용 (extractive-1) · 원문: 영어" in html
    assert re.search(r'<div class="prose" lang="en">\s*<p>We propose a method', html)


def test_sections_of_different_hands_each_say_whose(client):
    paper = make_paper()
    make_section(paper, kinds.METHOD)
    make_section(paper, kinds.RESULTS, origin=Writer.MODEL, drafter="m-7b", scope=Scope.FULL_TEXT)
    html = page(client, make_post(papers=[paper]).get_absolute_url())
    assert "편집자 작성" in html
    assert "언어 모델 작성, 논문 본문 기반 (m-7b)" in html


def test_sample_text_is_never_called_an_abstract(client):
    paper = make_paper(origins={"abstract": "sample"})
    make_section(paper, origin=Writer.EXTRACTIVE, language="en")
    assert "초록 문장 그대로" not in page(client, make_post(papers=[paper]).get_absolute_url())
    html = page(client, paper.get_absolute_url())
    assert "예시문 (저자가 쓴 초록이 아닙니다)" in html
    assert "초록 문장 그대로 인용" not in html
    assert re.search(r"<summary>\s*초록\s*</summary>", html) is None


def test_a_paper_known_from_a_post_alone_has_its_page_and_says_what_is_missing(client):
    paper = make_paper(abstract="", authors=[])
    html = page(client, make_post(papers=[paper]).get_absolute_url())
    assert "아직 요약이 없는 논문입니다." in html
    alone = page(client, paper.get_absolute_url())
    assert "아직 요약이 없는 논문입니다." in alone
    assert '<details class="abstract"' not in alone


def test_a_digest_leads_to_its_neighbours(client):
    first, second, third = make_post(papers=1), make_post(papers=1), make_post(papers=1)
    html = page(client, second.get_absolute_url())
    assert f'<a href="{first.get_absolute_url()}" rel="prev">' in html
    assert f'<a href="{third.get_absolute_url()}" rel="next">' in html


def test_two_digests_of_one_day_are_neighbours_too(client):
    first = make_post(papers=1)
    second = make_post(papers=1, date=first.date, slug="daily-papers-2")
    assert f'href="{second.get_absolute_url()}" rel="next"' in page(
        client, first.get_absolute_url()
    )


def test_a_day_leads_to_its_only_digest_or_lists_them(client):
    first = make_post(papers=1)
    response = client.get("/2025/10/08/")
    assert (response.status_code, response.url) == (302, first.get_absolute_url())
    second = make_post(papers=1, date=first.date, slug="daily-papers-2")
    assert {first.get_absolute_url(), second.get_absolute_url()} <= set(
        links(page(client, "/2025/10/08/"))
    )


def test_a_month_is_a_calendar_of_weeks_that_start_on_monday(client):
    post = make_post(papers=1)
    html = page(client, "/2025/10/")
    headings = re.findall(r'<abbr title="(.요일)">', html)
    assert headings == [f"{day}요일" for day in "월화수목금토일"]
    row = next(row for row in html.split("<tr>")[1:] if f'href="{post.get_absolute_url()}"' in row)
    cells = [re.sub(r"<[^>]+>", " ", cell).split() for cell in row.split("<td>")[1:]]
    assert [cell[0] for cell in cells][:7] == ["6", "7", "8", "9", "10", "11", "12"]
    assert cells[2] == ["8", "1"]


def test_a_year_counts_digests_and_papers_by_month(client):
    make_post(papers=3, date=date(2025, 1, 31))
    make_post(papers=2, date=date(2025, 1, 1))
    html = " ".join(page(client, "/2025/").split())
    assert 'href="/2025/01/">1월</a>' in html
    assert "다이제스트 2개 · 논문 5편" in html
    assert "/2025/02/" not in html


def test_an_empty_month_is_shown_only_between_two_that_are_not(client):
    make_post(papers=1, date=date(2025, 1, 31))
    make_post(papers=1, date=date(2025, 3, 1))
    html = page(client, "/2025/02/")
    assert "이 달에는 발행된 다이제스트가 없습니다." in html
    assert {"/2025/01/", "/2025/03/"} <= set(links(html))
    page(client, "/2025/04/", 404)
    page(client, "/2024/12/", 404)
    page(client, "/2024/", 404)


def test_a_papers_page_names_its_digests_and_can_be_cited(client):
    paper = make_paper(
        title="On </script> tags",
        keywords=["diffusion"],
        arxiv_published_at=datetime(2025, 10, 7, tzinfo=UTC),
    )
    make_section(paper)
    first, second = make_post(papers=[paper]), make_post(papers=[paper])
    html = page(client, paper.get_absolute_url())
    for post in (first, second):
        assert f"{post.get_absolute_url()}#{paper.arxiv_id}" in links(html)
    assert '<meta name="citation_title" content="On &lt;/script&gt; tags">' in html
    assert '<meta name="citation_author" content="홍길동">' in html
    assert '<meta name="citation_publication_date" content="2025/10/07">' in html
    data = json.loads(re.search(r'ld\+json">(.*?)</script>', html, re.DOTALL)[1])
    assert data["headline"] == "On </script> tags"
    assert data["datePublished"] == "2025-10-07"


def test_what_sources_say_is_text_and_no_markup(client):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    paper = make_paper(
        title=evil, authors=[evil], keywords=[evil], organization=evil, abstract=evil,
        code_url="javascript:alert(1)", project_url="data:text/html,x",
    )  # fmt: skip
    paper.tags.add(evil)
    make_section(paper, markdown=evil)
    post = make_post(papers=[paper], title=evil, intro=evil)
    for address in ("/", "/2025/10/", "/tags/", post.get_absolute_url(), paper.get_absolute_url()):
        html = page(client, address)
        assert "<script>" not in html
        assert "<img" not in html
        assert "javascript:" not in html.replace("&#x27;", "'")
        assert "data:text" not in html


def test_an_old_id_works_everywhere_an_id_does(client):
    make_section(paper := make_paper(arxiv_id="hep-th/9901001"))
    post = make_post(papers=[paper])
    assert paper.get_absolute_url() == "/papers/hep-th/9901001/"
    assert paper.title in page(client, paper.get_absolute_url())
    assert client.get("/papers/hep-th/9901001.json").json()["arxiv_id"] == "hep-th/9901001"
    assert 'id="hep-th/9901001"' in page(client, post.get_absolute_url())


@pytest.mark.parametrize("spelling", ["2510.06208v2", "arXiv:2510.06208", "2510.06208.pdf"])
def test_other_spellings_of_an_id_lead_to_the_one_address(client, spelling):
    make_post(papers=[make_paper(arxiv_id="2510.06208")])
    response = client.get(f"/papers/{spelling}/")
    assert (response.status_code, response.url) == (301, "/papers/2510.06208/")


def test_json_carries_the_facts_and_the_sections_with_their_provenance(client):
    make_section(paper := make_paper(), origin=Writer.IMPORT)
    post = make_post(papers=[paper])
    answer = client.get(post.get_absolute_url().rstrip("/") + ".json").json()
    assert (answer["date"], answer["title"], answer["id"]) == (
        str(post.date),
        post.public_title,
        post.feed_id,
    )
    [data] = answer["papers"]
    assert data["links"]["arxiv"] == paper.arxiv_url
    [section] = data["sections"]
    assert set(section) == {
        "kind", "heading", "language", "markdown", "html", "origin", "drafter", "prompt_version",
        "scope", "written_at", "reviewed_by", "reviewed_at",
    }  # fmt: skip
    assert (section["kind"], section["heading"], section["origin"]) == (
        "introduction",
        "서론",
        "import",
    )
    alone = client.get(f"/papers/{paper.arxiv_id}.json").json()
    assert alone["digests"] == [{"date": str(post.date), "title": post.public_title}]
    assert alone["sections"][0].pop("evidence") == []  # Only the paper's own document has it.
    assert data.items() <= alone.items()


def test_markdown_reads_like_the_page(client):
    make_section(paper := make_paper(title="A *starred* title"), markdown="본문 $x^2$")
    post = make_post(papers=[paper], intro="머리글")
    response = client.get(post.get_absolute_url().rstrip("/") + ".md")
    assert response.headers["Content-Type"] == "text/markdown; charset=utf-8"
    text = response.content.decode()
    assert "머리글\n\n## 1. [A \\*starred\\* title](https://arxiv.org/abs/" in text
    assert "### 서론\n\n본문 $x^2$\n\n*편집자 작성*\n" in text
    assert page(client, f"/papers/{paper.arxiv_id}.md").startswith("# [A \\*starred\\* title]")


def test_about_tells_how_many_planted_mistakes_of_each_kind_the_checks_find(client):
    table = LexborHTMLParser(page(client, "/about/")).css_first(".about table")
    rows = [[cell.text() for cell in row.css("th, td")] for row in table.css("tbody tr")]
    assert len(rows) == len(catch_rates.Kind)
    for (name, found), rate in zip(rows, catch_rates.measured().rates, strict=True):
        assert name
        assert found == f"{rate.caught} / {rate.planted} ({rate.percent} %)"


def test_about_names_the_publisher_and_thanks_the_sources(client, settings):
    settings.CONTACT_EMAIL = "desk@example.org"
    settings.SITE_AUTHOR = "A <Publisher>"
    html = page(client, "/about/")
    assert "mailto:desk@example.org" in html
    assert "A &lt;Publisher&gt;" in html
    assert "Thank you to arXiv for use of its open access interoperability." in html


def test_absolute_addresses_stand_on_site_url_whatever_host_is_named(client, settings):
    settings.SITE_URL = "https://digest.example"
    settings.ALLOWED_HOSTS = ["other.example"]
    post = make_post(papers=1)
    ask = {"headers": {"host": "other.example"}}
    assert (
        "Sitemap: https://digest.example/sitemap.xml"
        in client.get("/robots.txt", **ask).content.decode()
    )
    index = client.get("/sitemap.xml", **ask).content.decode()
    parts = re.findall(r"<loc>https://digest\.example(.*?)</loc>", index)
    addresses = "".join(client.get(part, **ask).content.decode() for part in parts)
    found = re.findall(r"<loc>(.*?)</loc>", addresses)
    assert f"https://digest.example{post.get_absolute_url()}" in found
    assert all(address.startswith("https://digest.example/") for address in found)
    html = client.get(post.get_absolute_url(), **ask).content.decode()
    assert f'rel="canonical" href="https://digest.example{post.get_absolute_url()}"' in html
    assert "other.example" not in html


def test_health_is_the_databases(client):
    response = client.get("/healthz")
    assert response.json() == {"database": "ok"}
    assert "no-store" in response.headers["Cache-Control"]


def test_a_browser_that_has_read_no_page_finds_the_icon(client):
    assert client.get("/favicon.ico").url.endswith("favicon.svg")


ADDRESSES = ["/", "/tags/", "/about/", "/2025/", "/2025/10/", "/2025/10/08/daily-papers/",
             "/2025/10/08/daily-papers.md", "/2025/10/08/daily-papers.json", "/en/",
             "/papers/2510.06208/", "/tags/robots/", "/robots.txt", "/sitemap.xml"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_public_pages_are_the_same_for_everybody_and_may_be_cached(client, admin_client, address):
    post = make_post(papers=[make_paper(arxiv_id="2510.06208")])
    post.tags.add("robots")
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert "Vary" not in response.headers
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert admin_client.get(address).content == response.content
    again = client.get(address, headers={"if-none-match": response.headers["ETag"]})
    assert again.status_code == 304
    assert client.post(address).status_code == 405


def test_a_page_that_changed_has_another_etag(client):
    post = make_post(papers=1)
    before = client.get(post.get_absolute_url()).headers["ETag"]
    post.title = "Another title"
    post.save()
    publishing.publish_changes(post)
    changed = client.get(post.get_absolute_url(), headers={"if-none-match": before})
    assert changed.status_code == 200
    assert "Another title" in changed.content.decode()


def test_no_public_page_has_an_inline_style_or_a_script_that_runs(client):
    make_section(paper := make_paper())
    post = make_post(papers=[paper])
    for address in ("/", post.get_absolute_url(), paper.get_absolute_url()):
        html = page(client, address)
        assert "style=" not in html
        assert set(re.findall(r"<script[^>]*>", html)) <= {
            '<script type="application/ld+json">',
            '<script src="/static/theme.js">',
            '<script src="/static/site.js" defer>',
            '<script src="/static/search.js" defer>',
            '<script type="module" src="/static/marks/papers.js">',
        }


@pytest.mark.parametrize("name", ["400", "403", "404", "410", "500"])
def test_an_error_page_needs_neither_a_request_nor_the_database(name):
    connection.close()
    with connection.execute_wrapper(lambda *query: pytest.fail("an error page asked the database")):
        html = render_to_string(f"{name}.html")
    assert f'<p class="status">{name}</p>' in html
    assert 'href="/"' in html


def test_an_error_of_ours_is_answered_without_a_trace(settings, monkeypatch):
    monkeypatch.setattr("digest.readers.sitemaps.SITEMAPS", None)
    response = Client(raise_request_exception=False).get("/sitemap.xml")
    assert response.status_code == 500
    assert "일시적인 오류가 발생했습니다" in response.content.decode()
    assert "Traceback" not in response.content.decode()


def test_an_unknown_address_is_a_404_page_in_the_readers_language(client):
    assert "페이지를 찾을 수 없습니다" in page(client, "/nowhere/", 404)
    assert "There is no such page" in page(client, "/en/nowhere/", 404)


def test_a_withdrawn_post_answers_410(client):
    post = make_post(state=State.WITHDRAWN, papers=1)
    assert "발행이 취소된 글입니다" in page(client, post.get_absolute_url(), 410)


@pytest.mark.parametrize("spelling", ["HuggingFace", "HUGGINGFACE"])
def test_another_spelling_of_a_tag_leads_to_it(client, spelling):
    make_post(papers=1).tags.add("HuggingFace")
    response = client.get(f"/tags/{spelling}/")
    assert (response.status_code, response["Location"]) == (301, "/tags/huggingface/")
    page(client, response["Location"])
    page(client, "/tags/huggingfac/", 404)


@pytest.mark.parametrize("path", ["HuggingFace", "huggingface", "hugging_face", "Hugging Face"])
def test_a_tag_without_its_slash_is_one_redirect_away_or_not_found_at_once(client, path):
    make_post(papers=1).tags.add("huggingface", "Hugging Face")
    response = client.get(f"/tags/{path}?page=2")
    slug = path.lower().replace("_", "-").replace(" ", "-")
    assert (response.status_code, response.url) == (301, f"/tags/{slug}/?page=2")
    assert client.get(f"/tags/{path}.xyz").status_code == 404


@pytest.mark.parametrize("path", ["2510.06208.xyz", "2510.06208.htm", "x", "2510.06208/x"])
def test_an_unknown_ending_is_not_found_at_once(client, path):
    make_post(papers=[make_paper(arxiv_id="2510.06208")])
    assert client.get(f"/papers/{path}").status_code == 404


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "spelling", ["HuggingFace", "Open Weights", "OPEN weights", "OPEN-weights"]
)
def test_the_feed_of_another_spelling_leads_to_the_one_feed(client, prefix, spelling):
    make_post(papers=1).tags.add("huggingface", "Open Weights")
    slug = spelling.lower().replace(" ", "-")
    response = client.get(f"{prefix}/tags/{spelling}/feed.xml?a=b")
    assert (response.status_code, response.url) == (301, f"/tags/{slug}/feed.xml?a=b")
    response = client.get(f"{prefix}/tags/{spelling}/?page=2")
    assert (response.status_code, response.url) == (301, f"{prefix}/tags/{slug}/?page=2")


def test_the_feed_of_a_tag_in_english_is_the_one_feed(client):
    make_post(papers=1).tags.add("huggingface")
    assert client.get("/en/tags/huggingface/feed.xml").url == "/tags/huggingface/feed.xml"
    assert client.get("/tags/huggingface/feed.xml").status_code == 200


@pytest.mark.parametrize("path", ["unknown", "Un Known", "un/known"])
def test_nothing_leads_to_an_unknown_tag(client, path):
    make_post(State.DRAFT, papers=1).tags.add("Un Known")
    for prefix in ("", "/en"):
        assert client.get(f"{prefix}/tags/{path}/feed.xml").status_code == 404
        assert client.get(f"{prefix}/tags/{path}/").status_code == 404


@pytest.mark.parametrize("path", ["2510.06208.pdf", "2510.06208v2", "2510.06208"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_another_spelling_of_an_id_takes_one_redirect(client, path, prefix):
    make_post(papers=[make_paper(arxiv_id="2510.06208")])
    response = client.get(f"{prefix}/papers/{path}?a=b")
    assert (response.status_code, response.url) == (301, f"{prefix}/papers/2510.06208/?a=b")
    assert client.get(f"{prefix}/papers/2510.06208.txt").status_code == 404


def test_what_is_written_decomposed_finds_the_same(client):
    post = make_post(papers=1, slug="한글-주소")
    post.tags.add("강화 학습")
    for address in (post.get_absolute_url(), "/tags/강화-학습/", "/tags/강화-학습/feed.xml"):
        assert client.get(unicodedata.normalize("NFD", unquote(address))).status_code == 200


def test_links_that_repeat_have_names_of_their_own(client):
    papers = [make_paper(title=r"$\pi_0$"), make_paper(code_url="https://code.example/x")]
    for paper in papers:
        make_section(paper)
        make_section(paper, kinds.RESULTS, position=2, origin=Writer.MODEL)
    html = page(client, make_post(papers=papers).get_absolute_url())
    entries = html[html.index('<div class="entries">') : html.index('<footer class="closing">')]
    named = re.findall(r'<a [^>]*href="([^"]*)"[^>]*aria-label="([^"]*)"', entries)
    assert len(named) == len({name for _, name in named}) == len({to for to, _ in named}) > 10
    assert ("https://arxiv.org/abs/" + papers[0].arxiv_id, "arXiv: π₀") in named


def test_contents_and_headings_have_names_of_their_own(client):
    post = make_post(papers=[make_paper(title=r"$\pi_0$"), make_paper()])
    contents = page(client, post.get_absolute_url()).partition('<nav class="toc"')[2]
    assert '" lang="en" aria-label="1. π₀"><span>π₀' in re.sub(r"\s+", " ", contents)


def test_a_digest_in_another_language_says_so_on_the_home_page_too(client):
    make_post(papers=1)
    assert "This digest was written in Korean" in page(client, "/en/")
    assert "This digest was written" not in page(client, "/")


def test_a_note_has_its_posts_language(client):
    post = make_post(State.DRAFT, papers=1)
    entry = post.entries.get()
    entry.note = "편집자의 말"
    entry.save()
    publishing.publish(post, gated=False)
    address = post.get_absolute_url()
    assert '<div class="note prose" lang="ko"><p>편집자의 말' in page(client, f"/en{address}")
    assert '<div class="note prose"><p>편집자의 말' in page(client, address)


def test_names_in_another_language_say_so(client):
    paper = make_paper(
        authors=["Ada Lovelace", "Alan Turing"], organization="Analytical Engines Lab", keywords=[]
    )
    paper.tags.add("강화 학습", "open weights", "vision")
    make_section(paper)
    digest = make_post(papers=[paper]).get_absolute_url()
    address = f"/papers/{paper.arxiv_id}/"
    korean, english = page(client, address), page(client, f"/en{address}")
    assert '<span lang="en">Ada Lovelace, Alan Turing</span>' in page(client, digest)
    for name in ("Ada Lovelace", "Alan Turing"):
        assert f'lang="en">{name}</a>' in korean
        assert f'rel="nofollow">{name}</a>' in english
    assert '<li lang="en">Analytical Engines Lab</li>' in korean
    assert "<span>Ada Lovelace, Alan Turing</span>" in page(client, f"/en{digest}")
    assert "<li>Analytical Engines Lab</li>" in english
    assert korean.count('rel="tag" lang="en">open weights</a>') == 1
    assert korean.count('rel="tag">강화 학습</a>') == korean.count('rel="tag">vision</a>') == 1
    for names in (
        english,
        page(client, "/en/tags/"),
        page(client, f"/en{digest}"),
    ):
        assert 'rel="tag" lang="ko">강화 학습' in names
        assert 'rel="tag">open weights' in names
    assert '<h1 lang="ko">강화 학습</h1>' in page(client, "/en/tags/강화-학습/")
    assert 'lang="en" aria-label="Hugging Face: ' in korean


def test_titles_in_a_feed_are_in_english(client, settings):
    settings.FEED_DELAY *= 0
    make_post(papers=[make_paper(title="Small Models")])
    assert 'lang="en"&gt;Small Models&lt;/a&gt;' in page(client, "/feed.xml")


def test_times_for_machines_have_no_microseconds(client):
    post = make_post(papers=1)
    Post.objects.update(published_at=datetime(2025, 10, 8, 1, 2, 3, 456789, tzinfo=UTC))
    html = page(client, post.get_absolute_url())
    assert 'datetime="2025-10-08T10:02:03+09:00"' in html
    assert ".456789" not in html
