"""A paper's text is read over a real socket: arXiv's HTML, its PDF, Hugging Face's Markdown."""

from datetime import timedelta

import pytest
import time_machine

from papers.clock import now
from papers.fulltext.base import READER
from papers.models import FullText, SourceState
from papers.pipeline import full_texts
from papers.sources.errors import SourceBusy, SourceDown, SourceError, SourceForbidden
from tests.factories import make_paper
from tests.papers.fulltext.pdf_files import make_pdf, running

pytestmark = pytest.mark.django_db

SENTENCE = "We describe how the widget is made, in words that go well beyond an abstract. "
HTML = f"""<html><body><article class="ltx_document">
<h1 class="ltx_title ltx_title_document">Widgets</h1>
<section class="ltx_section"><h2 class="ltx_title ltx_title_section">1 Method</h2>
<div class="ltx_para"><p class="ltx_p">{SENTENCE * 20}</p></div></section>
<section class="ltx_bibliography"><h2>References</h2></section>
</article></body></html>"""
PART = HTML.replace("ltx_bibliography", "ltx_index")
PDF = make_pdf(running("*1 Method", SENTENCE, "*2 Conclusion", SENTENCE))
MARKDOWN = f"# Widgets\n\n## 1 Method\n\n{SENTENCE}\n\n## References\n\n[1] A Book."


@pytest.fixture
def arxiv(httpserver, settings):
    settings.ARXIV_URL = settings.HUGGINGFACE_URL = httpserver.url_for("").rstrip("/")
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
    arxiv.expect_request("/papers/2510.00001.md").respond_with_data("none", status=404)
    found = paper()
    assert full_texts.fetch(found) is None
    errors = dict(FullText.objects.values_list("format", "error"))
    assert errors["html"] == "is not at arXiv in this form"
    assert errors["md"] == "is not at Hugging Face in this form"
    assert errors["pdf"]
    assert full_texts.fetch(found) is None
    assert len(arxiv.log) == 3


def forms(arxiv, html=("", 404), pdf=("", 404), md=("", 404), markdown_type="text/markdown"):
    """Serve the forms of the paper, each a body and a status."""
    arxiv.clear()
    types = {"html": "text/html", "pdf": "application/pdf", "md": markdown_type}
    places = {
        "html": "/html/2510.00001v2",
        "pdf": "/pdf/2510.00001v2",
        "md": "/papers/2510.00001.md",
    }
    for form, (body, status) in {"html": html, "pdf": pdf, "md": md}.items():
        arxiv.expect_request(places[form]).respond_with_data(body, status, content_type=types[form])


def asked(arxiv):
    return [request.path.split("/")[1] for request, _ in arxiv.log]


def test_markdown_of_hugging_face_comes_last(arxiv):
    forms(arxiv, md=(MARKDOWN, 200))
    text = full_texts.fetch(paper())
    assert (text.format, text.generator, text.gap) == ("md", "Hugging Face", "")
    assert asked(arxiv) == ["html", "pdf", "papers"]


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (MARKDOWN, "text/html"),
        ("<!DOCTYPE html><html>A page.</html>", "text/markdown"),
        (MARKDOWN, "application/octet-stream"),
    ],
)
def test_a_page_where_markdown_was_asked_for_is_refused(arxiv, body, media_type):
    forms(arxiv, md=(body, 200), markdown_type=media_type)
    assert full_texts.fetch(paper()) is None
    assert FullText.objects.get(format="md").error.startswith("huggingface: not Markdown")


@pytest.mark.parametrize(
    "place", ["/papers/2510.00001", "https://example.org/papers/2510.00001.md"]
)
def test_where_hugging_face_leads_elsewhere_it_is_not_followed(arxiv, place):
    forms(arxiv)
    arxiv.clear()
    arxiv.expect_request("/papers/2510.00001.md").respond_with_data(
        "", 302, headers={"Location": place}
    )
    arxiv.expect_request("/html/2510.00001v2").respond_with_data("", 404)
    arxiv.expect_request("/pdf/2510.00001v2").respond_with_data("", 404)
    assert full_texts.fetch(paper()) is None
    assert FullText.objects.get(format="md").error == "is not at Hugging Face in this form"
    assert asked(arxiv) == ["html", "pdf", "papers"]


def test_markdown_without_end_is_cut(arxiv, monkeypatch):
    monkeypatch.setattr("papers.sources.huggingface.TEXT_LIMIT", 1000)
    forms(arxiv, md=(MARKDOWN + "x" * 1000, 200))
    assert full_texts.fetch(paper()) is None
    assert "response too large" in FullText.objects.get(format="md").error


def test_a_page_with_a_gap_gives_way_to_a_whole_pdf(arxiv):
    forms(arxiv, html=(PART, 200), pdf=(PDF, 200))
    found = paper()
    assert full_texts.fetch(found).format == "pdf"
    assert full_texts.fetch(found).format == "pdf"
    assert asked(arxiv) == ["html", "pdf"]
    page = found.full_texts.get(format="html")
    assert page.gap == "ends without a conclusion and without references"
    assert [part.heading for part in full_texts.newest([found])[found.pk]] == [
        "Method",
        "Conclusion",
    ]


