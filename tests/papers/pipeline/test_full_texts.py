"""arXiv's HTML, else its PDF, is read over a real socket, once for each version."""

import pytest

from papers.models import FullText
from papers.pipeline import full_texts
from papers.sources.errors import SourceDown, SourceError, SourceForbidden
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

SENTENCE = "We describe how the widget is made, in words that go well beyond an abstract. "
HTML = f"""<html><body><article class="ltx_document">
<h1 class="ltx_title ltx_title_document">Widgets</h1>
<section class="ltx_section"><h2 class="ltx_title ltx_title_section">1 Method</h2>
<div class="ltx_para"><p class="ltx_p">{SENTENCE * 20}</p></div></section>
</article></body></html>"""


@pytest.fixture
def arxiv(httpserver, settings):
    settings.ARXIV_URL = httpserver.url_for("").rstrip("/")
    settings.ARXIV_INTERVAL_S = 0
    return httpserver


def paper(**fields):
    return make_paper(arxiv_id="2510.00001", **{"version": 2, **fields})


def test_html_is_read_and_kept_and_not_asked_for_again(arxiv):
    arxiv.expect_ordered_request("/html/2510.00001v2").respond_with_data(
        HTML, content_type="text/html"
    )
    first = full_texts.fetch(paper())
    assert [part["kind"] for part in first.parts] == ["method"]
    assert len(first.checksum) == 64
    assert full_texts.fetch(first.paper) == first
    assert len(arxiv.log) == 1


def test_where_there_is_no_html_the_pdf_is_asked_for_and_both_reasons_are_kept(arxiv):
    arxiv.expect_request("/html/2510.00001v2").respond_with_data("none", status=404)
    arxiv.expect_request("/pdf/2510.00001v2").respond_with_data(b"%PDF-1.4 garbage")
    found = paper()
    assert full_texts.fetch(found) is None
    errors = dict(FullText.objects.values_list("format", "error"))
    assert errors["html"] == "is not at arXiv in this form"
    assert errors["pdf"]
    assert full_texts.fetch(found) is None
    assert len(arxiv.log) == 2


def test_a_new_version_is_read_anew(arxiv):
    arxiv.expect_request("/html/2510.00001v2").respond_with_data(HTML)
    arxiv.expect_request("/html/2510.00001v3").respond_with_data(HTML)
    found = paper()
    full_texts.fetch(found)
    found.version = 3
    full_texts.fetch(found)
    assert list(FullText.objects.order_by("version").values_list("version", flat=True)) == [2, 3]


def test_what_time_can_cure_is_not_kept_as_unreadable(arxiv):
    arxiv.expect_request("/html/2510.00001v2").respond_with_data("oops", status=503)
    with pytest.raises(SourceDown, match="arxiv"):
        full_texts.fetch(paper())
    assert not FullText.objects.exists()


@pytest.mark.django_db(transaction=True)  # The stop of a source is stored outside a transaction.
def test_a_refusal_stops_the_source_until_a_person_resumes_it(arxiv):
    arxiv.expect_ordered_request("/html/2510.00001v2").respond_with_data("no", status=403)
    found = paper()
    for _ in range(2):
        with pytest.raises(SourceForbidden):
            full_texts.fetch(found)
    assert len(arxiv.log) == 1


def test_without_a_version_there_is_nothing_to_ask_for(arxiv):
    with pytest.raises(SourceError, match="version not known"):
        full_texts.fetch(paper(version=None))
