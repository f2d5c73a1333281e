"""The sections of papers come from their abstracts, and from their full texts if there are any."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from papers import kinds
from papers.editing.forms import describe
from papers.fulltext.base import Kind as PartKind
from papers.fulltext.base import Part, Text
from papers.models import FullText, Scope, Section
from papers.pipeline import extractive_drafts
from tests.factories import make_paper
from tests.papers.models.test_full_text import make_full_text

pytestmark = pytest.mark.django_db

ABSTRACT = "Scenes are hard for all models of today. Results show that our method is 3.2% better."


def parts(limit):
    text = Text((Part(PartKind.LIMITATIONS, "Limitations", limit),), "html")
    return text.as_json()["parts"]


def limitations(paper):
    return Section.objects.filter(paper=paper, kind=kinds.LIMITATIONS)


def test_a_section_says_what_it_was_made_from():
    paper = make_paper(abstract=ABSTRACT, version=1)
    make_full_text(paper=paper, parts=parts("It has only been tried on short scenes."))
    counts = extractive_drafts.draft([paper])
    assert (counts["papers"], counts["added"]) == (1, 3)
    assert dict(paper.sections.values_list("kind", "scope")) == {
        kinds.INTRODUCTION: Scope.ABSTRACT,
        kinds.RESULTS: Scope.ABSTRACT,
        kinds.LIMITATIONS: Scope.FULL_TEXT,
    }
    assert limitations(paper).get().markdown == "It has only been tried on short scenes."


@pytest.mark.parametrize(
    "gap", ["breaks off before its end", "goes from section 2 to 5", "begins with section 3"]
)
def test_a_section_from_a_text_that_is_not_the_whole_names_its_part(gap):
    paper = make_paper(abstract=ABSTRACT, version=1)
    make_full_text(paper=paper, parts=parts("It has only been tried on short scenes."), gap=gap)
    extractive_drafts.draft([paper])
    section = limitations(paper).get()
    assert section.scope == "parts:limitations"
    assert set(paper.sections.exclude(pk=section.pk).values_list("scope", flat=True)) == {
        Scope.ABSTRACT
    }
    with override("en"):
        assert "parts of the full text: limitations" in describe(section)


def test_a_paper_without_a_full_text_has_no_limitations():
    paper = make_paper(abstract=ABSTRACT, version=1)
    extractive_drafts.draft([paper])
    assert set(paper.sections.values_list("kind", flat=True)) == {kinds.INTRODUCTION, kinds.RESULTS}


def test_only_the_current_version_is_quoted():
    paper = make_paper(abstract=ABSTRACT, version=2)
    make_full_text(paper=paper, parts=parts("This was true of the first version."))
    extractive_drafts.draft([paper])
    assert not limitations(paper).exists()


def test_a_text_that_could_not_be_read_is_passed_over():
    paper = make_paper(abstract=ABSTRACT, version=1)
    make_full_text(paper=paper, parts=[], error="is not at arXiv in this form")
    make_full_text(paper=paper, format="pdf", parts=parts("The PDF says so as well."))
    extractive_drafts.draft([paper])
    assert limitations(paper).get().markdown == "The PDF says so as well."


def test_of_two_texts_html_is_quoted():
    paper = make_paper(abstract=ABSTRACT, version=1)
    make_full_text(paper=paper, format="pdf", parts=parts("The PDF says it in broken lines."))
    make_full_text(paper=paper, parts=parts("The page says it as it is."))
    extractive_drafts.draft([paper])
    assert limitations(paper).get().markdown == "The page says it as it is."


def test_twenty_papers_cost_no_more_queries_than_one():
    def queries(count):
        papers = [make_paper(abstract=ABSTRACT, version=1) for _ in range(count)]
        for paper in papers:
            make_full_text(paper=paper, parts=parts("It has only been tried on short scenes."))
        with CaptureQueriesContext(connection) as captured:
            extractive_drafts.draft(papers)
        return len(captured)

    assert queries(20) == queries(1)
    assert FullText.objects.count() == Section.objects.filter(scope=Scope.FULL_TEXT).count() == 21
