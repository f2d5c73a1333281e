"""The files of citations, and what pages carry for reference managers."""

import re
from html import unescape
from urllib.parse import parse_qs

import pytest
import rispy
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pybtex.database import parse_string

from digest.models import Post, State
from digest.readers.pages.front import Front
from papers.clock import now
from papers.models import Paper
from tests.digest.readers.pages.asking import Visitor
from tests.factories import make_paper, make_post

pytestmark = pytest.mark.django_db


def text(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_paper_has_its_citation_as_files(client):
    paper = make_paper(arxiv_id="hep-th/9901001", title="Strings & τ²", categories=["hep-th"])
    make_post(papers=[paper])
    response = client.get("/papers/hep-th/9901001.bib")
    assert response["Content-Type"] == "application/x-bibtex; charset=utf-8"
    assert response["Content-Disposition"] == 'inline; filename="hep-th-9901001.bib"'
    (entry,) = parse_string(response.content.decode(), "bibtex").entries.values()
    assert entry.fields["title"] == r"Strings \& τ²"
    assert entry.fields["primaryClass"] == "hep-th"
    response = client.get("/papers/hep-th/9901001.ris")
    assert response["Content-Type"] == "application/x-research-info-systems; charset=utf-8"
    (read,) = rispy.loads(response.content.decode())
    assert (read["title"], read["authors"]) == ("Strings & τ²", ["Lovelace, Ada", "홍길동"])


def test_a_digest_has_those_of_its_papers_in_its_order(client):
    post = make_post(papers=3)
    ids = [f"arXiv:{entry.paper.arxiv_id}" for entry in post.entries.order_by("position")]
    address = post.get_absolute_url()[:-1]
    assert list(parse_string(text(client, f"{address}.bib"), "bibtex").entries) == ids
    assert [each["id"] for each in rispy.loads(text(client, f"{address}.ris"))] == ids
    assert (
        f'filename="{post.date}-daily-papers.ris"'
        in client.get(f"{address}.ris").headers["Content-Disposition"]
    )


def test_what_was_taken_back_is_gone_and_what_never_was_is_not_found(client):
    post = make_post(State.WITHDRAWN, papers=1)
    address = post.get_absolute_url()[:-1]
    paper = Paper.objects.get()
    draft = make_post(State.DRAFT, papers=1)
    for form in ("bib", "ris"):
        assert client.get(f"{address}.{form}").status_code == 410
        assert client.get(f"/papers/{paper.arxiv_id}.{form}").status_code == 410
        assert client.get(f"{draft.get_absolute_url()[:-1]}.{form}").status_code == 404
        assert client.get(f"/papers/2510.99999.{form}").status_code == 404


def test_a_file_takes_as_many_queries_for_many_papers_as_for_one(client):
    counts = []
    for papers in (1, 12):
        address = make_post(papers=papers).get_absolute_url()[:-1]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text(client, f"{address}.bib")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3


@pytest.mark.django_db(transaction=True)
def test_a_file_is_stored_and_knows_of_each_change(front: Front, visitor: Visitor):
    post = make_post(papers=1)
    paper = Paper.objects.get()
    for path in (f"/papers/{paper.arxiv_id}.bib", f"{post.get_absolute_url()[:-1]}.bib"):
        answer = visitor.get(path)
        assert 'inline; filename="' in answer.headers["Content-Disposition"]
        known = visitor.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert known.status_code == 304
    paper.categories, paper.title = ["cs.LG"], "Another"
    paper.save()
    for path in (f"/papers/{paper.arxiv_id}.bib", f"{post.get_absolute_url()[:-1]}.bib"):
        changed = visitor.get(path).content.decode()
        assert "cs.LG" in changed
        assert "Another" in changed


def test_zotero_finds_an_item_for_each_paper_of_a_digest(client):
    title = 'A "quoted" <b>title</b> & more'
    make_post(papers=[make_paper(title=title), make_paper(authors=[])])
    html = text(client, Post.objects.get().get_absolute_url())
    found = re.findall(r'<span class="Z3988" title="([^"]*)"></span>', html)
    first, second = (parse_qs(unescape(each), strict_parsing=True) for each in found)
    ids = [entry.paper.arxiv_id for entry in Post.objects.get().entries.order_by("position")]
    assert first["rft.title"] == [Paper.objects.get(arxiv_id=ids[0]).title_plain]
    assert first["rft.au"] == ["Ada Lovelace", "홍길동"]
    assert second["rft_id"] == [
        f"info:doi/10.48550/arXiv.{ids[1]}",
        f"https://arxiv.org/abs/{ids[1]}",
    ]


def test_a_paper_says_who_wrote_it_and_where_it_is(client):
    at = now().replace(year=2025, month=10, day=7, hour=23)
    paper = make_paper(arxiv_id="2510.06208", title="Agents & tools", arxiv_published_at=at)
    make_post(papers=[paper])
    html = text(client, paper.get_absolute_url())
    meta = re.findall(r'<meta name="citation_(\w+)" content="([^"]*)">', html)
    assert [(name, unescape(value)) for name, value in meta] == [
        ("title", "Agents & tools"),
        ("author", "Ada Lovelace"),
        ("author", "홍길동"),
        ("publication_date", "2025/10/07"),
        ("date", "2025/10/07"),
        ("arxiv_id", "2510.06208"),
        ("doi", "10.48550/arXiv.2510.06208"),
        ("public_url", "https://arxiv.org/abs/2510.06208"),
        ("pdf_url", "https://arxiv.org/pdf/2510.06208"),
    ]


def test_a_reader_without_scripts_can_copy_a_citation_and_share_a_paper(client):
    paper = make_paper(arxiv_id="2510.06208", title="Agents & tools?")
    post = make_post(papers=[paper])
    html = text(client, post.get_absolute_url())
    assert 'href="/papers/2510.06208/#cite"' in html
    assert f'href="{post.get_absolute_url()}#2510.06208" data-share' in html
    html = text(client, paper.get_absolute_url())
    assert '<p id="citation" lang="en">Ada Lovelace, 홍길동. “Agents &amp; tools?”' in html
    assert 'href="/papers/2510.06208.bib"' in html
    assert re.search(r"<li hidden>\s*<button[^>]* data-copy=\"citation\"", html)