def test_a_page_with_a_gap_counts_where_nothing_is_whole_and_says_so(arxiv):
    forms(arxiv, html=(PART, 200))
    found = paper()
    text = full_texts.fetch(found)
    assert (text.format, bool(text.gap)) == ("html", True)
    assert full_texts.newest([found])[found.pk].gap == text.gap


def test_a_page_with_a_gap_counts_where_the_other_source_is_away(arxiv):
    forms(arxiv, html=(PART, 200), md=("", 503))
    found = paper()
    with pytest.raises(SourceDown, match="huggingface"):
        full_texts.fetch(found)
    assert full_texts.newest([found])[found.pk].gap
    assert not FullText.objects.filter(format="md").exists()


def test_of_two_parts_the_longer_one_counts_wherever_one_is_read(arxiv):
    short = PART.replace(SENTENCE * 20, SENTENCE)
    long = MARKDOWN.replace("# References", "# 3 Results").replace(SENTENCE, SENTENCE * 9)
    forms(arxiv, html=(short, 200), md=(long, 200))
    found = paper()
    assert full_texts.fetch(found).format == "md"
    assert full_texts.newest([found])[found.pk].gap == "goes from section 1 to 3"
    found.full_texts.filter(format="html").update(gap="")
    assert full_texts.newest([found])[found.pk].gap == ""


@pytest.mark.parametrize("status", [400, 410])
def test_a_refusal_of_one_form_leaves_the_others(arxiv, status):
    forms(arxiv, html=("gone", status), pdf=(PDF, 200))
    assert full_texts.fetch(paper()).format == "pdf"
    assert f"status {status}" in FullText.objects.get(format="html").error


def test_a_pause_that_hugging_face_asks_for_is_kept(arxiv):
    arxiv.expect_request("/html/2510.00001v2").respond_with_data("", 404)
    arxiv.expect_request("/pdf/2510.00001v2").respond_with_data("", 404)
    arxiv.expect_request("/papers/2510.00001.md").respond_with_data(
        "", 429, headers={"RateLimit": '"api";r=0;t=90'}
    )
    found = paper()
    for _ in range(2):
        with pytest.raises(SourceBusy, match="huggingface"):
            full_texts.fetch(found)
    assert asked(arxiv) == ["html", "pdf", "papers"]


def test_an_absent_form_is_asked_for_again_for_two_days(arxiv):
    forms(arxiv)
    found, hours = paper(), []
    with time_machine.travel(now(), tick=False) as clock:
        began = now()
        full_texts.fetch(found)
        while (at := full_texts.first_try(found)) and len(hours) < 20:
            hours.append((at - began) / timedelta(hours=1))
            full_texts.fetch(found)  # Too early: nothing is asked for.
            clock.move_to(at)
            full_texts.fetch(found)
    assert hours == [2, 4, 8, 16, 32, 48]
    assert asked(arxiv) == ["html", "pdf", "papers"] * 7


def test_a_form_that_comes_later_takes_the_place_of_another(arxiv):
    forms(arxiv, pdf=(PDF, 200))
    found = paper()
    with time_machine.travel(now(), tick=False) as clock:
        assert full_texts.fetch(found).format == "pdf"
        assert full_texts.ask_again() == 0
        forms(arxiv, html=(HTML, 200))
        clock.shift(timedelta(hours=3))
        assert full_texts.ask_again() == 1
        assert full_texts.fetch(found).format == "html"
    assert full_texts.ask_again() == 0
    assert dict(found.full_texts.values_list("format", "error")) == {"html": "", "pdf": ""}
    assert [part.heading for part in full_texts.newest([found])[found.pk]] == ["Method"]


def test_a_paper_that_is_whole_is_not_made_due_for_forms_that_are_never_asked_for(arxiv):
    forms(arxiv)
    found = paper()
    with time_machine.travel(now(), tick=False) as clock:
        full_texts.fetch(found)
        forms(arxiv, html=(HTML, 200))
        clock.shift(timedelta(hours=2))
        assert full_texts.fetch(found).format == "html"
        for hours in (1, 3, 60):
            clock.shift(timedelta(hours=hours))
            assert full_texts.ask_again() == 0


def test_where_full_texts_are_never_read_none_is_asked_for_again(arxiv, settings):
    forms(arxiv)
    full_texts.fetch(paper())
    settings.FULL_TEXTS = "never"
    with time_machine.travel(now() + timedelta(hours=3)):
        assert full_texts.ask_again() == 0


def test_an_old_version_gets_no_file_any_more(arxiv):
    forms(arxiv)
    found = paper(arxiv_updated_at=now() - timedelta(days=30))
    full_texts.fetch(found)
    assert full_texts.first_try(found) is None


def test_a_text_says_what_made_it_and_which_kinds_it_has(arxiv):
    page = HTML.replace("<html>", '<html><head><meta name="generator" content="maker"></head>')
    forms(arxiv, html=(page, 200))
    text = full_texts.fetch(paper())
    assert (text.generator, text.kinds, text.reader) == ("maker", "method", READER)


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


@pytest.mark.django_db(transaction=True)
def test_a_pause_of_the_full_texts_is_theirs_alone(arxiv):
    arxiv.expect_request("/html/2510.00001v2").respond_with_data("", 503, {"Retry-After": "600"})
    with pytest.raises(SourceBusy):
        full_texts.fetch(paper())
    assert SourceState.objects.get(source="arxivtexts").paused_until
    assert SourceState.objects.get(source="arxiv").paused_until is None
