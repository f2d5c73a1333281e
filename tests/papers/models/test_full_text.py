"""A full text is kept for drafting and checks, and is shown to nobody."""

import pytest
from django.db import IntegrityError, transaction

from papers.clock import now
from papers.fulltext.base import Kind, Part, Text
from papers.models import FullText
from tests.digest.readers.test_visibility import site
from tests.factories import make_paper, make_post, make_section

pytestmark = pytest.mark.django_db

SECRET = "봉인된문장"
TEXT = Text((Part(Kind.METHOD, "Method", f"We hide {SECRET}."),), "html")


def make_full_text(**fields):
    return FullText.objects.create(
        **{
            "paper": fields.get("paper") or make_paper(),
            "version": 1,
            "format": "html",
            "checksum": "0" * 64,
            "parts": TEXT.as_json()["parts"],
            "parsed_at": now(),
            **fields,
        }
    )


def test_a_text_comes_back_from_the_database_as_it_was():
    stored = FullText.objects.get(pk=make_full_text().pk)
    assert Text.from_json({"format": stored.format, "parts": stored.parts}) == TEXT


def test_a_version_has_one_text_of_each_form():
    paper = make_paper()
    make_full_text(paper=paper)
    make_full_text(paper=paper, format="pdf")
    make_full_text(paper=paper, version=2)
    with pytest.raises(IntegrityError, match="full_text_once"):
        make_full_text(paper=paper)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"format": "doc"}, "full_text_format"),
        ({"version": 0}, "full_text_version"),
        ({"parts": []}, "full_text_parts_or_error"),
        ({"error": "has 1001 pages, limit 1000"}, "full_text_parts_or_error"),
    ],
)
def test_a_row_that_says_nothing_sound_is_refused(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_full_text(**fields)


def test_a_failure_is_kept_with_its_reason():
    assert make_full_text(parts=[], error="has 1001 pages, limit 1000").parts == []


def test_no_page_feed_or_file_of_the_site_says_it(client):
    paper = make_paper()
    make_section(paper)
    make_post(papers=[paper])
    make_full_text(paper=paper)
    pages = site(client)
    assert f"/papers/{paper.arxiv_id}/" in pages
    assert [path for path, page in pages.items() if SECRET in page] == []
